//! A saved connection: a target, or a question to the fleet, kept under a name.

use serde::{Deserialize, Serialize};

use super::{Colour, GroupId, Guard};
use crate::{DocumentName, EncryptionPolicy, PickRule, ProfileName, Region, Target};

/// The store's number of a saved connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ConnectionId(pub i64);

/// A saved connection. What it leaves open is inherited (see [`super::EffectiveConnection`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Its number in the store.
    pub id: ConnectionId,
    /// What the user wrote.
    pub draft: ConnectionDraft,
    /// Its place among the connections of its group where the user arranged them; those without come last, by name.
    pub position: Option<i64>,
    /// By what an import knows it again; none where it was not imported.
    pub import_key: Option<String>,
}

/// What a connection leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionGoal {
    /// Always the same node or container.
    Target(Target),
    /// Whatever of the fleet answers a query when it is opened.
    Query {
        /// In the one query language; every text is a query.
        query: String,
        /// Which of those that answer.
        pick: PickRule,
    },
}

impl ConnectionGoal {
    /// The target, where it is always the same.
    #[must_use]
    pub fn target(&self) -> Option<&Target> {
        match self {
            Self::Target(target) => Some(target),
            Self::Query { .. } => None,
        }
    }
}

/// What the user writes about a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionDraft {
    /// Shown in the list and on the tab; not empty.
    pub name: String,
    /// The group it belongs to; none means the top of the list.
    pub group: Option<GroupId>,
    /// What to reach.
    pub goal: ConnectionGoal,
    /// Own profile, or inherited. Of a query: only nodes of this profile.
    pub profile: Option<ProfileName>,
    /// Own Region, or inherited. Of a query: only nodes of this Region.
    pub region: Option<Region>,
    /// Own Session document, or inherited.
    pub document: Option<DocumentName>,
    /// The document's parameters, each a list of texts, in the order they were given. Without an own document they
    /// replace those of the same names that come with the inherited one.
    pub parameters: Vec<(String, Vec<String>)>,
    /// Own demand on encryption, or inherited.
    pub encryption: Option<EncryptionPolicy>,
    /// Own colour, or inherited.
    pub colour: Option<Colour>,
    /// What it adds to the guard that it inherits.
    pub guard: Guard,
    /// Free text.
    pub description: String,
    /// Labels to search by.
    pub tags: Vec<String>,
}

impl ConnectionDraft {
    /// A connection at the top of the list that inherits everything.
    #[must_use]
    pub fn new(name: impl Into<String>, goal: ConnectionGoal) -> Self {
        Self {
            name: name.into(),
            group: None,
            goal,
            profile: None,
            region: None,
            document: None,
            parameters: Vec::new(),
            encryption: None,
            colour: None,
            guard: Guard::default(),
            description: String::new(),
            tags: Vec::new(),
        }
    }
}
