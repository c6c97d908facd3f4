//! One pair's nodes as the fleet page counts them: the value of each facet as a number, and whether the query lets them pass.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use postern_fleet::Node;
use postern_model::{NodeId, Pair};

use super::{field::NodeField, values::FacetValues};

/// A tag with more values than this is no facet.
const MOST_VALUES: usize = 40;

/// One pair's nodes, in the order of the inventory.
#[derive(Debug, Default)]
pub(super) struct PairPart {
    /// Of each facet that was asked for, the number of every node's value.
    columns: HashMap<NodeField, Vec<u32>>,
    /// Whether the query of the last ask lets each node pass; none before it was asked of them.
    pub(super) matched: Option<Vec<bool>>,
    /// Where each node stands.
    places: HashMap<NodeId, usize>,
    /// The keys of its tags.
    pub(super) tags: HashMap<String, TagUse>,
}

/// How a key of tags is used.
#[derive(Debug, Default, Clone)]
pub(super) struct TagUse {
    /// How many nodes have it.
    pub(super) nodes: usize,
    /// Its values by their hashes, until there are too many.
    values: HashSet<u64>,
}

impl TagUse {
    /// Both together.
    pub(super) fn add(&mut self, other: &Self) {
        self.nodes += other.nodes;
        for value in &other.values {
            self.note(*value);
        }
    }

    /// Whether it tells nodes apart, and not every one from every other.
    pub(super) fn tells_apart(&self) -> bool {
        (2..=MOST_VALUES).contains(&self.values.len())
    }

    fn note(&mut self, value: u64) {
        if self.values.len() <= MOST_VALUES {
            self.values.insert(value);
        }
    }
}

impl PairPart {
    /// `hasher` is the same for all parts.
    pub(super) fn new(nodes: &[Node], hasher: &RandomState) -> Self {
        let mut tags: HashMap<String, TagUse> = HashMap::new();
        for tag in nodes.iter().flat_map(|node| &node.tags) {
            let value = hasher.hash_one(&tag.value);
            if let Some(known) = tags.get_mut(&tag.key) {
                known.nodes += 1;
                known.note(value);
            } else {
                let mut first = TagUse {
                    nodes: 1,
                    ..TagUse::default()
                };
                first.note(value);
                tags.insert(tag.key.clone(), first);
            }
        }
        let places = nodes.iter().map(|node| node.id.clone()).zip(0..);
        Self {
            columns: HashMap::new(),
            matched: None,
            places: places.collect(),
            tags,
        }
    }

    /// These nodes match, and no others.
    pub(super) fn match_all<'a>(&mut self, ids: impl Iterator<Item = &'a NodeId>) {
        let mut matched = vec![false; self.places.len()];
        for id in ids {
            let place = self.places.get(id).and_then(|place| matched.get_mut(*place));
            if let Some(flag) = place {
                *flag = true;
            }
        }
        self.matched = Some(matched);
    }

    /// The numbers of a facet's values, counted into `values` at the first time.
    pub(super) fn have_column(
        &mut self,
        field: &NodeField,
        pair: &Pair,
        nodes: &[Node],
        values: &mut FacetValues,
    ) {
        if self.columns.contains_key(field) {
            return;
        }
        let numbers = nodes.iter().map(|node| values.number(&field.text(pair, node)));
        self.columns.insert(field.clone(), numbers.collect());
    }

    /// The number of a node's value in a facet that was asked for.
    pub(super) fn numbers(&self, field: &NodeField) -> &[u32] {
        self.columns.get(field).map_or(&[], Vec::as_slice)
    }

    /// Facets that nobody asks for any more are forgotten.
    pub(super) fn keep_columns(&mut self, fields: &[NodeField]) {
        self.columns.retain(|field, _| fields.contains(field));
    }
}
