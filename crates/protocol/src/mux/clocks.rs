//! Since when a mux waits.

use std::time::Duration;

/// Since when what is so.
#[derive(Debug)]
pub(super) struct Clocks {
    pub(super) is_held: bool,
    /// All streams together hold so much output that the session is not read, until half of it was taken.
    pub(super) is_full: bool,
    /// The session is read, so that silence means something.
    pub(super) reads_since: Option<Duration>,
    /// Streams wait for output that does not come because others take nothing.
    pub(super) blocked_since: Option<Duration>,
    pub(super) is_wedged: bool,
    /// What was last told of that.
    pub(super) told_wedged: bool,
    pub(super) owes_sign_of_life: bool,
}

impl Clocks {
    /// Of a session that is ready.
    pub(super) fn new() -> Self {
        Self {
            is_held: false,
            is_full: false,
            reads_since: Some(Duration::ZERO),
            blocked_since: None,
            is_wedged: false,
            told_wedged: false,
            owes_sign_of_life: false,
        }
    }
}

/// A clock that runs while something is so.
pub(super) fn run(clock: &mut Option<Duration>, is_so: bool, now: Duration) {
    *clock = is_so.then(|| clock.unwrap_or(now));
}
