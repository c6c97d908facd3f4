//! What a port session's document says.

use std::collections::BTreeMap;

/// The type of sessions that may be multiplexed, and whose basic form connects again.
const LOCAL_PORT_FORWARDING: &str = "LocalPortForwarding";

/// The properties of a port document with its parameters put in, all of them texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PortParameters(BTreeMap<String, String>);

impl PortParameters {
    /// From the document's properties.
    pub(crate) fn new(properties: BTreeMap<String, String>) -> Self {
        Self(properties)
    }

    /// What the HandshakeRequest repeats.
    pub(crate) fn properties(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// The port to connect to.
    pub(super) fn port(&self) -> &str {
        self.property("portNumber").unwrap_or("")
    }

    /// The host to connect to; none for the node itself.
    pub(super) fn host(&self) -> Option<&str> {
        self.property("host").filter(|host| !host.is_empty())
    }

    /// Whether the session forwards a local port; else it carries one stream, as for SSH.
    pub(super) fn forwards(&self) -> bool {
        self.property("type") == Some(LOCAL_PORT_FORWARDING)
    }

    fn property(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}
