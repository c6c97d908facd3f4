//! What a forward is started with, besides what was declared.

use std::time::Duration;

/// How a forward behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ForwardOptions {
    /// How long a connection waits for a session that is not there.
    pub wait_for_session: Duration,
}

impl Default for ForwardOptions {
    fn default() -> Self {
        Self {
            wait_for_session: Duration::from_secs(30),
        }
    }
}
