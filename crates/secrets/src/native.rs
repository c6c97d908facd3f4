//! Keyrings through `keyring-core`: the Keychain of macOS, the Credential Manager of Windows, and the library's mock in tests.

use std::sync::Arc;

use async_trait::async_trait;
use keyring_core::{CredentialStore, Entry, Error};
use postern_model::{SecretError, SecretName};
use secrecy::{ExposeSecret, SecretString};

use crate::keyring::{Keyring, Presence, SERVICE};

/// A store of that library.
pub(crate) struct NativeKeyring(pub(crate) Arc<CredentialStore>);

/// The store of this system.
#[cfg(target_os = "macos")]
pub(crate) fn of_system() -> Arc<dyn Keyring> {
    match apple_native_keyring_store::keychain::Store::new() {
        Ok(store) => Arc::new(NativeKeyring(store)),
        Err(error) => none(&error),
    }
}

/// The store of this system.
#[cfg(windows)]
pub(crate) fn of_system() -> Arc<dyn Keyring> {
    match windows_native_keyring_store::Store::new() {
        Ok(store) => Arc::new(NativeKeyring(store)),
        Err(error) => none(&error),
    }
}

#[cfg(any(target_os = "macos", windows))]
fn none(error: &Error) -> Arc<dyn Keyring> {
    Arc::new(crate::keyring::NoKeyring {
        detail: error.to_string(),
    })
}

impl NativeKeyring {
    fn entry(&self, name: &SecretName) -> Result<Entry, SecretError> {
        Entry::new_in_store(&self.0, SERVICE, name.as_str()).map_err(|error| explain(&error))
    }
}

#[async_trait]
impl Keyring for NativeKeyring {
    fn look(&self, names: &[SecretName]) -> Result<Vec<Presence>, SecretError> {
        let presence = |name| match self.entry(name)?.get_credential() {
            Ok(_) => Ok(Presence::Stored),
            Err(Error::NoEntry) => Ok(Presence::Absent),
            Err(Error::NoStorageAccess(_)) => Ok(Presence::Locked),
            Err(error) => Err(explain(&error)),
        };
        names.iter().map(presence).collect()
    }

    fn read(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        match self.entry(name)?.get_password() {
            Ok(text) => Ok(Some(text.into())),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(explain(&error)),
        }
    }

    fn write(&self, name: &SecretName, _: &str, secret: &SecretString) -> Result<(), SecretError> {
        let written = self.entry(name)?.set_password(secret.expose_secret());
        written.map_err(|error| explain(&error))
    }

    fn remove(&self, name: &SecretName) -> Result<(), SecretError> {
        match self.entry(name)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(explain(&error)),
        }
    }

    /// These systems unlock their keyring with the session, or ask by themselves when it is read.
    async fn unlock(&self) -> Result<(), SecretError> {
        Ok(())
    }
}

/// The library's `Display` never shows a secret; its `Debug` does.
fn explain(error: &Error) -> SecretError {
    if matches!(error, Error::NoStorageAccess(_)) {
        return SecretError::Locked;
    }
    SecretError::Failed {
        detail: error.to_string(),
    }
}
