//! What one reading of a pair brought.

use std::collections::HashSet;

use postern_model::{ControlError, NodeId};

use crate::{Node, Ping};

/// The nodes of a pair as they were just read. A call that failed hides nothing that the other brought, and not what it
/// brought itself before it failed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The nodes that were read, each once, by id.
    pub nodes: Vec<Node>,
    /// Instances of which only Systems Manager told, by id, where EC2 could not be read to its end.
    pub only_agents: Vec<Node>,
    /// The hybrid nodes whose tags were read; those of the others stay as they were known.
    pub tagged: HashSet<NodeId>,
    /// Why EC2 could not be read to its end. None means that every instance is there.
    pub instances_error: Option<ControlError>,
    /// Why Systems Manager could not be read to its end: a node of which it did not tell has no [`Node::ping`], and hybrid
    /// nodes may be missing. None means that every agent is there.
    pub agents_error: Option<ControlError>,
}

/// What one page brought, while others are still to come: nothing is gone because it is not here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arrived {
    /// Nodes that were listed. One without [`Node::ping`] has an agent of which nothing was heard yet in this reading.
    pub nodes: Vec<Node>,
    /// What Systems Manager told of instances, whether or not EC2 lists them.
    pub only_agents: Vec<Node>,
}

impl Listing {
    /// A listing that both EC2 and Systems Manager answered.
    #[must_use]
    pub fn complete(nodes: Vec<Node>) -> Self {
        Self {
            nodes,
            ..Self::default()
        }
    }

    /// Whether both EC2 and Systems Manager were read to their end.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.instances_error.is_none() && self.agents_error.is_none()
    }

    /// What could not be read to its end, each with the reason.
    pub fn failures(&self) -> impl Iterator<Item = (&'static str, &ControlError)> {
        let of_ec2 = self.instances_error.iter().map(|error| ("EC2", error));
        let of_agents = self.agents_error.iter().map(|error| ("Systems Manager", error));
        of_ec2.chain(of_agents)
    }

    /// Gives nodes of which no account is known that of their pair: Systems Manager tells of none.
    pub(crate) fn belong_to(&mut self, account: Option<&str>) {
        for node in self.nodes.iter_mut().chain(&mut self.only_agents) {
            if node.account.is_none() {
                node.account = account.map(ToOwned::to_owned);
            }
        }
    }

    /// The account that its nodes belong to, where one of them tells.
    pub(crate) fn account(&self) -> Option<&str> {
        account_of(self.nodes.iter().chain(&self.only_agents))
    }

    /// The ids of all nodes that were read.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &NodeId> {
        self.nodes.iter().chain(&self.only_agents).map(|node| &node.id)
    }

    /// Every node that was read; of those that only Systems Manager told of, the ones that are there for certain.
    #[must_use]
    pub fn into_nodes(self) -> Vec<Node> {
        let mut nodes = self.nodes;
        let answers = |node: &Node| node.ping == Some(Ping::Online);
        nodes.extend(self.only_agents.into_iter().filter(answers));
        nodes
    }
}

/// The account of the first node that tells.
pub(crate) fn account_of<'a>(nodes: impl IntoIterator<Item = &'a Node>) -> Option<&'a str> {
    nodes.into_iter().find_map(|node| node.account.as_deref())
}
