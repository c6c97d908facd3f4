//! The key of a node in the window.

use std::fmt;

use postern_model::NodeId;

/// A node of one pair of the settings. Its text is `<pair>/<node id>`, stable over syncs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeKey {
    /// The pair's number.
    pub(crate) pair: i32,
    pub(crate) node: NodeId,
}

impl NodeKey {
    /// Reads what [`NodeKey::fmt`] wrote.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (pair, node) = text.split_once('/')?;
        Some(Self {
            pair: pair.parse().ok()?,
            node: NodeId::parse(node).ok()?,
        })
    }
}

impl fmt::Display for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.pair, self.node)
    }
}
