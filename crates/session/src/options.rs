//! What a session is opened with, besides where it leads.

use postern_model::{EncryptionPolicy, TerminalSize};
use postern_protocol::Persistence;

/// What the user wants of a session besides the request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionOptions {
    /// The terminal's size; none for a command or a port, which have no terminal, so that the agent is told none.
    pub size: Option<TerminalSize>,
    /// Whether a target that is not connected is waited for.
    pub patience: AgentPatience,
    /// The demand on encryption.
    pub encryption: EncryptionPolicy,
    /// Whether the session may forward a port; otherwise one that does is refused.
    pub port_sessions: bool,
    /// What the session outlives: its links always, and its driver or a crash where it can be gone on with elsewhere.
    pub persistence: Persistence,
}

/// Whether a session waits for the agent of its target, where AWS says that it is not connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AgentPatience {
    /// No: whoever opened it knows what to do instead.
    #[default]
    Never,
    /// For a minute, where AWS says that the instance has just started.
    WhereJustStarted,
    /// For a minute: whoever opened it has started or rebooted the instance.
    Always,
}
