//! What an agent worker is made from.

use std::collections::BTreeMap;

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
    /// `Port`: TCP connections from the node, with a handshake and never encrypted.
    Port,
}

impl AgentSession {
    /// The name on the wire.
    #[must_use]
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Shell => "Standard_Stream",
            Self::InteractiveCommand => "InteractiveCommands",
            Self::NonInteractiveCommand { .. } => "NonInteractiveCommands",
            Self::Port => "Port",
        }
    }

    pub(super) fn has_terminal(self) -> bool {
        match self {
            Self::Shell | Self::InteractiveCommand => true,
            Self::NonInteractiveCommand { .. } | Self::Port => false,
        }
    }

    pub(super) fn is_port(self) -> bool {
        self == Self::Port
    }

    pub(super) fn separate_output(self) -> bool {
        match self {
            Self::Shell | Self::InteractiveCommand | Self::Port => false,
            Self::NonInteractiveCommand { separate_output } => separate_output,
        }
    }
}

/// What a worker is made from. Begin with [`AgentConfig::new`] and change what a test is about.
#[derive(Debug, Clone)]
pub struct AgentConfig {
    /// What the session is for.
    pub session: AgentSession,
    /// Of a port session: what its document says (`portNumber`, `type`, `host`, …), which the HandshakeRequest repeats.
    pub port_properties: BTreeMap<String, String>,
    /// The delays.
    pub timing: AgentTiming,
    /// What the HandshakeRequest says, such as `3.3.987.0`.
    pub agent_version: String,
    /// The real agent does not compare the digest of input with its payload and executes a corrupted one; true makes
    /// this agent drop it instead, for tests that corrupt input on the way.
    pub checks_digest: bool,
    /// Message ids, challenges and nonces derive from it.
    pub seed: u64,
    /// The session is encrypted with a data key of KMS; then shells and interactive commands have a handshake too. A port
    /// session never is, whatever this says.
    pub encryption: Option<AgentEncryption>,
    /// The real agent stops reading a command with separate output streams at a pause and loses what the command writes
    /// from then on (observed). False makes this agent read on when the client is back.
    pub loses_output_in_a_pause: bool,
    /// The real agent holds back what may be an unfinished UTF-8 character at the end of a read, and drops it at the end of
    /// the output: up to 3 bytes (from its source, and observed). False makes this agent send it.
    pub drops_unfinished_output: bool,
    /// What a hostile gateway or agent does instead of what is right; none in the ordinary case.
    pub hostility: Option<AgentHostility>,
}

impl AgentConfig {
    /// A newer agent as it is: no encryption, digests unchecked, every known weakness, nothing hostile.
    #[must_use]
    pub fn new(session: AgentSession, timing: AgentTiming) -> Self {
        Self {
            session,
            port_properties: BTreeMap::new(),
            timing,
            agent_version: "3.3.987.0".to_owned(),
            checks_digest: false,
            seed: 1,
            encryption: None,
            loses_output_in_a_pause: true,
            drops_unfinished_output: true,
            hostility: None,
        }
    }

    /// Commands without a terminal always shake hands, everything else only for encryption.
    pub(super) fn shakes_hands(&self) -> bool {
        self.encryption.is_some() || !self.session.has_terminal()
    }
}

/// What the agent knows of the encryption that the session's preferences or its document ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentEncryption {
    /// The key as the document names it: id, ARN or alias.
    pub key_id: String,
    /// Newer agents send a random challenge, which the client may put into the encryption context of the data key.
    pub challenge: bool,
    /// The agent's setting `RequireKMSChallengeResponse`: a client that does not use the challenge is refused.
    pub require_challenge_response: bool,
}

impl AgentEncryption {
    /// A newer agent with its default settings.
    #[must_use]
    pub fn new(key_id: impl Into<String>) -> Self {
        Self {
            key_id: key_id.into(),
            challenge: true,
            require_challenge_response: false,
        }
    }
}

/// One hostile act. A client must end the session at each of them (or never begin it), and show nothing of what came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentHostility {
    /// The action `KMSEncryption` is left out of the HandshakeRequest, and everything goes in the clear: a downgrade.
    DropsEncryption,
    /// The HandshakeRequest names this key instead of the one of the preferences.
    SwapsKey(String),
    /// Output in the clear follows the HandshakeRequest at once.
    OutputBeforeComplete,
    /// After the HandshakeResponse the HandshakeRequest comes again, under a new sequence number.
    RepeatsRequest,
    /// The encryption challenge is encrypted with a key that is not the session's.
    ChallengesWithWrongKey,
    /// After the handshake of an encrypted session output still goes in the clear.
    PlainOutput,
}
