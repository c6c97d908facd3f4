//! What an import writes, decided before it is written.

use super::{ConnectionDraft, ConnectionId, GroupDraft, GroupId};

/// All that one import writes, in one step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportPlan {
    /// Groups, outer ones before those inside them.
    pub groups: Vec<PlannedGroup>,
    /// Connections.
    pub connections: Vec<PlannedConnection>,
}

/// Where something of a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlannedPlace {
    /// At the top of the list.
    Top,
    /// In a group that is there.
    Known(GroupId),
    /// In the group of this index in the plan.
    Planned(usize),
}

/// A group to be made, or to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedGroup {
    /// The one to be changed; none makes one.
    pub known: Option<GroupId>,
    /// Where it stands; a group that is changed stays where it is.
    pub place: PlannedPlace,
    /// What it becomes; its parent is in [`Self::place`].
    pub draft: GroupDraft,
}

/// A connection to be made, or to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedConnection {
    /// The one to be changed; none makes one.
    pub known: Option<ConnectionId>,
    /// Where it stands.
    pub place: PlannedPlace,
    /// What it becomes; its group is in [`Self::place`].
    pub draft: ConnectionDraft,
    /// By what the next import knows it again.
    pub key: String,
}

impl ImportPlan {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.connections.is_empty()
    }
}
