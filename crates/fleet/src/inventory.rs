//! What is known of the fleet, and what a new reading changes.

mod known_nodes;
mod noted;

use std::{collections::BTreeMap, mem};

use postern_model::{NodeId, Pair};

use crate::{Arrived, Difference, Listing, Node, Times, difference::KnownPair};
use known_nodes::KnownNodes;

/// What is known of the fleet, pair by pair. A pair whose sync failed keeps its nodes and their date.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    pairs: BTreeMap<Pair, KnownNodes>,
}

impl Inventory {
    /// Replaces what is known of `pair` by a reading of `at_ms` (milliseconds since the epoch).
    ///
    /// What a listing does not tell, because EC2 or Systems Manager could not be read, stays as it was known, with its
    /// date: a node that only the other one would have listed is not removed.
    pub fn apply(&mut self, pair: &Pair, listing: Listing, at_ms: i64) -> Difference {
        let account = self.account(pair);
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
        let next = known.next(listing, account.as_deref(), times);
        let before = mem::replace(known, next);
        known.difference_from(&before)
    }

    /// Takes what one page of a reading that goes on brought: nodes come and change, none goes.
    pub fn arrive(&mut self, pair: &Pair, arrived: Arrived) -> Difference {
        let account = self.account(pair);
        let known = self.pairs.entry(pair.clone()).or_default();
        let upserts = known.arriving(arrived, account.as_deref());
        known.take(&upserts);
        Difference {
            upserts,
            removals: Vec::new(),
        }
    }

    /// Shows what an earlier run of the program has kept of `pair`.
    pub fn restore(&mut self, pair: &Pair, nodes: Vec<Node>, times: Times) -> Difference {
        let known = self.pairs.entry(pair.clone()).or_default();
        let before = mem::replace(known, KnownNodes::new(nodes, times));
        known.tagged.clone_from(&before.tagged);
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

    /// What a plan has to know of `pair`.
    pub(crate) fn known(&self, pair: &Pair) -> KnownPair {
        let tagged = self.pairs.get(pair).map(|known| known.tagged.clone());
        KnownPair {
            account: self.account(pair),
            tagged: tagged.unwrap_or_default(),
        }
    }

    /// The account of a pair, as a node of it or of another Region of the same profile told.
    fn account(&self, pair: &Pair) -> Option<String> {
        let told = |known: &KnownNodes| known.account().map(ToOwned::to_owned);
        let own = self.pairs.get(pair).and_then(told);
        own.or_else(|| {
            let mut others = self
                .pairs
                .iter()
                .filter(|(other, _)| other.profile == pair.profile);
            others.find_map(|(_, known)| told(known))
        })
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

#[cfg(test)]
mod tests;
