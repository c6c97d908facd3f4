//! The data key of an encrypted session, as the driver hands it in.

use std::fmt;

use thiserror::Error;
use zeroize::Zeroizing;

/// The length of the plaintext: 32 bytes for each direction.
const PLAINTEXT_BYTES: usize = 64;

/// What the driver must ask KMS for: GenerateDataKey with 64 bytes (plugin contract, protocol §9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKeyWanted {
    /// The key as the agent names it: key id, alias or ARN, unchecked.
    pub key_id: String,
    /// The agent's random challenge (base64), from newer agents: the value of `aws:ssm:RandomChallenge` in the encryption
    /// context.
    pub challenge: Option<String>,
}

/// The answer of KMS.
#[derive(Clone)]
pub struct DataKey {
    pub(crate) plaintext: Zeroizing<[u8; PLAINTEXT_BYTES]>,
    pub(crate) ciphertext: Vec<u8>,
    pub(crate) acknowledges_challenge: bool,
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
        let len = plaintext.len();
        let plaintext = Zeroizing::new(plaintext.try_into().map_err(|_| InvalidDataKey { len })?);
        Ok(Self {
            plaintext,
            ciphertext,
            acknowledges_challenge,
        })
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DataKey")
            .field("acknowledges_challenge", &self.acknowledges_challenge)
            .finish_non_exhaustive()
    }
}
