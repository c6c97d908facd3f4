//! Sealing with a key of ours that the keyring keeps.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use postern_model::SecretError;
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};
use zeroize::{Zeroize, Zeroizing};

use crate::{
    sealed::{KEY_BYTES, OpenError, SealedForm},
    state::SecretPlace,
};

/// Seals bytes for files, and opens them again. Clones share the key.
#[derive(Clone)]
pub struct Sealer {
    form: Arc<SealedForm>,
    place: SecretPlace,
}

impl Sealer {
    /// Where the key is kept. With one of this run only, nothing that is sealed can be opened after it.
    #[must_use]
    pub fn place(&self) -> SecretPlace {
        self.place
    }

    /// Encrypts `text`. `about` says what it is and where it belongs, such as a session's id; it is not kept, and opening
    /// takes the same again.
    ///
    /// # Errors
    /// [`SecretError::Failed`] when the system has no randomness.
    pub fn seal(&self, text: &[u8], about: &[u8]) -> Result<Vec<u8>, SecretError> {
        self.form.seal(text, about).ok_or_else(no_randomness)
    }

    /// Decrypts what was sealed for the same `about`.
    ///
    /// # Errors
    /// Any [`OpenError`].
    pub fn open(&self, sealed: &[u8], about: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        self.form.open(sealed, about)
    }

    /// With the key of the keyring.
    pub(crate) fn of(key: &SecretString, place: SecretPlace) -> Result<Self, SecretError> {
        let mut decoded = STANDARD.decode(key.expose_secret()).unwrap_or_default();
        let bytes: Option<[u8; KEY_BYTES]> = decoded.as_slice().try_into().ok();
        decoded.zeroize();
        // Another one in its place would make all that was sealed unreadable.
        let bytes = bytes.map(Zeroizing::new).ok_or_else(|| SecretError::Failed {
            detail: "the key for sealed files that it keeps was changed".into(),
        })?;
        let form = SealedForm::new(bytes).map(Arc::new).ok_or_else(no_randomness)?;
        Ok(Self { form, place })
    }
}

/// A new key, as text for the keyring.
pub(crate) fn new_key() -> Result<SecretString, SecretError> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    let drawn = SystemRandom::new().fill(key.as_mut_slice());
    drawn.map_err(|_| no_randomness())?;
    Ok(STANDARD.encode(key.as_slice()).into())
}

fn no_randomness() -> SecretError {
    SecretError::Failed {
        detail: "this computer gives no random numbers".into(),
    }
}
