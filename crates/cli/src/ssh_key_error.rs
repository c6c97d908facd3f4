//! What keeps a key from being sent.

use std::io;
use std::path::PathBuf;

use postern_model::{Target, ended, system_text};
use thiserror::Error;

/// Why an instance was not given a key for ssh.
#[derive(Debug, Error)]
pub(crate) enum SshKeyError {
    /// EC2 Instance Connect knows instances only.
    #[error("EC2 Instance Connect sends keys to EC2 instances only, and {0} is none.")]
    NotAnInstance(Target),
    /// The private half of a key that is made here has no place.
    #[error("A key that is made for one connection needs a file from which ssh reads it.")]
    NoIdentityFile,
    /// The public key cannot be used.
    #[error("The public key {} cannot be used: {}", path.display(), ended(why))]
    PublicKey {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// No key could be made.
    #[error("No key could be made: the system gives no random numbers, or no form for it.")]
    NotMade,
    /// The private half cannot be written.
    #[error("The key file {} cannot be written: {}", path.display(), ended(&system_text(error)))]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

impl SshKeyError {
    /// What the user can do about it, one sentence.
    pub(crate) fn next_step(&self) -> &'static str {
        match self {
            Self::NotAnInstance(_) => "Leave --send-key out, and have the node know your key.",
            Self::NoIdentityFile => {
                "Name it with --identity-file and as IdentityFile of ssh, as `postern ssh-config --send-key` does, or name \
                 your own public key with --send-key=FILE."
            }
            Self::PublicKey { .. } => "Name the .pub file of an RSA or Ed25519 key in OpenSSH's form.",
            Self::NotMade => "Name your own public key with --send-key=FILE.",
            Self::NotWritten { .. } => {
                "Check the folder's rights, or name another file with --identity-file."
            }
        }
    }
}
