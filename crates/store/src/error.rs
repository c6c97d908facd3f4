//! Why something could not be remembered: each error names the cause, [`StoreError::next_step`] names the remedy.

use std::{
    io,
    path::{Path, PathBuf},
};

use postern_model::{InvalidDraft, Pair};
use rusqlite::ErrorCode;
use thiserror::Error;

/// Why the store cannot be opened, read or written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The system names no folder for the data of applications.
    #[error("This computer has no folder for application data.")]
    NoDataFolder,
    /// Writing is not allowed there.
    #[error("Postern may not write to {}.", path.display())]
    ReadOnly {
        /// The file or folder.
        path: PathBuf,
    },
    /// There is no room.
    #[error("The disk with {} is full.", path.display())]
    DiskFull {
        /// The file.
        path: PathBuf,
    },
    /// Another program kept it locked for several seconds.
    #[error("Another program holds {}.", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// A later version of Postern wrote it. Nothing in it was touched.
    #[error("{} was written by a later version of Postern (form {found}; this one knows {known}).", path.display())]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// The schema of the file.
        found: i64,
        /// The latest schema that this program knows.
        known: i64,
    },
    /// The file was damaged while it was in use.
    #[error("{} is damaged: {detail}", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// The disk or the file system failed.
    #[error("{} cannot be used: {detail}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        detail: String,
    },
    /// SQLite refused for another reason.
    #[error("The store {} failed: {detail}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        detail: String,
    },
    /// What the user wrote cannot be saved.
    #[error(transparent)]
    Invalid(#[from] InvalidDraft),
    /// The list has this pair already.
    #[error("The pair {0} is in the list already.")]
    PairExists(Pair),
    /// The pair was removed meanwhile.
    #[error("The pair no longer exists.")]
    UnknownPair,
}

impl StoreError {
    /// A stable word for the interface to act on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoDataFolder => "store-no-data-folder",
            Self::ReadOnly { .. } => "store-read-only",
            Self::DiskFull { .. } => "store-disk-full",
            Self::Locked { .. } => "store-locked",
            Self::NewerSchema { .. } => "store-newer-schema",
            Self::Corrupt { .. } => "store-corrupt",
            Self::Io { .. } => "store-io",
            Self::Database { .. } => "store-database",
            Self::Invalid(InvalidDraft::EmptyName) => "empty-name",
            Self::Invalid(InvalidDraft::GroupExists(_)) => "group-exists",
            Self::Invalid(InvalidDraft::UnknownGroup) => "unknown-group",
            Self::Invalid(InvalidDraft::UnknownConnection) => "unknown-connection",
            Self::PairExists(_) => "pair-exists",
            Self::UnknownPair => "unknown-pair",
        }
    }

    /// What the user can do about it, one sentence.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NoDataFolder => "Set POSTERN_DATA_DIR to a folder for Postern's data, then start it again.",
            Self::ReadOnly { .. } => "Allow writing there, or set POSTERN_DATA_DIR to another folder.",
            Self::DiskFull { .. } => "Free some space, then try again.",
            Self::Locked { .. } => "Close other running copies of Postern, then try again.",
            Self::NewerSchema { .. } => "Update Postern. The file was not touched.",
            Self::Corrupt { .. } => {
                "Start Postern again: it sets the file aside and restores the newest backup."
            }
            Self::Io { .. } => "Check the disk and the folder, then try again.",
            Self::Database { .. } => "Try again; if it stays, start Postern again.",
            Self::Invalid(InvalidDraft::EmptyName) => "Write a name, then save again.",
            Self::Invalid(InvalidDraft::GroupExists(_)) => "Choose another name.",
            Self::Invalid(InvalidDraft::UnknownGroup) => "Choose another group.",
            Self::Invalid(InvalidDraft::UnknownConnection) => "Save it as a new connection.",
            Self::PairExists(_) => "Change the pair that is there.",
            Self::UnknownPair => "Add it again.",
        }
    }

    pub(crate) fn of_io(path: &Path, error: &io::Error) -> Self {
        let path = path.to_owned();
        let is = |kinds: &[io::ErrorKind]| kinds.contains(&error.kind());
        if is(&[io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem]) {
            Self::ReadOnly { path }
        } else if is(&[io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded]) {
            Self::DiskFull { path }
        } else {
            Self::Io {
                path,
                detail: error.to_string(),
            }
        }
    }

    pub(crate) fn of_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        let (path, detail) = (path.to_owned(), error.to_string());
        let is = |codes: &[ErrorCode]| {
            error
                .sqlite_error_code()
                .is_some_and(|code| codes.contains(&code))
        };
        if is(&[ErrorCode::DatabaseCorrupt, ErrorCode::NotADatabase]) {
            Self::Corrupt { path, detail }
        } else if is(&[ErrorCode::DatabaseBusy, ErrorCode::DatabaseLocked]) {
            Self::Locked { path }
        } else if is(&[ErrorCode::DiskFull]) {
            Self::DiskFull { path }
        } else if is(&[ErrorCode::ReadOnly, ErrorCode::PermissionDenied]) {
            Self::ReadOnly { path }
        } else if is(&[ErrorCode::SystemIoFailure, ErrorCode::CannotOpen]) {
            Self::Io { path, detail }
        } else {
            Self::Database { path, detail }
        }
    }
}

/// What goes wrong inside a transaction, before it is known which file it was.
#[derive(Debug)]
pub(crate) enum Failure {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl Failure {
    pub(crate) fn at(self, path: &Path) -> StoreError {
        match self {
            Self::Sqlite(error) => StoreError::of_sqlite(path, &error),
            Self::Store(error) => error,
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<InvalidDraft> for Failure {
    fn from(error: InvalidDraft) -> Self {
        Self::Store(error.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_are_named_by_what_the_user_can_do() {
        let code = |kind: io::ErrorKind| StoreError::of_io(Path::new("/x"), &kind.into()).code();
        assert_eq!(code(io::ErrorKind::PermissionDenied), "store-read-only");
        assert_eq!(code(io::ErrorKind::ReadOnlyFilesystem), "store-read-only");
        assert_eq!(code(io::ErrorKind::StorageFull), "store-disk-full");
        assert_eq!(code(io::ErrorKind::NotADirectory), "store-io");
    }
}
