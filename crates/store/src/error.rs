//! Why something could not be remembered: each error names the cause, [`StoreError::next_step`] names the remedy.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
};

use postern_model::{InvalidDraft, Pair, ProfileName, system_text};
use rusqlite::ErrorCode;
use thiserror::Error;

/// What SQLite keeps beside an open file.
const SHARED_MEMORY: usize = 32 * 1024;
const PROBE: &str = ".probe";

/// Why the store cannot be opened, read or written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The system names no folder for the data of applications.
    #[error("This computer has no folder for application data.")]
    NoDataFolder,
    /// Reading is not allowed there.
    #[error("Postern may not read {}.", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
    },
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
    /// Postern has a profile of this name already.
    #[error("Postern has a profile named {0} already.")]
    OwnProfileExists(ProfileName),
    /// The own profile was removed meanwhile.
    #[error("This profile of Postern no longer exists.")]
    UnknownOwnProfile,
    /// Groups or connections were changed between the review of an import and its last word.
    #[error("Connections were changed since this list was made.")]
    ChangedSinceReview,
}

impl StoreError {
    /// A stable word for the interface to act on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoDataFolder => "store-no-data-folder",
            Self::Unreadable { .. } => "store-unreadable",
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
            Self::Invalid(InvalidDraft::InsideItself) => "inside-itself",
            Self::Invalid(InvalidDraft::TooDeep) => "too-deep",
            Self::Invalid(InvalidDraft::UnknownConnection) => "unknown-connection",
            Self::Invalid(InvalidDraft::UnknownSmartGroup) => "unknown-smart-group",
            Self::Invalid(InvalidDraft::EmptyQuery) => "empty-query",
            Self::Invalid(InvalidDraft::UnknownForward) => "unknown-forward",
            Self::Invalid(InvalidDraft::UnknownTeamFile) => "unknown-team-file",
            Self::Invalid(InvalidDraft::PathNotText) => "path-not-text",
            Self::ChangedSinceReview => "changed-since-review",
            Self::PairExists(_) => "pair-exists",
            Self::UnknownPair => "unknown-pair",
            Self::OwnProfileExists(_) => "own-profile-exists",
            Self::UnknownOwnProfile => "unknown-own-profile",
        }
    }

    /// What the user can do about it, one sentence.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NoDataFolder => "Set POSTERN_DATA_DIR to a folder for Postern's data, then start it again.",
            Self::Unreadable { .. } => {
                "Allow reading and writing there, or set POSTERN_DATA_DIR to another folder."
            }
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
            Self::Invalid(
                InvalidDraft::UnknownGroup | InvalidDraft::InsideItself | InvalidDraft::TooDeep,
            ) => "Choose another group.",
            Self::Invalid(InvalidDraft::EmptyQuery) => "Write the query, then save again.",
            Self::Invalid(InvalidDraft::UnknownSmartGroup) => "Save it as a new smart group.",
            Self::Invalid(InvalidDraft::UnknownConnection) => "Save it as a new connection.",
            Self::Invalid(InvalidDraft::UnknownForward) => "Save it as a new forward.",
            Self::Invalid(InvalidDraft::UnknownTeamFile) => "Add it again.",
            Self::Invalid(InvalidDraft::PathNotText) => "Rename the file or its folder.",
            Self::ChangedSinceReview => "Look at the new list, then import again.",
            Self::PairExists(_) => "Change the pair that is there.",
            Self::OwnProfileExists(_) => "Choose another name.",
            Self::UnknownPair | Self::UnknownOwnProfile => "Add it again.",
        }
    }

    pub(crate) fn of_io(path: &Path, error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        let path = path.to_owned();
        let is = |kinds: &[Kind]| kinds.contains(&error.kind());
        if is(&[Kind::PermissionDenied]) && !may_be_read(&path) {
            Self::Unreadable { path }
        } else if is(&[Kind::PermissionDenied, Kind::ReadOnlyFilesystem]) {
            Self::ReadOnly { path }
        } else if is(&[Kind::StorageFull, Kind::QuotaExceeded, Kind::FileTooLarge]) {
            // A limit on the size of files leaves no more room than a full disk.
            Self::DiskFull { path }
        } else {
            Self::Io {
                path,
                detail: system_text(error),
            }
        }
    }

    pub(crate) fn of_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        Self::of_sqlite_with(path, error, refusal_of_the_system)
    }

    /// SQLite does not say why the system let it down, so `ask` finds that out.
    fn of_sqlite_with(
        path: &Path,
        error: &rusqlite::Error,
        ask: impl FnOnce(&Path) -> io::Result<()>,
    ) -> Self {
        use ErrorCode as Code;
        let (path, detail) = (path.to_owned(), error.to_string());
        let code = error.sqlite_error_code();
        let is = |codes: &[Code]| code.is_some_and(|code| codes.contains(&code));
        if is(&[Code::DatabaseCorrupt, Code::NotADatabase]) {
            return Self::Corrupt { path, detail };
        } else if is(&[Code::DatabaseBusy, Code::DatabaseLocked]) {
            return Self::Locked { path };
        } else if is(&[Code::DiskFull]) {
            return Self::DiskFull { path };
        }
        let (refused, failed) = (
            is(&[Code::ReadOnly, Code::PermissionDenied]),
            is(&[Code::SystemIoFailure, Code::CannotOpen]),
        );
        if !refused && !failed {
            return Self::Database { path, detail };
        }
        match ask(&path) {
            Err(refusal) => Self::of_io(&path, &refusal),
            Ok(()) if refused => Self::ReadOnly { path },
            Ok(()) => Self::Io { path, detail },
        }
    }
}

