//! What a data channel says of itself and is willing to carry.

/// The settings of one data channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelConfig {
    /// `ClientVersion` of OpenDataChannel and HandshakeResponse: four dotted numbers, because the agent's feature gates
    /// read nothing else, and at least 1.2.764.0, the oldest that AWS supports.
    pub client_version: String,
    /// Whether a handshake for a `Port` session is accepted; otherwise it is answered as unsupported.
    pub port_sessions: bool,
}

impl Default for ChannelConfig {
    fn default() -> Self {
        Self {
            client_version: "1.2.896.0".to_owned(),
            port_sessions: false,
        }
    }
}
