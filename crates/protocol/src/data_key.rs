//! The data key of an encrypted session, as the driver hands it in.

use std::fmt;

use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::Persistence;

/// The key of one direction.
const KEY_BYTES: usize = 32;
const PLAINTEXT_BYTES: usize = 2 * KEY_BYTES;

/// What the driver must ask KMS for: GenerateDataKey with 64 bytes (plugin contract, protocol §9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKeyWanted {
    /// The key as the agent names it: key id, alias or ARN, unchecked.
    pub key_id: String,
    /// The agent's random challenge (base64), from newer agents: the value of `aws:ssm:RandomChallenge` in the encryption
    /// context.
    pub challenge: Option<String>,
}

/// The answer of KMS. A channel keeps only the two keys that ring makes of the plaintext, unless it is to be written down.
#[derive(Clone)]
pub struct DataKey {
    /// Of the agent's messages.
    pub(crate) opening: LessSafeKey,
    /// Of the client's messages.
    pub(crate) sealing: LessSafeKey,
    pub(crate) ciphertext: Vec<u8>,
    pub(crate) acknowledges_challenge: bool,
    /// For a channel that is written down. On the heap, so that moving it leaves no copy behind.
    pub(crate) plaintext: Option<Zeroizing<Vec<u8>>>,
}

/// The plaintext is not 64 bytes long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("KMS made a data key of {len} bytes; a session needs {PLAINTEXT_BYTES}.")]
pub struct InvalidDataKey {
    /// The length found.
    pub len: usize,
}

impl DataKey {
    /// A data key: the agent encrypts with the first 32 bytes of `plaintext`, the client with the last 32. `ciphertext` is
    /// the key as only KMS can read it; `acknowledges_challenge` says whether the challenge was in the encryption context.
    ///
    /// # Errors
    /// [`InvalidDataKey`] when `plaintext` has another length.
    pub fn new(
        plaintext: &[u8],
        ciphertext: Vec<u8>,
        acknowledges_challenge: bool,
    ) -> Result<Self, InvalidDataKey> {
        let invalid = InvalidDataKey { len: plaintext.len() };
        let (agent, client) = plaintext.split_at_checked(KEY_BYTES).ok_or(invalid)?;
        Ok(Self {
            opening: key(agent).ok_or(invalid)?,
            sealing: key(client).ok_or(invalid)?,
            ciphertext,
            acknowledges_challenge,
            plaintext: Some(Zeroizing::new(plaintext.to_vec())),
        })
    }

    /// The same key with what it was made of, or without where nobody writes the channel down.
    pub(crate) fn kept_for(self, persistence: Persistence) -> Self {
        let plaintext = match persistence {
            Persistence::None => None,
            Persistence::Detachable | Persistence::Journaled => self.plaintext,
        };
        Self { plaintext, ..self }
    }
}

/// None when the bytes are not as many as a key has.
fn key(bytes: &[u8]) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, bytes).ok().map(LessSafeKey::new)
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKey")
            .field("acknowledges_challenge", &self.acknowledges_challenge)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_key_has_64_bytes() {
        for len in [0, 1, 31, 32, 33, 63, 65, 128] {
            let made = DataKey::new(&vec![7; len], vec![], false);
            assert_eq!(made.err(), Some(InvalidDataKey { len }));
        }
        assert!(DataKey::new(&[7; 64], vec![], false).is_ok());
        let text = "KMS made a data key of 63 bytes; a session needs 64.";
        assert_eq!(InvalidDataKey { len: 63 }.to_string(), text);
    }

    #[test]
    fn debug_shows_no_part_of_the_key() {
        let key = DataKey::new(&[0x41; 64], b"sealed".to_vec(), true).unwrap();
        assert_eq!(format!("{key:?}"), "DataKey { acknowledges_challenge: true, .. }");
    }
}
