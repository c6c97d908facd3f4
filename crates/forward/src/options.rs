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
}

impl Default for ForwardOptions {
    fn default() -> Self {
        Self {
            wait_for_session: Duration::from_secs(30),
            waits_for_sign_in: false,
            wedged_after: MuxLimits::default().wedged_after,
        }
    }
}
