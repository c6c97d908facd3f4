//! The fleet as the window keeps it: the pairs of its settings, and what their last syncs brought.

use postern_fleet::{Inventory, Times, decode_nodes, encode_nodes};
use postern_model::Pair;
use postern_store::{CachedPair, Opened, SavedPair, Settings, Store, StoreError};

use crate::console;

/// The store of this user, and what is known of its pairs.
pub(crate) struct KeptFleet {
    store: Store,
    pairs: Vec<SavedPair>,
    /// What the last syncs brought. A pair whose nodes cannot be read is as if it had never been synced.
    pub(crate) inventory: Inventory,
}

impl KeptFleet {
    /// Reads it all. Without a store there are no pairs.
    ///
    /// # Errors
    /// Any [`StoreError`] of opening and reading.
    pub(crate) fn open() -> Result<Self, StoreError> {
        let path = Store::default_path()?;
        let store = if path.exists() {
            let Opened { store, notices } = Store::open(&path)?;
            for notice in notices {
                console::to_stderr(&format!("postern: {notice}\n"));
            }
            store
        } else {
            Store::in_memory()?
        };
        Self::of(store)
    }

    fn of(store: Store) -> Result<Self, StoreError> {
        let pairs = store.pairs()?;
        let mut inventory = Inventory::default();
        for saved in &pairs {
            if let Some((nodes, times)) = store.cached_pair(saved.id)?.and_then(known_before) {
                inventory.restore(&saved.pair, nodes, times);
            }
        }
        Ok(Self {
            store,
            pairs,
            inventory,
        })
    }

    /// The window's settings.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub(crate) fn settings(&self) -> Result<Settings, StoreError> {
        self.store.settings()
    }

    /// The pairs that take part in sync, in the user's order.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = &Pair> {
        let enabled = self.pairs.iter().filter(|saved| saved.enabled);
        enabled.map(|saved| &saved.pair)
    }

    /// Keeps what is known of a pair now, for the window's next start and for whoever asks what was known.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    pub(crate) fn keep(&self, pair: &Pair) -> Result<(), StoreError> {
        let Some(saved) = self.pairs.iter().find(|saved| saved.pair == *pair) else {
            return Ok(());
        };
        let times = self.inventory.times(pair);
        let cached = CachedPair {
            read_at_ms: times.last().unwrap_or_default(),
            agents_read_at_ms: times.agents,
            nodes: encode_nodes(self.inventory.nodes(pair)),
        };
        match self.store.replace_cached_pair(saved.id, &cached) {
            // It was removed meanwhile.
            Err(StoreError::UnknownPair) => Ok(()),
            outcome => outcome,
        }
    }
}

fn known_before(cached: CachedPair) -> Option<(Vec<postern_fleet::Node>, Times)> {
    let times = Times {
        instances: Some(cached.read_at_ms),
        agents: cached.agents_read_at_ms,
    };
    Some((decode_nodes(&cached.nodes).ok()?, times))
}

#[cfg(test)]
mod tests {
    use postern_fleet::Listing;
    use postern_model::{ProfileName, Region};

    use super::*;

    #[test]
    fn what_is_kept_is_known_again_and_of_an_older_form_it_is_not() {
        let store = Store::in_memory().unwrap();
        let pair = |profile: &str| Pair {
            profile: ProfileName::parse(profile).unwrap(),
            region: Region::parse("eu-central-1").unwrap(),
        };
        store.add_pair(&pair("a"), true).unwrap();
        let older = store.add_pair(&pair("b"), true).unwrap();
        store.add_pair(&pair("off"), false).unwrap();
        let cached = CachedPair {
            read_at_ms: 5,
            agents_read_at_ms: None,
            nodes: "{}".into(),
        };
        store.replace_cached_pair(older.id, &cached).unwrap();
        let mut kept = KeptFleet::of(store).unwrap();
        let of_test = |pairs: Vec<&Pair>| {
            pairs
                .iter()
                .filter(|one| one.profile.as_str() != "default")
                .count()
        };
        assert_eq!(of_test(kept.pairs().collect()), 2);
        assert_eq!(kept.inventory.read_at_ms(&pair("b")), None);
        kept.inventory.apply(&pair("a"), Listing::default(), 7);
        kept.keep(&pair("a")).unwrap();
        let again = KeptFleet::of(kept.store).unwrap();
        assert_eq!(again.inventory.times(&pair("a")), Times::at(7));
    }
}
