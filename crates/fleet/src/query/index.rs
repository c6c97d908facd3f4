//! Many things, ready to be searched: kept in groups and in order, and changed by what changed.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

use postern_model::natural_lower;

use super::{
    entry::{IndexEntry, SharedText},
    field::Field,
    searchable::Searchable,
    symbols::{Symbol, Symbols},
};

/// Things by their keys `K`, in groups `G` such as pairs. Within a group they are in the order of their names: numbers by their
/// value, those without a name last, then by id.
///
/// A change costs what it changes, and a search of 50,000 nodes takes a few milliseconds.
#[derive(Debug, Clone)]
pub struct SearchIndex<G, K> {
    pub(super) slots: Vec<Option<Slot<G, K>>>,
    free: Vec<u32>,
    places: HashMap<K, u32>,
    pub(super) groups: BTreeMap<G, Vec<u32>>,
    pub(super) symbols: Symbols,
    revision: u64,
}

#[derive(Debug, Clone)]
pub(super) struct Slot<G, K> {
    pub(super) key: K,
    pub(super) group: G,
    pub(super) entry: IndexEntry,
}

impl<G, K> Default for SearchIndex<G, K> {
    fn default() -> Self {
        Self {
            slots: Vec::new(),
            free: Vec::new(),
            places: HashMap::new(),
            groups: BTreeMap::new(),
            symbols: Symbols::default(),
            revision: 0,
        }
    }
}

impl<G: Clone + Ord, K: Clone + Eq + Hash> SearchIndex<G, K> {
    /// Adds a thing, or puts it in the place of what has its key.
    pub fn upsert(&mut self, group: G, key: K, thing: &Searchable<'_>) {
        let slot = self.put(group.clone(), key, thing);
        let order = self.groups.entry(group).or_default();
        let at = order.partition_point(|other| compare(&self.slots, *other, slot) == Ordering::Less);
        order.insert(at, slot);
    }

