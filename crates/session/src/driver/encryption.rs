//! The key of an encrypted session: whether it may be used, and KMS's answer to the agent's wish for it.

use std::future::pending;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use postern_model::{ControlError, DataKeyRequest, EncryptionPolicy, KmsKey, SessionId, display_text};
use postern_protocol::{ChannelConfig, DataKey, DataKeyWanted, EncryptionRule};
use secrecy::ExposeSecret;
use tokio::time::timeout;

use super::{Aws, Driver, Stop};
use crate::{SessionEncryption, SessionError};

/// The agent waits 15 s for its answer (protocol §9), and the answer takes a moment to get there.
const WITHIN: Duration = Duration::from_secs(13);

/// What the user demands, and what became of it.
pub(crate) struct Encryption {
    policy: EncryptionPolicy,
    /// The target of StartSession, as it was sent.
    target: Option<String>,
    asking: Option<BoxFuture<'static, Result<Answer, SessionError>>>,
    key_arn: Option<String>,
}

/// The key that KMS made.
pub(super) struct Answer {
    key: Box<DataKey>,
    arn: String,
}

/// One wish of an agent, with everything that KMS has to be told.
struct Wish {
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
            asking: None,
            key_arn: None,
        }
    }

    /// The data channel's part of the policy.
    pub(crate) fn channel_config(&self) -> ChannelConfig {
        ChannelConfig {
            encryption: match self.policy {
                EncryptionPolicy::Prefer => EncryptionRule::Prefer,
                EncryptionPolicy::Require { .. } => EncryptionRule::Require,
                EncryptionPolicy::Off => EncryptionRule::Off,
            },
            ..ChannelConfig::default()
        }
    }

    /// What the consumer is told of an encrypted session.
    pub(super) fn told(&self) -> Option<SessionEncryption> {
        let key_arn = self.key_arn.clone()?;
        Some(SessionEncryption { key_arn })
    }

    /// Begins to ask KMS, or says at once why not.
    pub(super) fn ask(
        &mut self,
        aws: &Aws,
        session: &SessionId,
        wanted: DataKeyWanted,
    ) -> Result<(), SessionError> {
        let target = self.target.clone().ok_or(SessionError::NoTarget)?;
        let wish = Wish::new(aws.clone(), self.pin(), session.clone(), target, wanted)?;
        self.asking = Some(wish.granted().boxed());
        Ok(())
    }

    /// The answer of KMS; never, while nothing is asked. Cancel safe.
    pub(super) async fn answered(&mut self) -> Result<Answer, SessionError> {
        let answer = match &mut self.asking {
            Some(asking) => asking.await,
            None => pending().await,
        };
        self.asking = None;
        answer
    }

    fn pin(&self) -> Option<KmsKey> {
        match &self.policy {
            EncryptionPolicy::Require { key } => key.clone(),
            EncryptionPolicy::Prefer | EncryptionPolicy::Off => None,
        }
    }
}

impl Driver {
    /// Hands KMS's answer to the data channel. Without a link it waits there for the next.
    pub(super) fn take_key(&mut self, answer: Result<Answer, SessionError>) -> Result<(), Stop> {
        match answer {
            Ok(Answer { key, arn }) => {
                self.encryption.key_arn = Some(arn);
                let now = self.now();
                self.channel.provide_data_key(now, *key);
                Ok(())
            }
            Err(error) => Err(self.refuse_key(error)),
        }
    }

    /// Ends the session; the agent is told in the goodbye. Its log is the account's, so nothing of this computer is in it.
    pub(super) fn refuse_key(&mut self, error: SessionError) -> Stop {
        let now = self.now();
        let why = format!("The client has no data key ({}).", error.code());
        self.channel.refuse_data_key(now, &why);
        Stop::Failed(error)
    }
}

impl Wish {
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

    async fn granted(self) -> Result<Answer, SessionError> {
        timeout(WITHIN, self.ask())
            .await
            .unwrap_or(Err(SessionError::DataKeyTimedOut {
                seconds: WITHIN.as_secs(),
            }))
    }

    async fn ask(mut self) -> Result<Answer, SessionError> {
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
        Ok(Answer {
            key: Box::new(key),
            arn: made.key_arn,
        })
    }

    async fn call(&self) -> Result<postern_model::DataKey, ControlError> {
        self.aws
            .control
            .generate_data_key(&self.aws.scope, &self.request)
            .await
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
