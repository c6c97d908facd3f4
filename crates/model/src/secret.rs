//! Secrets by name, as whoever needs one asks for it, and why one cannot be had. Where they are kept is another crate's.

use async_trait::async_trait;
use secrecy::SecretString;
use thiserror::Error;

use crate::{SecretName, ended};

/// Whoever keeps secrets: the keyring of the system, or memory. It answers within a few seconds, whatever the system does.
#[async_trait]
pub trait SecretSource: Send + Sync {
    /// The secret of this name; none if there is none.
    ///
    /// # Errors
    /// Why it is not known whether there is one, or why it cannot be read.
    async fn secret(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError>;
}

/// Why a secret cannot be read, written or removed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SecretError {
    /// Nothing on this computer keeps secrets, or it cannot be reached.
    #[error("This computer has no keyring that Postern can use: {}", ended(detail))]
    NoKeyring {
        /// What the system said.
        detail: String,
    },
    /// The keyring is there and locked.
    #[error("The keyring is locked.")]
    Locked,
    /// The person closed the question that would have unlocked it.
    #[error("The keyring was not unlocked.")]
    Dismissed,
    /// The keyring did not answer in time.
    #[error("The keyring does not answer.")]
    Hangs,
    /// The keyring refused.
    #[error("The keyring cannot do this: {}", ended(detail))]
    Failed {
        /// What the system said; never a secret.
        detail: String,
    },
}

impl SecretError {
    /// A stable word for the interface to act on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoKeyring { .. } => "no-keyring",
            Self::Locked => "keyring-locked",
            Self::Dismissed => "keyring-dismissed",
            Self::Hangs => "keyring-hangs",
            Self::Failed { .. } => "keyring-failed",
        }
    }

    /// What the user can do about it, one sentence.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NoKeyring { .. } => {
                "Keep the secret for this run only, or start a keyring such as gnome-keyring."
            }
            Self::Locked | Self::Dismissed => "Unlock the keyring, then try again.",
            Self::Hangs => "If the system asks for a password, answer it; then try again.",
            Self::Failed { .. } => "Look into the keyring with the system's own program, then try again.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_is_a_sentence_and_a_next_step() {
        let detail = || "no bus".to_owned();
        for error in [
            SecretError::NoKeyring { detail: detail() },
            SecretError::Locked,
            SecretError::Dismissed,
            SecretError::Hangs,
            SecretError::Failed { detail: detail() },
        ] {
            for text in [error.to_string(), error.next_step().to_owned()] {
                assert!(text.ends_with('.') && !text.contains(".."), "{text}");
            }
        }
    }
}
