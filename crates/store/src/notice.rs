//! What the user must be told about the opening of the store.

use std::{fmt, path::PathBuf};

/// Something happened while the store was opened; it is open all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
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
            Self::SetAside { detail, .. } => Some(detail),
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
