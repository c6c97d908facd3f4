//! What one reading of a pair brought.

use postern_model::ControlError;

use crate::Node;

/// The nodes of a pair as they were just read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The nodes, each once, by id.
    pub nodes: Vec<Node>,
    /// Why Systems Manager could not be asked, where only EC2 answered: then no node has a [`Node::ping`] and hybrid
    /// nodes are not among them. None means that the listing is complete.
    pub agents_error: Option<ControlError>,
}

impl Listing {
    /// A listing that both EC2 and Systems Manager answered.
    #[must_use]
    pub fn complete(nodes: Vec<Node>) -> Self {
        Self {
            nodes,
            agents_error: None,
        }
    }
}
