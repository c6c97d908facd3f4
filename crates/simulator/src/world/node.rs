//! One managed node as the world made it.

use std::sync::Arc;

/// The operating system's family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Platform {
    /// Any Linux: its agent runs a real shell.
    Linux,
    /// Windows: its agent runs a simulated shell that says what it is.
    Windows,
}

/// One managed node, EC2 or hybrid.
#[derive(Debug)]
pub(crate) struct Node {
    /// `i-…` or `mi-…`.
    pub(crate) id: String,
    /// The value of the tag `Name`, or the activation's name; may be hostile text.
    pub(crate) name: String,
    /// The host name that the agent reports: letters, digits and hyphens only.
    pub(crate) computer_name: String,
    /// The operating system's family.
    pub(crate) platform: Platform,
    /// Twelve digits.
    pub(crate) account: String,
    /// For example `eu-central-1`.
    pub(crate) region: String,
    /// The agent's version, for example `3.3.987.0`.
    pub(crate) agent_version: String,
}

/// All nodes of all accounts and Regions.
#[derive(Debug, Default)]
pub(crate) struct World {
    nodes: Vec<Arc<Node>>,
}

impl World {
    /// The node with this id, wherever it is.
    pub(crate) fn node(&self, id: &str) -> Option<Arc<Node>> {
        self.nodes.iter().find(|node| node.id == id).cloned()
    }
}
