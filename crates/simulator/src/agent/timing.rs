//! How quick or how faithful a simulated agent is.

use std::time::Duration;

/// The agent's delays. [`AgentTiming::quick`] is for the demo and for tests, [`AgentTiming::faithful`] copies the
/// real agent (agent of October 2024).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentTiming {
    /// How long the agent waits after the shell's start before it reads the terminal.
    pub first_read_delay: Duration,
    /// The pause after each read of at most 1024 bytes.
    pub read_pause: Duration,
}

impl AgentTiming {
    /// No delays.
    #[must_use]
    pub fn quick() -> Self {
        Self { first_read_delay: Duration::ZERO, read_pause: Duration::ZERO }
    }

    /// The real agent's delays.
    #[must_use]
    pub fn faithful() -> Self {
        Self { first_read_delay: Duration::from_secs(1), read_pause: Duration::from_millis(1) }
    }
}

impl Default for AgentTiming {
    fn default() -> Self {
        Self::quick()
    }
}
