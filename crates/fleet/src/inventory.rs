//! What is known of the fleet, and what a new reading changes.

mod noted;

use std::{
    collections::{BTreeMap, HashMap, HashSet, hash_map::Entry},
    mem,
};

use postern_model::{NodeId, Pair};

use crate::{Listing, Node, Ping};

/// What is known of the fleet, pair by pair. A pair whose sync failed keeps its nodes and their date.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    pairs: BTreeMap<Pair, PairNodes>,
}

/// When the parts of what is known of a pair were read, in milliseconds since the epoch; none if never.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Times {
    /// The instances, by EC2.
    pub instances: Option<i64>,
    /// The agents and hybrid nodes, by Systems Manager.
    pub agents: Option<i64>,
}

impl Times {
    /// Both at once.
    #[must_use]
    pub fn at(at_ms: i64) -> Self {
        Self {
            instances: Some(at_ms),
            agents: Some(at_ms),
        }
    }

    /// The later one.
    #[must_use]
    pub fn last(self) -> Option<i64> {
        self.instances.max(self.agents)
    }
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
    /// What a listing does not tell, because EC2 or Systems Manager could not be read, stays as it was known, with its
    /// date: a node that only the other one would have listed is not removed.
    pub fn apply(&mut self, pair: &Pair, listing: Listing, at_ms: i64) -> Difference {
        let known = self.pairs.entry(pair.clone()).or_default();
        let times = Times {
            instances: listing
                .instances_error
                .is_none()
                .then_some(at_ms)
                .or(known.times.instances),
            agents: listing
                .agents_error
                .is_none()
                .then_some(at_ms)
                .or(known.times.agents),
        };
        let nodes = known.completed(listing);
        let before = mem::replace(known, PairNodes::new(nodes, times));
        known.difference_from(&before)
    }

    /// Shows what an earlier run of the program has kept of `pair`.
    pub fn restore(&mut self, pair: &Pair, nodes: Vec<Node>, times: Times) -> Difference {
        let known = self.pairs.entry(pair.clone()).or_default();
        let before = mem::replace(known, PairNodes::new(nodes, times));
        known.difference_from(&before)
    }

    /// Forgets `pair`, because it left the settings. Returns the ids of its nodes.
    pub fn remove_pair(&mut self, pair: &Pair) -> Vec<NodeId> {
        let known = self.pairs.remove(pair).unwrap_or_default();
        known.nodes.into_iter().map(|node| node.id).collect()
    }

    /// When what is known of `pair` was read last, in milliseconds since the epoch; none if never.
    #[must_use]
    pub fn read_at_ms(&self, pair: &Pair) -> Option<i64> {
        self.times(pair).last()
    }

    /// When each part of what is known of `pair` was read.
    #[must_use]
    pub fn times(&self, pair: &Pair) -> Times {
        self.pairs.get(pair).map(|known| known.times).unwrap_or_default()
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
struct PairNodes {
    nodes: Vec<Node>,
    places: HashMap<NodeId, usize>,
    times: Times,
}

impl PairNodes {
    fn new(mut nodes: Vec<Node>, times: Times) -> Self {
        nodes.sort_by_cached_key(|node| (node.name.is_empty(), node.name.to_lowercase(), node.id.clone()));
        let mut places = HashMap::with_capacity(nodes.len());
        nodes.retain(|node| {
            let place = places.len();
            match places.entry(node.id.clone()) {
                Entry::Vacant(free) => free.insert(place) == &place,
                Entry::Occupied(_) => false,
            }
        });
        Self { nodes, places, times }
    }

    /// The account that the pair's profile belongs to, once an instance told.
    fn account(&self) -> Option<&str> {
        self.nodes.iter().find_map(|node| node.account.as_deref())
    }

    fn get(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.get(*self.places.get(id)?)
    }

    /// The nodes of `listing`, and what it does not tell as it was known.
    fn completed(&self, mut listing: Listing) -> Vec<Node> {
        listing.belong_to(self.account());
        let (no_instances, no_agents) = (listing.instances_error.is_some(), listing.agents_error.is_some());
        let listed: HashSet<NodeId> = listing.ids().cloned().collect();
        let read = listing.nodes.into_iter().map(|node| match self.get(&node.id) {
            Some(former) if node.ping.is_none() => node.with_agent_of(former),
            Some(_) | None => node,
        });
        let only_agents = listing.only_agents.into_iter();
        let only_agents = only_agents.filter_map(|node| match self.get(&node.id) {
            Some(former) => Some(former.clone().with_agent_of(&node)),
            // Systems Manager also remembers instances that are gone, or that the filter keeps out.
            None => (node.ping == Some(Ping::Online)).then_some(node),
        });
        let missing = self.nodes.iter().filter(|node| !listed.contains(&node.id));
        let kept = missing.filter(|node| {
            if node.id.is_hybrid() {
                no_agents
            } else {
                no_instances
            }
        });
        let kept = kept.map(|node| {
            if no_agents {
                node.clone()
            } else {
                node.clone().without_agent()
            }
        });
        read.chain(only_agents).chain(kept).collect()
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
