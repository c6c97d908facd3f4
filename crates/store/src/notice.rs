//! What the user must be told about the opening of the store.

use std::{fmt, path::PathBuf};

use rusqlite::{Connection, Transaction};
use serde::{Deserialize, Serialize};

use crate::{Store, StoreError};

/// Something happened while the store was opened; it is open all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoreNotice {
    /// The file was damaged; it was set aside and a backup, or an empty store, took its place.
    SetAside {
        /// Where the damaged file is now.
        kept: PathBuf,
        /// What is wrong with it.
        detail: String,
        /// The backup that was restored; none means that there was none that could be read.
        restored: Option<PathBuf>,
    },
    /// The log of the last changes was damaged: the program did not come to its end, and what it wrote last is lost.
    ChangesLost {
        /// Where the file and its log are kept as they were.
        kept: PathBuf,
        /// What is wrong with the log.
        detail: String,
    },
    /// The file was missing or empty, and a backup was restored.
    WasMissing {
        /// Where the file belongs.
        path: PathBuf,
        /// The backup that was restored.
        restored: PathBuf,
    },
    /// Some entries are not what this program understands. They are not shown and stay in the file.
    UnreadableEntries {
        /// The file.
        path: PathBuf,
        /// How many they are.
        entries: usize,
    },
}

impl StoreNotice {
    /// A stable word for the interface to act on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SetAside { .. } => "store-set-aside",
            Self::ChangesLost { .. } => "store-changes-lost",
            Self::WasMissing { .. } => "store-was-missing",
            Self::UnreadableEntries { .. } => "store-unreadable-entries",
        }
    }

    /// What the user can do about it, one sentence.
    #[must_use]
    pub fn next_step(&self) -> String {
        match self {
            Self::SetAside { kept, .. } => {
                format!(
                    "Check your connections and settings. The damaged file is kept as {}.",
                    kept.display()
                )
            }
            Self::ChangesLost { kept, .. } => {
                format!(
                    "Check your connections and settings. The saved data as it was is kept as {}.",
                    kept.display()
                )
            }
            Self::WasMissing { .. } => "Check your connections and settings for later changes.".into(),
            Self::UnreadableEntries { .. } => {
                "They may come from another version of Postern: update it.".into()
            }
        }
    }

    /// What the system said, where that says more.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::SetAside { detail, .. } | Self::ChangesLost { detail, .. } => Some(detail),
            Self::WasMissing { .. } | Self::UnreadableEntries { .. } => None,
        }
    }
}

impl fmt::Display for StoreNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetAside {
                restored: Some(backup),
                ..
            } => {
                write!(
                    f,
                    "The saved data was damaged; the backup {} took its place.",
                    backup.display()
                )
            }
            Self::SetAside { restored: None, .. } => f.write_str(
                "The saved data was damaged and there is no backup; Postern started with an empty store.",
            ),
            Self::ChangesLost { .. } => {
                f.write_str("The last changes to the saved data were damaged on the disk and are lost.")
            }
            Self::WasMissing { path, restored } => {
                write!(
                    f,
                    "{} was missing; the backup {} took its place.",
                    path.display(),
                    restored.display()
                )
            }
            Self::UnreadableEntries { path, entries } => {
                write!(
                    f,
                    "{entries} saved entries in {} cannot be understood and are not shown.",
                    path.display()
                )
            }
        }
    }
}

impl StoreNotice {
    /// What is found anew at each opening need not be remembered.
    fn is_told_once(&self) -> bool {
        !matches!(self, Self::UnreadableEntries { .. })
    }
}

impl Store {
    /// The user has seen what the opening of the store had to tell: later openings do not tell it again.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    pub fn forget_notices(&self) -> Result<(), StoreError> {
        self.write(|transaction| Ok(transaction.execute("DELETE FROM notices", []).map(drop)?))
    }
}

/// Keeps `notices` until they were seen, and answers with all that were not.
pub(crate) fn until_seen(
    connection: &mut Connection,
    notices: &[StoreNotice],
) -> rusqlite::Result<Vec<StoreNotice>> {
    let transaction = connection.transaction()?;
    for notice in notices.iter().filter(|notice| notice.is_told_once()) {
        keep(&transaction, notice)?;
    }
    transaction.commit()?;
    let mut statement = connection.prepare("SELECT json FROM notices ORDER BY id")?;
    let kept = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut unseen = Vec::new();
    for json in kept {
        unseen.extend(serde_json::from_str(&json?).ok());
    }
    Ok(unseen)
}

/// A path that is not Unicode cannot be written down; such a notice is told in this run only.
fn keep(transaction: &Transaction<'_>, notice: &StoreNotice) -> rusqlite::Result<()> {
    let Ok(json) = serde_json::to_string(notice) else {
        return Ok(());
    };
    transaction
        .execute("INSERT OR IGNORE INTO notices (json) VALUES (?1)", [json])
        .map(drop)
}
