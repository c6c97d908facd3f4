//! The key of an encrypted session: whether it may be used, and KMS's answer when the agent asks for one.

use std::future::pending;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use postern_model::{ControlError, DataKeyRequest, EncryptionPolicy, KmsKey, SessionId, display_text};
use postern_protocol::{DataKey, DataKeyWanted, EncryptionRule};
use secrecy::ExposeSecret;
use tokio::time::timeout;

use super::aws::Aws;
use crate::{SavedSession, SessionEncryption, SessionError};

/// The agent waits 15 s for its answer (protocol §9), and the answer takes a moment to get there.
const WITHIN: Duration = Duration::from_secs(13);

/// What the user demands, and what became of it.
pub(crate) struct Encryption {
    policy: EncryptionPolicy,
    /// The target of StartSession, as it was sent.
    target: Option<String>,
    state: DataKeyState,
}

/// Where the key of the session stands.
enum DataKeyState {
    /// The agent has asked for none.
    NotAsked,
    /// KMS is asked.
    Asking(BoxFuture<'static, Result<SessionKey, SessionError>>),
    /// The session is encrypted with a data key of the KMS key with this ARN.
    Used(String),
}

/// The data key that KMS made for the session.
pub(super) struct SessionKey {
    pub(super) key: Box<DataKey>,
    arn: String,
}

/// What KMS is asked for an agent, and what its answer is held against.
struct KeyCall {
    aws: Aws,
    pin: Option<KmsKey>,
    named: String,
    request: DataKeyRequest,
}

impl Encryption {
    pub(crate) fn new(policy: EncryptionPolicy, target: Option<String>) -> Self {
        Self {
            policy,
            target,
            state: DataKeyState::NotAsked,
        }
    }

    /// Of a session that another driver left: the agent asks for a key once only, so that its target is not needed any more.
    /// The demand holds again; what a pinned alias means now is not asked.
    pub(super) fn restored(policy: EncryptionPolicy, saved: &SavedSession) -> Result<Self, SessionError> {
        let mut restored = Self::new(policy, None);
        if let Some(encryption) = &saved.encryption {
            let used = &encryption.key_arn;
            if let Some(pin) = restored.pin()
                && pin.is_named(used) == Some(false)
            {
                return Err(wrong_key(used, &pin));
            }
            restored.state = DataKeyState::Used(used.clone());
        }
        Ok(restored)
    }

    /// The data channel's part of the policy.
    pub(super) fn rule(&self) -> EncryptionRule {
        match self.policy {
            EncryptionPolicy::Prefer => EncryptionRule::Prefer,
            EncryptionPolicy::Require { .. } => EncryptionRule::Require,
            EncryptionPolicy::Off => EncryptionRule::Off,
        }
    }

    /// What the consumer learns of an encrypted session.
    pub(super) fn used(&self) -> Option<SessionEncryption> {
        match &self.state {
            DataKeyState::Used(arn) => Some(SessionEncryption { key_arn: arn.clone() }),
            DataKeyState::NotAsked | DataKeyState::Asking(_) => None,
        }
    }

    /// Begins to ask KMS, or says at once why not.
    pub(super) fn ask(
        &mut self,
        aws: &Aws,
        session: &SessionId,
        wanted: DataKeyWanted,
    ) -> Result<(), SessionError> {
        let target = self.target.clone().ok_or(SessionError::NoTarget)?;
        let call = KeyCall::new(aws.clone(), self.pin(), session.clone(), target, wanted)?;
        self.state = DataKeyState::Asking(call.made_in_time().boxed());
        Ok(())
    }

    /// The answer of KMS; never, while nothing is asked. Cancel safe.
    pub(super) async fn key(&mut self) -> Result<SessionKey, SessionError> {
        let answer = match &mut self.state {
            DataKeyState::Asking(call) => call.await,
            DataKeyState::NotAsked | DataKeyState::Used(_) => pending().await,
        };
        self.state = match &answer {
            Ok(key) => DataKeyState::Used(key.arn.clone()),
            Err(_) => DataKeyState::NotAsked,
        };
        answer
    }

    fn pin(&self) -> Option<KmsKey> {
        match &self.policy {
            EncryptionPolicy::Require { key } => key.clone(),
            EncryptionPolicy::Prefer | EncryptionPolicy::Off => None,
        }
    }
}

impl KeyCall {
    /// Refuses a key that is not the pinned one, as far as their names tell.
    fn new(
        aws: Aws,
        pin: Option<KmsKey>,
        session: SessionId,
        target: String,
        wanted: DataKeyWanted,
    ) -> Result<Self, SessionError> {
        let named = wanted.key_id;
        if let Some(pin) = &pin
            && pin.is_named(&named) == Some(false)
        {
            return Err(wrong_key(&named, pin));
        }
        // What an alias means is KMS's to say, of our account: the agent could name the same alias of another one.
        let key = match &pin {
            Some(pin) if pin.is_alias() => pin.to_string(),
            Some(_) | None => named.clone(),
        };
        let request = DataKeyRequest {
            key,
            session,
            target,
            random_challenge: wanted.challenge.filter(|challenge| !challenge.is_empty()),
        };
        Ok(Self {
            aws,
            pin,
            named,
            request,
        })
    }

    async fn made_in_time(self) -> Result<SessionKey, SessionError> {
        timeout(WITHIN, self.made())
            .await
            .unwrap_or(Err(SessionError::DataKeyTimedOut {
                seconds: WITHIN.as_secs(),
            }))
    }

    async fn made(mut self) -> Result<SessionKey, SessionError> {
        let mut made = self.call().await;
        // A key policy may know the two older parts of the encryption context only.
        if self.request.random_challenge.is_some() && may_be_the_context(&made) {
            self.request.random_challenge = None;
            made = self.call().await;
        }
        let made = made.map_err(SessionError::DataKey)?;
        self.check(&made.key_arn)?;
        let acknowledges_challenge = self.request.random_challenge.is_some();
        let key = DataKey::new(
            made.plaintext.expose_secret(),
            made.ciphertext,
            acknowledges_challenge,
        )?;
        Ok(SessionKey {
            key: Box::new(key),
            arn: made.key_arn,
        })
    }

    async fn call(&self) -> Result<postern_model::DataKey, ControlError> {
        self.aws.data_key(&self.request).await
    }

    /// KMS says which key it used, so that names of different forms can be compared after all.
    fn check(&self, used: &str) -> Result<(), SessionError> {
        let Some(pin) = &self.pin else {
            return Ok(());
        };
        let is_right = if pin.is_alias() {
            KmsKey::parse(used).is_ok_and(|used| used.is_named(&self.named) != Some(false))
        } else {
            pin.is_named(used) == Some(true)
        };
        let shown = if pin.is_alias() { &self.named } else { used };
        if is_right {
            Ok(())
        } else {
            Err(wrong_key(shown, pin))
        }
    }
}

fn may_be_the_context(made: &Result<postern_model::DataKey, ControlError>) -> bool {
    matches!(
        made,
        Err(ControlError::Denied { .. } | ControlError::KeyUnusable { .. })
    )
}

fn wrong_key(named: &str, pinned: &KmsKey) -> SessionError {
    SessionError::WrongKey {
        named: display_text(named),
        pinned: pinned.clone(),
    }
}
