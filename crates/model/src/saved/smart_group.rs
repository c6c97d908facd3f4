//! Smart groups: queries that the sidebar keeps open.

use serde::{Deserialize, Serialize};

/// The store's number of a smart group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SmartGroupId(pub i64);

/// A query under a name, whose nodes are shown like those of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmartGroup {
    /// Its number in the store.
    pub id: SmartGroupId,
    /// What the user wrote.
    pub draft: SmartGroupDraft,
    /// Whether the tree shows it folded.
    pub collapsed: bool,
}

/// What the user writes about a smart group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmartGroupDraft {
    /// Not empty.
    pub name: String,
    /// In the one query language; not empty.
    pub query: String,
}
