//! A team file: connections that others keep in a file, shown beside one's own and never changed here.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The store's number of a team file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TeamFileId(pub i64);

/// A team file as it is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamFile {
    /// Its number in the store.
    pub id: TeamFileId,
    /// Where it is.
    pub path: PathBuf,
    /// Whether the tree shows it folded.
    pub collapsed: bool,
    /// What it held when it could last be read; none where it never could.
    pub last_good: Option<LastGood>,
}

/// What a team file held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastGood {
    /// Its connections as Postern's own file of connections, whatever the format of the team file is.
    pub text: String,
    /// When it was read, in milliseconds since 1970.
    pub at_ms: i64,
}
