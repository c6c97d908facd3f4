//! What a sync is going to read, and in which order.

use std::collections::HashSet;

use postern_model::Pair;

use crate::Inventory;

/// Eight pairs at a time are at most sixteen calls in flight (EC2 and Systems Manager for each), which stays below
/// AWS's request limits and keeps the connections of one computer few.
const PAIRS_AT_ONCE: usize = 8;

/// The pairs of one sync, in the order in which they get their turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncPlan {
    pub(crate) pairs: Vec<Pair>,
    pub(crate) only_running: bool,
    pub(crate) pairs_at_once: usize,
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
        Self {
            pairs,
            only_running,
            pairs_at_once: PAIRS_AT_ONCE,
        }
    }

    /// The same plan with those pairs at the end whose last sync failed: pairs that only time out would otherwise
    /// hold the turns of all others.
    #[must_use]
    pub fn failed_last(mut self, has_failed: impl Fn(&Pair) -> bool) -> Self {
        self.pairs.sort_by_key(has_failed);
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
