//! What stands in the list of saved things, and where it can be put.

use super::{ConnectionId, GroupId};

/// A group or a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SavedItem {
    /// A group, with all that is in it.
    Group(GroupId),
    /// A connection.
    Connection(ConnectionId),
}

/// Where things are moved to. Groups stand before connections, each in an order of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SavedPlace {
    /// The group; none means the top of the list.
    pub into: Option<GroupId>,
    /// What they are put in front of; none leaves the order to the names, or puts them last where it was arranged.
    pub before: Option<SavedItem>,
}
