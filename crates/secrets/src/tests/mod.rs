//! Secrets in keyrings that work, are locked, are missing or hang.

mod canary;
mod hanging;
mod keeping;
mod sealing;

use std::sync::Arc;

use keyring_core::{Entry, Error, mock};
use postern_model::SecretName;
use secrecy::{ExposeSecret, SecretString};

use crate::Secrets;

fn name(text: &str) -> SecretName {
    SecretName::parse(text).unwrap()
}

fn secret(text: &str) -> SecretString {
    text.to_owned().into()
}

fn shown(secret: Option<SecretString>) -> Option<String> {
    secret.map(|secret| secret.expose_secret().to_owned())
}

/// The library's mock, and secrets that are kept in it.
struct Mock {
    store: Arc<mock::Store>,
    secrets: Secrets,
}

impl Mock {
    fn new() -> Self {
        let store = mock::Store::new().unwrap();
        Self {
            secrets: Secrets::with_store(Arc::clone(&store) as Arc<_>),
            store,
        }
    }

    /// A new run of the program with the same keyring.
    fn again(&self) -> Secrets {
        Secrets::with_store(Arc::clone(&self.store) as Arc<_>)
    }

    /// The next call for this name fails so.
    fn fail(&self, name: &SecretName, error: Error) {
        let store = Arc::clone(&self.store) as Arc<_>;
        let entry = Entry::new_in_store(&store, "postern", name.as_str()).unwrap();
        entry
            .as_any()
            .downcast_ref::<mock::Cred>()
            .unwrap()
            .set_error(error);
    }
}

fn locked() -> Error {
    Error::NoStorageAccess("the keychain is locked".into())
}

fn broken() -> Error {
    Error::PlatformFailure("error -25291".into())
}