fn may_be_read(path: &Path) -> bool {
    let opened = match fs::metadata(path) {
        Ok(found) if found.is_dir() => fs::read_dir(path).map(drop),
        Ok(_) => File::open(path).map(drop),
        Err(error) => Err(error),
    };
    !opened.is_err_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
}

/// Does what SQLite does: opens the file and writes as much beside it as its shared memory takes.
fn refusal_of_the_system(path: &Path) -> io::Result<()> {
    OpenOptions::new().read(true).write(true).open(path)?;
    let mut name = path.as_os_str().to_owned();
    name.push(PROBE);
    let probe = Path::new(&name);
    let written = fs::write(probe, [0; SHARED_MEMORY]);
    let removed = fs::remove_file(probe);
    written.and(removed)
}

/// What goes wrong inside a transaction, before it is known which file it was.
#[derive(Debug)]
pub(crate) enum ChangeFailed {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl ChangeFailed {
    pub(crate) fn at(self, path: &Path) -> StoreError {
        match self {
            Self::Sqlite(error) => StoreError::of_sqlite(path, &error),
            Self::Store(error) => error,
        }
    }
}

impl From<rusqlite::Error> for ChangeFailed {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for ChangeFailed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<InvalidDraft> for ChangeFailed {
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
        assert_eq!(code(io::ErrorKind::FileTooLarge), "store-disk-full");
        assert_eq!(code(io::ErrorKind::NotADirectory), "store-io");
    }

    #[test]
    fn what_sqlite_does_not_say_the_system_is_asked_for() {
        use rusqlite::ffi;
        let asked = |code: i32, answer: Option<io::ErrorKind>| {
            let error = rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some("disk I/O error".into()));
            let answer = answer.map_or(Ok(()), |kind| Err(kind.into()));
            StoreError::of_sqlite_with(Path::new("/x"), &error, |_| answer).code()
        };
        let full = Some(io::ErrorKind::StorageFull);
        for code in [
            ffi::SQLITE_IOERR_SHMSIZE,
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_CANTOPEN,
        ] {
            assert_eq!(asked(code, full), "store-disk-full");
            assert_eq!(
                asked(code, Some(io::ErrorKind::ReadOnlyFilesystem)),
                "store-read-only"
            );
            assert_eq!(asked(code, None), "store-io");
        }
        assert_eq!(asked(ffi::SQLITE_READONLY, None), "store-read-only");
        assert_eq!(asked(ffi::SQLITE_FULL, None), "store-disk-full");
        assert_eq!(asked(ffi::SQLITE_CORRUPT, full), "store-corrupt");
    }
}
