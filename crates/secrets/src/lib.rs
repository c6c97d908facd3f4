//! Secrets by name, in the keyring of the system or for this run only, and a key of ours to seal files with.
//!
//! [`Secrets`] answers within five seconds whatever the keyring does: each call has a thread of its own and a time limit
//! (`bounded`). Nothing is ever written to a plain file. Behind it stand the Secret Service (`secret_service`), the Keychain
//! and the Credential Manager (`native`), or nothing but memory. [`Sealer`] encrypts bytes with a key that the keyring keeps.

mod bounded;
#[cfg(all(unix, not(target_os = "macos")))]
mod bus_error;
mod keyring;
mod native;
#[cfg(all(unix, not(target_os = "macos")))]
mod question;
mod sealed;
mod sealer;
mod sealing_key;
#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service;
mod secrets;
mod state;
mod system;

pub use keyring_core::CredentialStore;
pub use sealed::OpenError;
pub use sealer::Sealer;
pub use secrets::Secrets;
pub use state::{SecretPlace, SecretState, SecretStates};

#[cfg(test)]
mod tests;
