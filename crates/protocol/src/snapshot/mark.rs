//! What a snapshot knows of what may leave a journaled channel.

/// What a snapshot knows: so many messages and acknowledgements may leave once it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SnapshotMark {
    /// Messages with numbers below this one.
    pub(crate) messages: i64,
    /// How many acknowledgements, counted from the channel's beginning in this process.
    pub(crate) acknowledgements: u64,
}

impl SnapshotMark {
    /// Of a channel that is not journaled: nothing waits for a snapshot.
    pub(crate) const EVERYTHING: Self = Self {
        messages: i64::MAX,
        acknowledgements: u64::MAX,
    };
}
