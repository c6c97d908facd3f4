//! The last credentials of a profile, held until they are about to expire.

use std::fmt;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use tokio::sync::Mutex;

/// Renewed this long before they expire, so that what is signed now is still good when it arrives.
pub(crate) const RENEW_BEFORE_EXPIRY: Duration = Duration::from_secs(60);

/// One source of credentials, asked by one task at a time and not again before it must be. Used instead of the SDK's
/// cache, because the signature of a data channel needs the same credentials outside of any SDK call, and because all
/// Regions of a profile share them.
pub(crate) struct HeldCredentials {
    source: SharedCredentialsProvider,
    held: Mutex<Option<Credentials>>,
}

impl HeldCredentials {
    pub(crate) fn new(source: SharedCredentialsProvider) -> Self {
        Self {
            source,
            held: Mutex::default(),
        }
    }

    /// Credentials that are good for another minute. If they cannot be renewed, those that are still good at all.
    pub(crate) async fn current(&self) -> Result<Credentials, CredentialsError> {
        let mut held = self.held.lock().await;
        if let Some(good) = held.as_ref().filter(|held| lasts(held, RENEW_BEFORE_EXPIRY)) {
            return Ok(good.clone());
        }
        match self.source.provide_credentials().await {
            Ok(new) => Ok(held.insert(new).clone()),
            Err(error) => held
                .clone()
                .filter(|held| lasts(held, Duration::ZERO))
                .ok_or(error),
        }
    }
}

impl fmt::Debug for HeldCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeldCredentials").finish_non_exhaustive()
    }
}

impl ProvideCredentials for HeldCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.current())
    }
}

/// Whether credentials are still good when this time is over.
pub(crate) fn lasts(credentials: &Credentials, time: Duration) -> bool {
    credentials
        .expiry()
        .is_none_or(|expiry| expiry > SystemTime::now() + time)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Answers with credentials that last for `lifetimes[n]` seconds at call n, then fails.
    #[derive(Debug)]
    struct Scripted {
        lifetimes: Vec<u64>,
        calls: Arc<AtomicUsize>,
    }

    impl ProvideCredentials for Scripted {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let call = self.calls.fetch_add(1, Ordering::SeqCst);
            let expiry = |seconds: &u64| Some(SystemTime::now() + Duration::from_secs(*seconds));
            let made =
                |seconds| Credentials::new(format!("key {call}"), "canary", None, expiry(seconds), "test");
            future::ProvideCredentials::ready(
                self.lifetimes
                    .get(call)
                    .map(made)
                    .ok_or_else(CredentialsError::not_loaded_no_source),
            )
        }
    }

    fn held(lifetimes: &[u64]) -> (HeldCredentials, Arc<AtomicUsize>) {
        let calls = Arc::new(AtomicUsize::new(0));
        let scripted = Scripted {
            lifetimes: lifetimes.to_vec(),
            calls: Arc::clone(&calls),
        };
        (
            HeldCredentials::new(SharedCredentialsProvider::new(scripted)),
            calls,
        )
    }

    #[tokio::test]
    async fn good_credentials_are_asked_for_once() {
        let (held, calls) = held(&[3600, 3600]);
        held.current().await.unwrap();
        assert_eq!(held.current().await.unwrap().access_key_id(), "key 0");
        assert_eq!(calls.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn credentials_about_to_expire_are_renewed() {
        let (held, _) = held(&[30, 3600]);
        held.current().await.unwrap();
        assert_eq!(held.current().await.unwrap().access_key_id(), "key 1");
    }

    #[tokio::test]
    async fn a_failed_renewal_does_not_waste_the_last_seconds() {
        let (held, calls) = held(&[30]);
        held.current().await.unwrap();
        assert_eq!(held.current().await.unwrap().access_key_id(), "key 0");
        assert_eq!(calls.load(Ordering::SeqCst), 2, "a renewal was tried");
    }

    #[tokio::test]
    async fn an_error_is_not_held() {
        let (held, calls) = held(&[]);
        assert!(held.current().await.is_err());
        assert!(held.current().await.is_err());
        assert_eq!(calls.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn debug_text_has_no_keys() {
        let (held, _) = held(&[3600]);
        held.current().await.unwrap();
        assert!(!format!("{held:?}").contains("canary"));
    }
}
