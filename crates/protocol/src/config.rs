//! What a data channel says of itself and is willing to carry.

/// The settings of one data channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelConfig {
    /// `ClientVersion` of OpenDataChannel and HandshakeResponse: four dotted numbers, because the agent's feature gates
    /// read nothing else, and at least 1.2.764.0, the oldest that AWS supports.
    pub client_version: String,
    /// Whether a handshake for a `Port` session is accepted; otherwise it is answered as unsupported.
    pub port_sessions: bool,
    /// Whether the session may, must or must not be encrypted.
    pub encryption: EncryptionRule,
    /// What the channel is to outlive besides its sockets.
    pub persistence: Persistence,
}

/// What a channel outlives besides its sockets, written down as a [`crate::Snapshot`]. An encrypted channel that is to
/// outlive anything keeps the plaintext of its data key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Persistence {
    /// Nothing: it cannot be written down.
    #[default]
    None,
    /// Whoever drives it, when that leaves in order: [`crate::DataChannel::into_snapshot`].
    Detachable,
    /// A crash at any moment: [`crate::DataChannel::snapshot`]. While data flows nothing leaves the channel that no written
    /// snapshot knows.
    Journaled,
}

/// What the channel does about the action `KMSEncryption`. Which key is acceptable is the driver's to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EncryptionRule {
    /// Encrypted when the agent asks for it.
    #[default]
    Prefer,
    /// A session without encryption fails with [`crate::ChannelFailure::NotEncrypted`] before a byte of it is delivered.
    Require,
    /// A session with encryption fails with [`crate::ChannelFailure::EncryptionOff`].
    Off,
}

impl Default for ChannelConfig {
    fn default() -> Self {
        Self {
            client_version: "1.2.896.0".to_owned(),
            port_sessions: false,
            encryption: EncryptionRule::Prefer,
            persistence: Persistence::None,
        }
    }
}
