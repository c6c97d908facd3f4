//! What is asked of a keyring, whichever system it belongs to.

use async_trait::async_trait;
use postern_model::{SecretError, SecretName};
use secrecy::SecretString;

/// The name that Postern's entries have in common.
pub(crate) const SERVICE: &str = "postern";

/// Whether a keyring has a secret, found out without asking anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It is there and can be read.
    Stored,
    /// It is there, or may be, and the keyring is locked.
    Locked,
    /// It is not there.
    Absent,
}

/// A keyring. Its calls block for as long as the system likes, but for [`Keyring::unlock`] none asks the person.
#[async_trait]
pub(crate) trait Keyring: Send + Sync + 'static {
    /// Looks for secrets, in the order of their names.
    fn look(&self, names: &[SecretName]) -> Result<Vec<Presence>, SecretError>;

    /// Reads a secret.
    fn read(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError>;

    /// Writes a secret; `label` is what the system's own program shows.
    fn write(&self, name: &SecretName, label: &str, secret: &SecretString) -> Result<(), SecretError>;

    /// Removes a secret; one that is not there is no error.
    fn remove(&self, name: &SecretName) -> Result<(), SecretError>;

    /// Has the system ask the person to unlock the keyring, and waits for that.
    async fn unlock(&self) -> Result<(), SecretError>;
}

/// No keyring at all, as in the demo.
pub(crate) struct NoKeyring {
    pub(crate) detail: String,
}

impl NoKeyring {
    fn error(&self) -> SecretError {
        SecretError::NoKeyring {
            detail: self.detail.clone(),
        }
    }
}

#[async_trait]
impl Keyring for NoKeyring {
    fn look(&self, _: &[SecretName]) -> Result<Vec<Presence>, SecretError> {
        Err(self.error())
    }

    fn read(&self, _: &SecretName) -> Result<Option<SecretString>, SecretError> {
        Err(self.error())
    }

    fn write(&self, _: &SecretName, _: &str, _: &SecretString) -> Result<(), SecretError> {
        Err(self.error())
    }

    fn remove(&self, _: &SecretName) -> Result<(), SecretError> {
        Err(self.error())
    }

    async fn unlock(&self) -> Result<(), SecretError> {
        Err(self.error())
    }
}
