//! What is known of the fleet, and what a new reading changes.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    mem,
};

use postern_model::{NodeId, Pair};

use crate::{Listing, Node};

/// What is known of the fleet, pair by pair. A pair whose sync failed keeps its nodes and their date.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    pairs: BTreeMap<Pair, Known>,
}

/// What one reading changed; nodes that are as they were are not named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// New and changed nodes, in the order of the inventory.
    pub upserts: Vec<Node>,
    /// Nodes that are gone.
    pub removals: Vec<NodeId>,
}

impl Difference {
    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.upserts.is_empty() && self.removals.is_empty()
    }
}

impl Inventory {
    /// Replaces what is known of `pair` by a reading of `at_ms` (milliseconds since the epoch).
    ///
    /// A listing without agents says nothing about hybrid nodes, so those that are known stay, but whether their
    /// agents answer is then no longer known.
    pub fn apply(&mut self, pair: &Pair, listing: Listing, at_ms: i64) -> Difference {
        let known = self.pairs.entry(pair.clone()).or_default();
        let mut nodes = listing.nodes;
        if listing.agents_error.is_some() {
            nodes.extend(known.hybrid_nodes().map(|node| Node {
                ping: None,
                ..node.clone()
            }));
        }
        let before = mem::replace(known, Known::new(nodes, at_ms));
        known.difference_from(&before)
    }

    /// Forgets `pair`, because it left the settings. Returns the ids of its nodes.
    pub fn remove_pair(&mut self, pair: &Pair) -> Vec<NodeId> {
        let known = self.pairs.remove(pair).unwrap_or_default();
        known.nodes.into_iter().map(|node| node.id).collect()
    }

    /// When what is known of `pair` was read, in milliseconds since the epoch; none if never.
    #[must_use]
    pub fn read_at_ms(&self, pair: &Pair) -> Option<i64> {
        self.pairs.get(pair).map(|known| known.at_ms)
    }

    /// The pairs that were read, in order.
    pub fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.keys()
    }

    /// The nodes of `pair` by name (compared without case), those without a name last, then by id.
    #[must_use]
    pub fn nodes(&self, pair: &Pair) -> &[Node] {
        self.pairs.get(pair).map_or(&[], |known| known.nodes.as_slice())
    }

    /// Every node with its pair: by pair, then as in [`Inventory::nodes`].
    pub fn iter(&self) -> impl Iterator<Item = (&Pair, &Node)> {
        self.pairs
            .iter()
            .flat_map(|(pair, known)| known.nodes.iter().map(move |node| (pair, node)))
    }

    /// One node.
    #[must_use]
    pub fn get(&self, pair: &Pair, id: &NodeId) -> Option<&Node> {
        self.pairs.get(pair)?.get(id)
    }

    /// How many nodes there are in all pairs.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pairs.values().map(|known| known.nodes.len()).sum()
    }

    /// Whether there is no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One pair's nodes in order, and where each is.
#[derive(Debug, Clone, Default)]
struct Known {
    nodes: Vec<Node>,
    places: HashMap<NodeId, usize>,
    at_ms: i64,
}

impl Known {
    fn new(mut nodes: Vec<Node>, at_ms: i64) -> Self {
        nodes.sort_by_cached_key(|node| (node.name.is_empty(), node.name.to_lowercase(), node.id.clone()));
        let mut places = HashMap::with_capacity(nodes.len());
        nodes.retain(|node| {
            let place = places.len();
            match places.entry(node.id.clone()) {
                Entry::Vacant(free) => free.insert(place) == &place,
                Entry::Occupied(_) => false,
            }
        });
        Self { nodes, places, at_ms }
    }

    fn get(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.get(*self.places.get(id)?)
    }

    fn hybrid_nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(|node| node.id.is_hybrid())
    }

    fn difference_from(&self, before: &Self) -> Difference {
        let changed = |node: &&Node| before.get(&node.id) != Some(node);
        let gone = |node: &&Node| !self.places.contains_key(&node.id);
        Difference {
            upserts: self.nodes.iter().filter(changed).cloned().collect(),
            removals: before
                .nodes
                .iter()
                .filter(gone)
                .map(|node| node.id.clone())
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests;
