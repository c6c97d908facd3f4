//! Who the nodes are, by id and by account and Region.

use std::collections::HashMap;
use std::sync::Arc;

use super::node::SimulatedNode;

/// The nodes of one account in one Region, in the order of listings.
pub(crate) type PairRoster = Arc<Vec<Arc<SimulatedNode>>>;

/// All nodes. Who reads a pair keeps what it had when a node is added.
#[derive(Debug, Default)]
pub(super) struct Roster {
    pairs: HashMap<(String, String), PairRoster>,
    by_id: HashMap<String, Arc<SimulatedNode>>,
}

impl Roster {
    /// Adds the nodes of a new pair.
    pub(super) fn add_pair(&mut self, pair: (String, String), nodes: Vec<SimulatedNode>) {
        let nodes: Vec<Arc<SimulatedNode>> = nodes.into_iter().map(Arc::new).collect();
        let by_id = nodes.iter().map(|node| (node.id.clone(), Arc::clone(node)));
        self.by_id.extend(by_id);
        self.pairs.insert(pair, Arc::new(nodes));
    }

    /// Adds a node at the end of its pair.
    pub(super) fn add(&mut self, node: SimulatedNode) {
        let node = Arc::new(node);
        let pair = (node.account.clone(), node.region.clone());
        Arc::make_mut(self.pairs.entry(pair).or_default()).push(Arc::clone(&node));
        self.by_id.insert(node.id.clone(), node);
    }

    pub(super) fn pair(&self, account: &str, region: &str) -> PairRoster {
        let pair = (account.to_owned(), region.to_owned());
        self.pairs.get(&pair).cloned().unwrap_or_default()
    }

    pub(super) fn get(&self, id: &str) -> Option<Arc<SimulatedNode>> {
        self.by_id.get(id).cloned()
    }

    #[cfg(test)]
    pub(super) fn all(&self) -> Vec<Arc<SimulatedNode>> {
        self.by_id.values().cloned().collect()
    }
}
