//! How quick or how faithful a simulated agent is.

use std::time::Duration;

/// The agent's delays. [`AgentTiming::quick`] is for the demo and for tests, [`AgentTiming::faithful`] copies the
/// real agent (amazon-ssm-agent of October 2024; observed, see docs on the protocol).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentTiming {
    /// In sessions without a handshake: how long after joining the agent still acknowledges input and throws it away.
    pub join_delay: Duration,
    /// How long after a HandshakeResponse the agent still throws input away, before it sends HandshakeComplete.
    pub handshake_settle: Duration,
    /// How long the agent waits for the HandshakeResponse before it fails the session.
    pub handshake_limit: Duration,
    /// How long the agent waits after the shell's start before it reads the terminal.
    pub first_read_delay: Duration,
    /// The pause after each read of at most 1024 bytes.
    pub read_pause: Duration,
    /// How often the agent looks at the head of its unacknowledged messages.
    pub retransmit_scan: Duration,
    /// How long the agent waits at the end of a session for outstanding acknowledgements.
    pub close_wait: Duration,
    /// How late the text arrives that says why a program could not be started.
    pub start_error_delay: Duration,
    /// How often the agent tells old clients of a multiplexed port session that it is alive (observed).
    pub mux_keep_alive: Duration,
    /// How long such a client may say nothing at all; looked at once in that time (from the source).
    pub mux_silence_limit: Duration,
    /// How long after its worker crashed the agent says so (observed).
    pub crash_notice: Duration,
}

impl AgentTiming {
    /// As few delays as the protocol allows; only limits keep their length.
    #[must_use]
    pub fn quick() -> Self {
        Self {
            join_delay: Duration::ZERO,
            handshake_settle: Duration::ZERO,
            first_read_delay: Duration::ZERO,
            read_pause: Duration::ZERO,
            retransmit_scan: Duration::from_millis(20),
            start_error_delay: Duration::ZERO,
            ..Self::faithful()
        }
    }

    /// The real agent's delays. `join_delay` and `handshake_settle` are not constants there but short races; input sent
    /// within them was lost in part of the observed runs, and is always lost here.
    #[must_use]
    pub fn faithful() -> Self {
        Self {
            join_delay: Duration::from_millis(5),
            handshake_settle: Duration::from_millis(1),
            handshake_limit: Duration::from_secs(15),
            first_read_delay: Duration::from_secs(1),
            read_pause: Duration::from_millis(1),
            retransmit_scan: Duration::from_millis(100),
            close_wait: Duration::from_secs(2),
            start_error_delay: Duration::from_secs(1),
            mux_keep_alive: Duration::from_secs(10),
            mux_silence_limit: Duration::from_secs(30),
            crash_notice: Duration::from_secs(60),
        }
    }
}

impl Default for AgentTiming {
    fn default() -> Self {
        Self::quick()
    }
}
