//! What a port session is used for, as its owner decides.

use std::time::Duration;

use postern_protocol::MuxLimits;

/// What is done with a session without streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlainSession {
    /// It is left: there may be better ones.
    Left,
    /// Its connections take turns, because there is no other session.
    InTurns,
    /// It was opened for one connection, and ends with it.
    Single,
}

/// How a session is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SessionUse {
    /// What is done with it where it has no streams.
    pub(crate) plain: PlainSession,
    /// How long its agent may acknowledge nothing before it counts as wedged.
    pub(crate) wedged_after: Duration,
}

impl Default for SessionUse {
    fn default() -> Self {
        Self {
            plain: PlainSession::Left,
            wedged_after: MuxLimits::default().wedged_after,
        }
    }
}
