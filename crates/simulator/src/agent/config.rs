//! What an agent worker is made from.

use super::AgentTiming;

/// What the session is for, and with it whether there is a handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentSession {
    /// `Standard_Stream`: a shell in a terminal, no handshake.
    Shell,
    /// `InteractiveCommands`: one command in a terminal, no handshake.
    InteractiveCommand,
    /// `NonInteractiveCommands`: one command without terminal and input, with a handshake.
    NonInteractiveCommand {
        /// Standard error travels on its own and the exit code is told.
        separate_output: bool,
    },
}

impl AgentSession {
    /// The name on the wire.
    #[must_use]
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Shell => "Standard_Stream",
            Self::InteractiveCommand => "InteractiveCommands",
            Self::NonInteractiveCommand { .. } => "NonInteractiveCommands",
        }
    }

    pub(super) fn has_terminal(self) -> bool {
        match self {
            Self::Shell | Self::InteractiveCommand => true,
            Self::NonInteractiveCommand { .. } => false,
        }
    }

    pub(super) fn separate_output(self) -> bool {
        match self {
            Self::Shell | Self::InteractiveCommand => false,
            Self::NonInteractiveCommand { separate_output } => separate_output,
        }
    }
}

/// What a worker is made from.
#[derive(Debug, Clone)]
pub struct AgentConfig {
    /// What the session is for.
    pub session: AgentSession,
    /// The delays.
    pub timing: AgentTiming,
    /// What the HandshakeRequest says, such as `3.3.987.0`.
    pub agent_version: String,
    /// The real agent does not compare the digest of input with its payload and executes a corrupted one; true makes
    /// this agent drop it instead, for tests that corrupt input on the way.
    pub checks_digest: bool,
    /// Message ids derive from it.
    pub seed: u64,
}
