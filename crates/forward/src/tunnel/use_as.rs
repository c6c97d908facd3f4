//! What a port session is used for, as its owner decides.

use std::time::Duration;

use crate::ForwardOptions;

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
    /// How long its agent may have been silent before it is asked ahead of a connection.
    pub(crate) asks_after: Duration,
    /// How long its answer may take.
    pub(crate) answers_within: Duration,
}

impl SessionUse {
    /// With the patience of a forward.
    pub(crate) fn of(plain: PlainSession, options: &ForwardOptions) -> Self {
        Self {
            plain,
            wedged_after: options.wedged_after,
            asks_after: options.asks_after,
            answers_within: options.answers_within,
        }
    }
}

impl Default for SessionUse {
    fn default() -> Self {
        Self::of(PlainSession::Left, &ForwardOptions::default())
    }
}
