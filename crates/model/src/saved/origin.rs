//! Who set a value that applies.

use super::GroupId;

/// Where an effective value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Set on the connection itself.
    Connection,
    /// Set on this group, which it stands in, near or far.
    Group(GroupId),
    /// The default of the settings.
    Default,
}
