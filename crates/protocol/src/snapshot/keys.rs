//! The keys of an encrypted session, apart from its snapshot, so that they can be kept in a keyring.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::as_text::base64_array;
use crate::{DataKey, InvalidDataKey};

/// The data key of an encrypted session, which is the same for all of its snapshots: 64 secret bytes, wiped when dropped.
/// Has no textual form and is never part of a snapshot.
#[derive(Clone)]
pub struct SessionKeys {
    plaintext: Zeroizing<Vec<u8>>,
}

/// Tells one data key from another and says nothing about it, because nobody can try out 512 random bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct KeyDigest(#[serde(with = "base64_array")] [u8; 32]);

impl SessionKeys {
    /// The keys as they were kept.
    ///
    /// # Errors
    /// [`InvalidDataKey`] when they are not 64 bytes.
    pub fn new(plaintext: &[u8]) -> Result<Self, InvalidDataKey> {
        DataKey::new(plaintext, Vec::new(), false).map(|_| Self {
            plaintext: Zeroizing::new(plaintext.to_vec()),
        })
    }

    /// The 64 bytes, for a keyring.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.plaintext
    }

    pub(crate) fn digest(&self) -> KeyDigest {
        KeyDigest::of(&self.plaintext)
    }
}

impl PartialEq for SessionKeys {
    fn eq(&self, other: &Self) -> bool {
        self.digest() == other.digest()
    }
}

impl Eq for SessionKeys {}

impl KeyDigest {
    pub(crate) fn of(plaintext: &[u8]) -> Self {
        let digest = Sha256::new()
            .chain_update(b"session keys")
            .chain_update(plaintext);
        Self(digest.finalize().into())
    }
}
