//! The order of the table: kept while nodes come and go, so that only what changed is sorted.

use std::mem;

use postern_fleet::Node;
use postern_model::Pair;

use super::{field::NodeField, natural::natural_key};

/// Where a node stands: the number of its part, and its place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NodePlace {
    pub(super) part: usize,
    pub(super) at: usize,
}

/// The number of a part, with its pair and its nodes.
pub(super) type NodesOfPart<'a> = (usize, &'a Pair, &'a [Node]);

/// Every node by one field, then by name and id. Nodes without a value come last.
#[derive(Debug)]
pub(super) struct TableOrder {
    field: NodeField,
    entries: Vec<OrderedNode>,
    /// How many of them have a value.
    valued: usize,
}

#[derive(Debug)]
struct OrderedNode {
    key: Box<[u8]>,
    place: NodePlace,
}

/// Begins the key of a node without a value.
const LAST: u8 = 1;

impl TableOrder {
    pub(super) fn new(field: NodeField) -> Self {
        Self {
            field,
            entries: Vec::new(),
            valued: 0,
        }
    }

    pub(super) fn field(&self) -> &NodeField {
        &self.field
    }

    /// Nodes of the parts `changed` are others now: those in `now`. The entries of all other parts stay as they are.
    pub(super) fn change(&mut self, changed: &[usize], now: &[NodesOfPart<'_>]) {
        if changed.is_empty() {
            return;
        }
        let mut kept = mem::take(&mut self.entries);
        kept.retain(|entry| !changed.contains(&entry.place.part));
        let mut new: Vec<OrderedNode> = now.iter().flat_map(|nodes| self.entries_of(*nodes)).collect();
        new.sort_unstable_by(|a, b| a.key.cmp(&b.key));
        self.entries = merged(kept, new);
        self.valued = self
            .entries
            .partition_point(|entry| entry.key.first() != Some(&LAST));
    }

    /// The places in order.
    pub(super) fn places(&self, descending: bool) -> Box<dyn Iterator<Item = NodePlace> + '_> {
        let (valued, without) = self.entries.split_at(self.valued);
        let without = without.iter().map(|entry| entry.place);
        let valued = valued.iter().map(|entry| entry.place);
        if descending {
            Box::new(valued.rev().chain(without))
        } else {
            Box::new(valued.chain(without))
        }
    }

    fn entries_of<'a>(
        &'a self,
        (part, pair, nodes): NodesOfPart<'a>,
    ) -> impl Iterator<Item = OrderedNode> + 'a {
        nodes.iter().enumerate().map(move |(at, node)| OrderedNode {
            key: self.key(pair, node),
            place: NodePlace { part, at },
        })
    }

    /// Bytes that compare as the nodes do.
    fn key(&self, pair: &Pair, node: &Node) -> Box<[u8]> {
        let value = self.field.text(pair, node);
        let mut key = vec![if value.is_empty() { LAST } else { 0 }];
        for text in [
            value.as_ref(),
            &node.name,
            pair.profile.as_str(),
            pair.region.as_str(),
            node.id.as_str(),
        ] {
            key.extend_from_slice(&natural_key(text));
            key.push(0);
        }
        key.into_boxed_slice()
    }
}

fn merged(kept: Vec<OrderedNode>, new: Vec<OrderedNode>) -> Vec<OrderedNode> {
    if kept.is_empty() {
        return new;
    }
    let mut all = Vec::with_capacity(kept.len() + new.len());
    let mut new = new.into_iter().peekable();
    for entry in kept {
        while let Some(before) = new.next_if(|other| other.key <= entry.key) {
            all.push(before);
        }
        all.push(entry);
    }
    all.extend(new);
    all
}
