//! Saved connections and their groups, as the user made them.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{DocumentName, EncryptionPolicy, ProfileName, Region, Target};

/// The store's number of a saved connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConnectionId(pub i64);

/// The store's number of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GroupId(pub i64);

/// A saved connection. A profile or Region of `None` is inherited (see [`crate::inherit`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Its number in the store.
    pub id: ConnectionId,
    /// What the user wrote.
    pub draft: ConnectionDraft,
}

/// What the user writes about a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionDraft {
    /// Shown in the list and on the tab; not empty.
    pub name: String,
    /// The group it belongs to; none means the top of the list.
    pub group: Option<GroupId>,
    /// What to reach.
    pub target: Target,
    /// Own profile, or inherited.
    pub profile: Option<ProfileName>,
    /// Own Region, or inherited.
    pub region: Option<Region>,
    /// The Session document, or the Region's shell.
    pub document: Option<DocumentName>,
    /// The document's parameters, each a list of texts, in the order they were given.
    pub parameters: Vec<(String, Vec<String>)>,
    /// Own demand on encryption, or inherited.
    pub encryption: Option<EncryptionPolicy>,
    /// Free text.
    pub description: String,
    /// Labels to search by.
    pub tags: Vec<String>,
}

/// A group of saved connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its number in the store.
    pub id: GroupId,
    /// What the user wrote.
    pub draft: GroupDraft,
    /// Whether the tree shows it folded.
    pub collapsed: bool,
}

/// What the user writes about a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupDraft {
    /// Unique among groups (compared without case), not empty.
    pub name: String,
    /// The profile its connections inherit.
    pub profile: Option<ProfileName>,
    /// The Region its connections inherit.
    pub region: Option<Region>,
    /// The demand on encryption that its connections inherit.
    pub encryption: Option<EncryptionPolicy>,
    /// Free text.
    pub description: String,
}

/// Why a connection, group or forward cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidDraft {
    /// A name is needed.
    #[error("Give it a name.")]
    EmptyName,
    /// Another group has this name.
    #[error("There is already a group named {0}.")]
    GroupExists(String),
    /// The group was deleted meanwhile.
    #[error("The group no longer exists.")]
    UnknownGroup,
    /// The connection was deleted meanwhile.
    #[error("The connection no longer exists.")]
    UnknownConnection,
    /// The forward was deleted meanwhile.
    #[error("The forward no longer exists.")]
    UnknownForward,
}
