//! The pairs of the settings, found by number and by name without a search.

use std::collections::HashMap;

use postern_model::{EndpointOverrides, Pair};

/// A pair of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Its number in the store.
    pub(crate) id: i32,
    pub(crate) pair: Pair,
    /// As the user set it.
    pub(crate) enabled: bool,
    /// Whether it takes part in sync: it is enabled, and so is sync as a whole.
    pub(crate) synced: bool,
    /// Where its services are dialled.
    pub(crate) endpoints: EndpointOverrides,
}

/// All rows, in the user's order.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: Vec<Row>,
    by_id: HashMap<i32, usize>,
    by_pair: HashMap<Pair, usize>,
}

impl Rows {
    pub(super) fn new(rows: Vec<Row>) -> Self {
        let places = rows.iter().enumerate();
        Self {
            by_id: places.clone().map(|(place, row)| (row.id, place)).collect(),
            by_pair: places.map(|(place, row)| (row.pair.clone(), place)).collect(),
            rows,
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }

    /// Those that take part in sync.
    pub(super) fn synced(&self) -> impl Iterator<Item = &Row> {
        self.iter().filter(|row| row.synced)
    }

    pub(super) fn get(&self, id: i32) -> Option<&Row> {
        self.rows.get(*self.by_id.get(&id)?)
    }

    /// The row of `pair`; the settings have none twice.
    pub(super) fn of(&self, pair: &Pair) -> Option<&Row> {
        self.rows.get(*self.by_pair.get(pair)?)
    }

    /// Whether this very row is among them, with all that the user set.
    pub(super) fn contains(&self, row: &Row) -> bool {
        self.get(row.id) == Some(row)
    }
}
