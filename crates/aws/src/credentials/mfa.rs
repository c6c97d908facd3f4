//! The MFA devices that codes are asked for: one question for one device at a time, and what the answers have opened.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use aws_credential_types::Credentials;
use postern_model::{AskMfa, ControlError, MfaCode, MfaQuestion};
use tokio::sync::OwnedMutexGuard;

use super::held::{RENEW_BEFORE_EXPIRY, lasts};

/// All devices, and whoever is asked for their codes.
#[derive(Default)]
pub(crate) struct MfaDesk {
    asker: Option<Arc<dyn AskMfa>>,
    devices: Mutex<HashMap<String, Arc<tokio::sync::Mutex<DeviceTurn>>>>,
    given_up: Mutex<HashSet<String>>,
}

/// What is known of one device while a call has its turn with it.
#[derive(Default)]
pub(crate) struct DeviceTurn {
    /// Sessions that were opened with a code of it, by the access key that opened them.
    sessions: HashMap<String, Credentials>,
    /// Access keys that cannot open one.
    without_session: HashSet<String>,
}

impl MfaDesk {
    pub(crate) fn asking(asker: Arc<dyn AskMfa>) -> Self {
        Self {
            asker: Some(asker),
            ..Self::default()
        }
    }

    /// Waits until no other call has the device.
    pub(crate) async fn turn(&self, serial: &str) -> OwnedMutexGuard<DeviceTurn> {
        let device = {
            let mut devices = self.devices.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(devices.entry(serial.to_owned()).or_default())
        };
        device.lock_owned().await
    }

    /// Asks for a code; `who` is told about in the error. The caller has its turn with the device.
    pub(crate) async fn code(&self, who: &str, question: MfaQuestion) -> Result<MfaCode, ControlError> {
        let device = question.device.clone();
        let none = |given_up| ControlError::MfaCodeNeeded {
            who: who.to_owned(),
            device: device.clone(),
            given_up,
        };
        let asker = self.asker.as_ref().ok_or_else(|| none(false))?;
        if self.given_up().contains(&device) {
            return Err(none(true));
        }
        let Some(code) = asker.mfa_code(question).await else {
            self.given_up().insert(device.clone());
            return Err(none(true));
        };
        Ok(code)
    }

    /// Questions that were given up may be asked again.
    pub(crate) fn ask_again(&self) {
        self.given_up().clear();
    }

    fn given_up(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.given_up.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl DeviceTurn {
    /// The session that `key` has opened, unless it is `stale`, or over at `now`, which is AWS's time.
    pub(crate) fn session(
        &self,
        key: &Credentials,
        stale: Option<&Credentials>,
        now: SystemTime,
    ) -> Option<Credentials> {
        let session = self.sessions.get(key.access_key_id())?;
        let is_stale = stale.is_some_and(|stale| stale.access_key_id() == session.access_key_id());
        let is_good = !is_stale && lasts(session, RENEW_BEFORE_EXPIRY, now);
        is_good.then(|| session.clone())
    }

    /// Keeps a session that `key` has opened.
    pub(crate) fn keep(&mut self, key: &Credentials, session: &Credentials) {
        self.sessions
            .insert(key.access_key_id().to_owned(), session.clone());
    }

    /// Whether `key` may open a session: temporary ones never can, and AWS may have said no.
    pub(crate) fn may_open(&self, key: &Credentials) -> bool {
        key.session_token().is_none() && !self.without_session.contains(key.access_key_id())
    }

    /// AWS let `key` open no session.
    pub(crate) fn cannot_open(&mut self, key: &Credentials) {
        self.without_session.insert(key.access_key_id().to_owned());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use postern_model::ProfileName;

    use super::*;

    struct GivesUp(AtomicUsize);

    #[async_trait]
    impl AskMfa for GivesUp {
        async fn mfa_code(&self, _: MfaQuestion) -> Option<MfaCode> {
            self.0.fetch_add(1, Ordering::SeqCst);
            None
        }
    }

    fn question(device: &str) -> MfaQuestion {
        MfaQuestion {
            device: device.into(),
            profile: ProfileName::parse("a").unwrap(),
            role: "arn:aws:iam::111122223333:role/a".into(),
            retry: None,
        }
    }

    #[tokio::test]
    async fn a_question_that_was_given_up_is_asked_again_only_when_somebody_wants_it() {
        let person = Arc::new(GivesUp(AtomicUsize::new(0)));
        let desk = MfaDesk::asking(Arc::clone(&person) as Arc<_>);
        for _ in 0..3 {
            let error = desk.code("a", question("m")).await.unwrap_err();
            assert_eq!(error.code(), "mfa-code-needed");
        }
        assert_eq!(person.0.load(Ordering::SeqCst), 1);
        desk.code("a", question("other")).await.unwrap_err();
        assert_eq!(
            person.0.load(Ordering::SeqCst),
            2,
            "another device is another question"
        );
        desk.ask_again();
        desk.code("a", question("m")).await.unwrap_err();
        assert_eq!(person.0.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn where_nobody_can_be_asked_the_error_says_so() {
        let error = MfaDesk::default().code("a", question("m")).await.unwrap_err();
        assert!(error.to_string().contains("nobody can be asked"), "{error}");
    }

    #[test]
    fn a_session_is_given_to_its_key_until_it_is_stale() {
        let key = |id: &str, token: Option<&str>| {
            Credentials::new(id, "canary", token.map(ToOwned::to_owned), None, "test")
        };
        let (user, other, session) = (key("AKIA", None), key("AKIB", None), key("ASIA", Some("t")));
        let mut device = DeviceTurn::default();
        device.keep(&user, &session);
        let now = SystemTime::now();
        assert!(device.session(&user, None, now).is_some() && device.session(&other, None, now).is_none());
        assert!(device.session(&user, Some(&session), now).is_none());
        assert!(device.may_open(&user) && !device.may_open(&session));
        device.cannot_open(&user);
        assert!(!device.may_open(&user));
    }
}
