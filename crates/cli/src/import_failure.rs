//! Why nothing was imported or exported.

use std::io;
use std::path::PathBuf;

use postern_import::ImportError;
use postern_model::{ended, system_text};
use thiserror::Error;

/// Why nothing was written.
#[derive(Debug, Error)]
pub(crate) enum ImportFailure {
    /// The file cannot be read.
    #[error("{} cannot be read: {}", path.display(), ended(&system_text(error)))]
    Unreadable { path: PathBuf, error: io::Error },
    /// The file cannot be written.
    #[error("{} cannot be written: {}", path.display(), ended(&system_text(error)))]
    Unwritable { path: PathBuf, error: io::Error },
    /// Nothing of it can be used.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// The variable with the password is not there.
    #[error("There is no variable {0}, or it is no text.")]
    NoVariable(String),
    /// Nobody can be asked for the password.
    #[error("The file is encrypted, and there is no terminal to ask for its password.")]
    NoPassword,
    /// Nobody can be asked.
    #[error("Nothing was imported: there is no terminal to ask in.")]
    NobodyToAsk,
    /// The user said no.
    #[error("Nothing was imported.")]
    NotConfirmed,
}

impl ImportFailure {
    /// What helps, in a sentence.
    pub(crate) fn next_step(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "Check its name and its rights.",
            Self::Unwritable { error, .. } if error.kind() == io::ErrorKind::AlreadyExists => {
                "Name a file that is not there yet."
            }
            Self::Unwritable { .. } => "Check the folder and its rights.",
            Self::Import(error) => error.next_step(),
            Self::NoVariable(_) => "Set it, or leave --password-env out to be asked.",
            Self::NoPassword => "Name the variable that holds it with --password-env.",
            Self::NobodyToAsk => "Add --yes to take all that is new or changed.",
            Self::NotConfirmed => "Run it again when you want it.",
        }
    }
}
