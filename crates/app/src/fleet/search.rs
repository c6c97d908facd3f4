//! The fleet ready to be searched: an index that follows its changes, and the searches that were made last.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use postern_fleet::{Answers, FleetQuery, SearchIndex, Searchable};

use super::{
    key::NodeKey,
    known::{Changes, Fleet},
};
use crate::contract::{Environment, FleetAsk};

/// The sidebar, the fleet page and the palette each have one.
const REMEMBERED: usize = 4;
/// More changes of a pair than this are put in order together.
const FEW: usize = 16;

/// Follows the [`Fleet`]: a change costs what it changed, and a search is made once for all that is asked of its answers.
#[derive(Debug, Default)]
pub(crate) struct FleetSearch {
    index: SearchIndex<i32, NodeKey>,
    /// The last one first.
    searches: VecDeque<Arc<Search>>,
}

/// A search that was made.
#[derive(Debug)]
pub(crate) struct Search {
    ask: FleetAsk,
    pub(crate) query: FleetQuery,
    pub(crate) found: Answers<i32>,
}

impl FleetSearch {
    /// Takes over how the nodes that changed are now.
    pub(crate) fn follow(&mut self, changes: &Changes, fleet: &Fleet) {
        let mut by_pair: BTreeMap<i32, Vec<(NodeKey, Searchable<'_>)>> = BTreeMap::new();
        for key in &changes.nodes {
            match searchable(fleet, key) {
                Some(thing) => by_pair.entry(key.pair).or_default().push((key.clone(), thing)),
                None => _ = self.index.remove(key),
            }
        }
        for (pair, things) in by_pair {
            self.put(pair, things);
        }
    }

    fn put(&mut self, pair: i32, things: Vec<(NodeKey, Searchable<'_>)>) {
        if things.len() > FEW {
            return self.index.upsert_all(&pair, things);
        }
        for (key, thing) in things {
            self.index.upsert(pair, key, &thing);
        }
    }

    /// The answers to a question as the fleet is now.
    pub(crate) fn search(&mut self, ask: &FleetAsk) -> Arc<Search> {
        let index = &self.index;
        self.searches.retain(|search| index.is_current(&search.found));
        if let Some(known) = self.searches.iter().find(|search| search.ask == *ask) {
            return Arc::clone(known);
        }
        let query = FleetQuery::parse(&ask.query);
        let found = self.index.find(&query, ask.only_running);
        let search = Arc::new(Search {
            ask: ask.clone(),
            query,
            found,
        });
        self.searches.push_front(Arc::clone(&search));
        self.searches.truncate(REMEMBERED);
        search
    }

    /// Of the fleet, for the page: below 2^53 it is exact.
    #[expect(clippy::cast_precision_loss, reason = "no fleet changes 2^53 times")]
    pub(crate) fn revision(&self) -> f64 {
        self.index.revision() as f64
    }

    pub(crate) fn index(&self) -> &SearchIndex<i32, NodeKey> {
        &self.index
    }
}

impl Search {
    /// How many nodes of a pair match, and how many there are.
    pub(crate) fn counts(&self, pair: i32) -> (u32, u32) {
        let group = self.found.group(&pair);
        group.map_or((0, 0), |group| (number(group.matching()), number(group.total)))
    }
}

/// A count for the page.
pub(crate) fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn searchable<'a>(fleet: &'a Fleet, key: &NodeKey) -> Option<Searchable<'a>> {
    let (pair, node) = fleet.find(key)?;
    let environment = Environment::of_profile(Some(pair.profile.as_str()));
    Some(Searchable::of_node(pair, node, environment == Environment::Prod))
}
