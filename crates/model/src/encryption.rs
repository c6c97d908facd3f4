//! Whether the bytes of a session must be encrypted with a KMS key of the account, on top of TLS.

use serde::{Deserialize, Serialize};

use crate::{KmsKey, SessionId};

/// What a connection demands of encryption. Without a word of the user it is [`Self::Prefer`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub enum EncryptionPolicy {
    /// Encrypt when the session's preferences ask for it, with the key that they name.
    #[default]
    Prefer,
    /// Refuse a session that is not encrypted, and with a pinned key also one that is encrypted with another.
    Require {
        /// The only key to be used; none takes the key that the session's preferences name.
        key: Option<KmsKey>,
    },
    /// Never ask KMS for a key: a session whose preferences ask for encryption is refused.
    Off,
}

/// The request of KMS GenerateDataKey for a session (64 bytes; plugin contract, protocol §9). The encryption context is
/// `aws:ssm:SessionId`, `aws:ssm:TargetId` and, when there is a challenge, `aws:ssm:RandomChallenge`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKeyRequest {
    /// The key as the agent names it, or as the user pinned it.
    pub key: String,
    /// The session whose bytes the key is for; KMS binds the key to its id.
    pub session: SessionId,
    /// The target exactly as StartSession got it.
    pub target: String,
    /// The agent's random challenge, from newer agents.
    pub random_challenge: Option<String>,
}

/// What KMS answers. The plaintext is in memory only for as long as the session needs it.
#[derive(Debug)]
pub struct DataKey {
    /// 64 bytes: the agent encrypts with the first half, the client with the second. Never shown, logged or stored.
    pub plaintext: secrecy::SecretSlice<u8>,
    /// The same key encrypted by KMS, for the agent.
    pub ciphertext: Vec<u8>,
    /// The ARN of the key that KMS used.
    pub key_arn: String,
}

impl KmsKey {
    /// Whether the name stands for whatever key the account gives it to.
    #[must_use]
    pub fn is_alias(&self) -> bool {
        Named::of(self.as_str()).alias
    }

    /// Whether `named` is this key, as far as the two names can be compared: names of different forms (an alias and a key
    /// id) cannot.
    #[must_use]
    pub fn is_named(&self, named: &str) -> Option<bool> {
        let (own, other) = (Named::of(self.as_str()), Named::of(named));
        match (own, other) {
            _ if self.as_str() == named => Some(true),
            (Named { arn: true, .. }, Named { arn: true, .. }) if own.alias == other.alias => Some(false),
            _ if own.alias != other.alias => None,
            _ => Some(own.name == other.name),
        }
    }
}

/// The parts of a key's name that can be compared.
#[derive(Clone, Copy)]
struct Named<'a> {
    arn: bool,
    alias: bool,
    name: &'a str,
}

impl<'a> Named<'a> {
    fn of(text: &'a str) -> Self {
        let resource = text
            .strip_prefix("arn:")
            .and_then(|rest| rest.splitn(5, ':').nth(4));
        let name = resource.unwrap_or(text);
        Self {
            arn: resource.is_some(),
            alias: name.starts_with("alias/"),
            name: name.strip_prefix("key/").unwrap_or(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

    #[test]
    fn keys_are_compared_by_the_part_that_both_names_have() {
        let key = |text: &str| KmsKey::parse(text).unwrap();
        let other_account = ARN.replace("111122223333", "444455556666");
        assert_eq!(key(ARN).is_named(ARN), Some(true));
        assert_eq!(key(ARN).is_named(&other_account), Some(false));
        assert_eq!(
            key(ARN).is_named("1234abcd-12ab-34cd-56ef-1234567890ab"),
            Some(true)
        );
        assert_eq!(
            key("1234abcd-12ab-34cd-56ef-1234567890ab").is_named(ARN),
            Some(true)
        );
        assert_eq!(
            key(ARN).is_named("99999999-12ab-34cd-56ef-1234567890ab"),
            Some(false)
        );
        assert_eq!(
            key("alias/ops").is_named("arn:aws:kms:eu-central-1:111122223333:alias/ops"),
            Some(true)
        );
        assert_eq!(key("alias/ops").is_named("alias/dev"), Some(false));
        assert_eq!(key("alias/ops").is_named(ARN), None, "only KMS knows");
        assert_eq!(key(ARN).is_named("alias/ops"), None);
        assert_eq!(key(ARN).is_named(""), Some(false));
        assert!(key("alias/ops").is_alias());
        assert!(key("arn:aws:kms:eu-central-1:111122223333:alias/ops").is_alias());
        assert!(!key(ARN).is_alias());
    }
}
