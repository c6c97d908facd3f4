//! What a forward is started with, besides what was declared.

use std::time::Duration;

use postern_protocol::MuxLimits;

/// How a forward behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForwardOptions {
    /// How long a connection waits for a session that is not there.
    pub wait_for_session: Duration,
    /// Whether it stays, with its port open, where AWS wants a sign-in before its first session. Who says so calls
    /// [`crate::Forward::retry_now`] when there was one.
    pub waits_for_sign_in: bool,
    /// How long an agent may acknowledge nothing, while it could, before new connections go by another session.
    pub wedged_after: Duration,
    /// How long an agent may have been silent before it is asked whether it is there, ahead of the next connection.
    pub asks_after: Duration,
    /// How long its answer may take, while there is a link, before that connection goes by another session.
    pub answers_within: Duration,
    /// How long a SOCKS proxy keeps a session that nobody uses for the next client of its destination.
    pub keeps_idle_for: Duration,
}

impl Default for ForwardOptions {
    fn default() -> Self {
        Self {
            wait_for_session: Duration::from_secs(30),
            waits_for_sign_in: false,
            wedged_after: MuxLimits::default().wedged_after,
            asks_after: Duration::from_secs(10),
            // More than a link that is in doubt needs to show whether it is there.
            answers_within: Duration::from_secs(8),
            keeps_idle_for: Duration::from_mins(5),
        }
    }
}