    /// The same for many of one group at once.
    pub fn upsert_all<'a>(&mut self, group: &G, things: impl IntoIterator<Item = (K, Searchable<'a>)>) {
        let new: Vec<u32> = things
            .into_iter()
            .map(|(key, thing)| self.put(group.clone(), key, &thing))
            .collect();
        let order = self.groups.entry(group.clone()).or_default();
        order.extend(new);
        // What was there is in order already, which this sort makes use of.
        order.sort_by(|a, b| compare(&self.slots, *a, *b));
        order.dedup();
    }

    /// Removes a thing: whether it was there.
    pub fn remove(&mut self, key: &K) -> bool {
        let Some(slot) = self.places.remove(key) else {
            return false;
        };
        self.revision += 1;
        self.leave_order(slot);
        if let Some(former) = self.slots.get_mut(place(slot)).and_then(Option::take) {
            former.entry.release(&mut self.symbols);
        }
        self.free.push(slot);
        true
    }

    /// Removes all things of a group.
    pub fn remove_group(&mut self, group: &G) {
        for slot in self.groups.remove(group).unwrap_or_default() {
            if let Some(former) = self.slots.get_mut(place(slot)).and_then(Option::take) {
                self.places.remove(&former.key);
                former.entry.release(&mut self.symbols);
            }
            self.free.push(slot);
        }
        self.revision += 1;
    }

    /// Grows with every change.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// How many things there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Whether there is a thing with this key.
    #[must_use]
    pub fn contains(&self, key: &K) -> bool {
        self.places.contains_key(key)
    }

    pub(super) fn slot_of(&self, key: &K) -> Option<u32> {
        self.places.get(key).copied()
    }

    pub(super) fn slot(&self, slot: u32) -> Option<&Slot<G, K>> {
        self.slots.get(place(slot))?.as_ref()
    }

    /// The texts of a field that things share, each with how many have it, as they are shown.
    #[must_use]
    pub fn values(&self, field: Field) -> BTreeMap<&str, usize> {
        self.count_of(field, self.slots.iter().flatten())
    }

    /// The same for some of the things.
    pub(super) fn count_of<'a>(
        &self,
        field: Field,
        slots: impl Iterator<Item = &'a Slot<G, K>>,
    ) -> BTreeMap<&str, usize>
    where
        G: 'a,
        K: 'a,
    {
        let Some(shared) = SharedText::of_field(field) else {
            return BTreeMap::new();
        };
        let mut by_symbol = vec![0_usize; self.symbols.len()];
        for slot in slots {
            if let Some(count) = by_symbol.get_mut(slot.entry.shared(shared).place()) {
                *count += 1;
            }
        }
        self.by_text(by_symbol)
    }

    /// How many things have each of the texts that `of_tags` takes of their tags, as they are shown.
    pub(super) fn counted(
        &self,
        of_tags: impl Fn(&[(Symbol, Symbol)]) -> Vec<Symbol>,
    ) -> BTreeMap<&str, usize> {
        let mut by_symbol = vec![0_usize; self.symbols.len()];
        for slot in self.slots.iter().flatten() {
            for symbol in of_tags(slot.entry.tags()) {
                if let Some(count) = by_symbol.get_mut(symbol.place()) {
                    *count += 1;
                }
            }
        }
        self.by_text(by_symbol)
    }

    /// Counts by symbol as counts by text, without those that are nothing and without the empty text.
    pub(super) fn by_text(&self, by_symbol: Vec<usize>) -> BTreeMap<&str, usize> {
        let counts = self.symbols.all().zip(by_symbol);
        counts
            .filter(|(text, count)| *count > 0 && !text.is_empty())
            .collect()
    }

    /// Fills a slot without a place in the order.
    fn put(&mut self, group: G, key: K, thing: &Searchable<'_>) -> u32 {
        self.revision += 1;
        let entry = IndexEntry::new(thing, &mut self.symbols);
        let slot = match self.places.get(&key).copied() {
            Some(slot) => {
                self.leave_order(slot);
                slot
            }
            None => self
                .free
                .pop()
                .unwrap_or_else(|| u32::try_from(self.slots.len()).unwrap_or(u32::MAX)),
        };
        self.places.insert(key.clone(), slot);
        let new = Some(Slot { key, group, entry });
        match self.slots.get_mut(place(slot)) {
            Some(former) => {
                if let Some(former) = std::mem::replace(former, new) {
                    former.entry.release(&mut self.symbols);
                }
            }
            None => self.slots.push(new),
        }
        slot
    }

    fn leave_order(&mut self, slot: u32) {
        let Some(group) = self
            .slots
            .get(place(slot))
            .and_then(Option::as_ref)
            .map(|slot| &slot.group)
        else {
            return;
        };
        let Some(order) = self.groups.get_mut(group) else {
            return;
        };
        let slots = &self.slots;
        let at = order.partition_point(|other| compare(slots, *other, slot) == Ordering::Less);
        if order.get(at) == Some(&slot) {
            order.remove(at);
        } else {
            // Among things of the same name and id.
            order.retain(|other| *other != slot);
        }
    }
}

/// A slot's number as a place.
pub(super) fn place(slot: u32) -> usize {
    usize::try_from(slot).unwrap_or(usize::MAX)
}

/// The order within a group, the same for all that names and orders things.
pub(super) fn compare<G, K>(slots: &[Option<Slot<G, K>>], a: u32, b: u32) -> Ordering {
    let entry = |slot: u32| Some(&slots.get(place(slot))?.as_ref()?.entry);
    match (entry(a), entry(b)) {
        (Some(first), Some(second)) => compare_entries(first, second).then_with(|| a.cmp(&b)),
        (first, second) => first.is_none().cmp(&second.is_none()),
    }
}

pub(super) fn compare_entries(a: &IndexEntry, b: &IndexEntry) -> Ordering {
    let is_nameless = a.name().is_empty().cmp(&b.name().is_empty());
    is_nameless
        .then_with(|| natural_lower(a.name(), b.name()))
        .then_with(|| a.id().cmp(b.id()))
}
