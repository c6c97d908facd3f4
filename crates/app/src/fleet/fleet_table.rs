//! What the fleet page may ask of a world.

use std::sync::Arc;

use super::watch::FleetWatch;
use crate::contract::{ErrorView, FleetPageAsk, FleetPageView};

/// The nodes of one world as a table. Clones are of the same one.
#[derive(Debug, Clone)]
pub struct FleetTable {
    fleet: Arc<FleetWatch>,
}

impl FleetTable {
    pub(crate) fn new(fleet: &Arc<FleetWatch>) -> Self {
        Self {
            fleet: Arc::clone(fleet),
        }
    }

    /// A window of the table, with what stands beside it; no window is longer than 500 nodes.
    ///
    /// # Errors
    /// `bad-column`.
    pub fn page(&self, ask: &FleetPageAsk, from: u32, count: u32) -> Result<FleetPageView, ErrorView> {
        self.fleet
            .find_page(|fleet, finder| finder.page(fleet, ask, place(from), place(count)))
    }

    /// The keys of the nodes of a window of any length, in the order of the table.
    ///
    /// # Errors
    /// `bad-column`.
    pub fn keys(&self, ask: &FleetPageAsk, from: u32, count: u32) -> Result<Vec<String>, ErrorView> {
        self.fleet
            .find_page(|fleet, finder| finder.keys(fleet, ask, place(from), place(count)))
    }
}

fn place(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
