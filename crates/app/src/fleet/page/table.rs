//! What the fleet page has seen of the fleet: kept from one ask to the next, so that a change costs the pairs that it is in.

use std::collections::{HashMap, HashSet};
use std::hash::RandomState;

use postern_fleet::{Answers, GroupAnswers, SearchIndex};

use super::{
    facets::Facet,
    field::NodeField,
    order::{NodePlace, NodesOfPart, TableOrder},
    part::{PairPart, TagUse},
    values::FacetValues,
};
use crate::{
    contract::{FleetAsk, FleetPageAsk},
    fleet::{
        key::NodeKey,
        known::{Changes, Fleet},
    },
};

/// The nodes of the fleet in one order, with the values of the facets.
#[derive(Debug, Default)]
pub(super) struct NodeTable {
    hasher: RandomState,
    /// Numbers of the pairs, by part. A pair that is gone leaves an empty part.
    pairs: Vec<i32>,
    parts: Vec<PairPart>,
    /// Pairs whose nodes changed since they were looked at.
    stale: HashSet<i32>,
    values: HashMap<NodeField, FacetValues>,
    /// Of a facet that no pair has.
    no_values: FacetValues,
    order: Option<TableOrder>,
    /// What [`PairPart::matched`] was found for.
    matched: Option<FleetAsk>,
}

impl NodeTable {
    /// Nodes changed; they are looked at when somebody asks.
    pub(super) fn note(&mut self, changes: &Changes) {
        self.stale.extend(changes.nodes.iter().map(|key| key.pair));
    }

    /// Whether nothing changed since it was looked at.
    pub(super) fn is_fresh(&self) -> bool {
        self.stale.is_empty()
    }

    /// Takes what changed, and sorts by `sort`.
    pub(super) fn look_again(&mut self, fleet: &Fleet, sort: NodeField) {
        let stale: Vec<i32> = self.stale.drain().collect();
        let changed: Vec<usize> = stale.into_iter().map(|pair| self.part_of(pair)).collect();
        for part in &changed {
            let nodes = self.nodes_at(fleet, *part).map_or(&[][..], |(_, _, nodes)| nodes);
            let made = PairPart::new(nodes, &self.hasher);
            if let Some(slot) = self.parts.get_mut(*part) {
                *slot = made;
            }
        }
        let (mut order, of) = match self.order.take() {
            Some(order) if *order.field() == sort => (order, changed),
            Some(_) | None => (TableOrder::new(sort), (0..self.parts.len()).collect()),
        };
        let now: Vec<_> = of.iter().filter_map(|part| self.nodes_at(fleet, *part)).collect();
        order.change(&of, &now);
        self.order = Some(order);
    }

    /// Notes which nodes answer a question, of those pairs of which it is not known yet.
    pub(super) fn match_nodes(
        &mut self,
        index: &SearchIndex<i32, NodeKey>,
        answers: &Answers<i32>,
        asked: &FleetAsk,
    ) {
        let is_same = self.matched.as_ref() == Some(asked);
        for (part, pair) in self.parts.iter_mut().zip(&self.pairs) {
            if !is_same || part.matched.is_none() {
                let count = answers.group(pair).map_or(0, GroupAnswers::matching);
                let keys = index.keys(answers, pair, 0..count);
                part.match_all(keys.into_iter().map(|key| &key.node));
            }
        }
        self.matched = Some(asked.clone());
    }

    /// Has the values of these facets at hand, and forgets those of all others.
    pub(super) fn have_columns(&mut self, fleet: &Fleet, fields: &[NodeField]) {
        self.values.retain(|field, _| fields.contains(field));
        for (part, pair) in self.parts.iter_mut().zip(&self.pairs) {
            part.keep_columns(fields);
            let Some((pair, nodes)) = fleet.nodes_of(*pair) else {
                continue;
            };
            for field in fields {
                let values = self.values.entry(field.clone()).or_default();
                part.have_column(field, pair, nodes, values);
            }
        }
    }

    /// A facet whose values are at hand.
    pub(super) fn facet<'a>(
        &'a self,
        field: &'a NodeField,
        ask: &FleetPageAsk,
    ) -> (Facet<'a>, &'a FacetValues) {
        let values = self.values.get(field).unwrap_or(&self.no_values);
        (Facet::new(field, &self.parts, values, &ask.chosen), values)
    }

    /// Every place in order, with whether the query lets its node pass.
    pub(super) fn places(&self, descending: bool) -> impl Iterator<Item = (NodePlace, bool)> {
        let places = self.order.iter().flat_map(move |order| order.places(descending));
        places.map(|place| {
            let part = self.parts.get(place.part).and_then(|part| part.matched.as_ref());
            (
                place,
                part.and_then(|matched| matched.get(place.at)) == Some(&true),
            )
        })
    }

    /// The keys of all tags with their use, the most frequent first.
    pub(super) fn tags(&self) -> Vec<(String, TagUse)> {
        let mut all: HashMap<&str, TagUse> = HashMap::new();
        for (key, part) in self.parts.iter().flat_map(|part| &part.tags) {
            all.entry(key).or_default().add(part);
        }
        let mut all: Vec<_> = all.into_iter().map(|(key, one)| (key.to_owned(), one)).collect();
        all.sort_by(|(a, one), (b, other)| other.nodes.cmp(&one.nodes).then_with(|| a.cmp(b)));
        all
    }

    pub(super) fn key_at(&self, fleet: &Fleet, place: NodePlace) -> Option<NodeKey> {
        let pair = *self.pairs.get(place.part)?;
        let (_, nodes) = fleet.nodes_of(pair)?;
        let node = nodes.get(place.at)?.id.clone();
        Some(NodeKey { pair, node })
    }

    fn part_of(&mut self, pair: i32) -> usize {
        let known = self.pairs.iter().position(|other| *other == pair);
        known.unwrap_or_else(|| {
            self.pairs.push(pair);
            self.parts.push(PairPart::default());
            self.pairs.len() - 1
        })
    }

    /// The nodes of a part; none of a pair that is gone.
    fn nodes_at<'a>(&self, fleet: &'a Fleet, part: usize) -> Option<NodesOfPart<'a>> {
        let (pair, nodes) = fleet.nodes_of(*self.pairs.get(part)?)?;
        Some((part, pair, nodes))
    }
}
