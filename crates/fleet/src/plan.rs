//! What a sync is going to read, and in which order.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use postern_model::Pair;

use crate::{Inventory, SyncGate, difference::KnownPair};

/// The pairs of one sync, in the order in which their calls go first.
#[derive(Debug, Clone)]
pub struct SyncPlan {
    pub(crate) pairs: Vec<Pair>,
    pub(crate) known: HashMap<Pair, KnownPair>,
    pub(crate) only_running: bool,
    pub(crate) gate: Arc<SyncGate>,
}

impl SyncPlan {
    /// Each of `pairs` once: first those that `inventory` knows nothing of, then those with the oldest data; equals
    /// keep their order. `only_running` asks EC2 for running instances only.
    #[must_use]
    pub fn new(pairs: impl IntoIterator<Item = Pair>, only_running: bool, inventory: &Inventory) -> Self {
        let mut planned = HashSet::new();
        let mut pairs: Vec<Pair> = pairs
            .into_iter()
            .filter(|pair| planned.insert(pair.clone()))
            .collect();
        pairs.sort_by_key(|pair| inventory.read_at_ms(pair));
        let known = pairs.iter().map(|pair| (pair.clone(), inventory.known(pair)));
        Self {
            known: known.collect(),
            pairs,
            only_running,
            gate: Arc::default(),
        }
    }

    /// The same plan with those pairs at the end whose last sync failed: pairs that only time out would otherwise
    /// hold the turns of all others.
    #[must_use]
    pub fn failed_last(mut self, has_failed: impl Fn(&Pair) -> bool) -> Self {
        self.pairs.sort_by_key(has_failed);
        self
    }

    /// The same plan, whose calls go through a gate that it shares with other plans.
    #[must_use]
    pub fn through(mut self, gate: &Arc<SyncGate>) -> Self {
        self.gate = Arc::clone(gate);
        self
    }

    /// The pairs in the order of their turn.
    #[must_use]
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }
}

#[cfg(test)]
mod tests {
    use postern_model::{ProfileName, Region};

    use super::*;
    use crate::Listing;

    fn pair(profile: &str) -> Pair {
        Pair {
            profile: ProfileName::parse(profile).unwrap(),
            region: Region::parse("eu-central-1").unwrap(),
        }
    }

    #[test]
    fn pairs_without_data_come_first_then_the_oldest_and_failed_ones_last() {
        let mut inventory = Inventory::default();
        inventory.apply(&pair("new"), Listing::complete(Vec::new()), 20);
        inventory.apply(&pair("old"), Listing::complete(Vec::new()), 10);
        let wanted = ["new", "old", "second", "first", "second"].map(pair);
        let plan = SyncPlan::new(wanted, true, &inventory);
        assert_eq!(plan.pairs(), ["second", "first", "old", "new"].map(pair));
        let plan = plan.failed_last(|failed| *failed == pair("second"));
        assert_eq!(plan.pairs(), ["first", "old", "new", "second"].map(pair));
    }
}
