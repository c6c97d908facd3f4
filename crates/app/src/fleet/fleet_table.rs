//! What the fleet page may ask of a world.

use std::sync::Arc;

use super::{
    key::NodeKey,
    page::{exported, exported_fields, write_export},
    watch::FleetWatch,
};
use crate::contract::{ErrorView, FleetPageAsk, FleetPageView, NodeExportDraft, NodeExportView};

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
            .find_page(|fleet, search, finder| finder.page(fleet, search, ask, place(from), place(count)))
    }

    /// The keys of the nodes of a window of any length, in the order of the table.
    ///
    /// # Errors
    /// `bad-column`.
    pub fn keys(&self, ask: &FleetPageAsk, from: u32, count: u32) -> Result<Vec<String>, ErrorView> {
        self.fleet
            .find_page(|fleet, search, finder| finder.keys(fleet, search, ask, place(from), place(count)))
    }

    /// Gives nodes to other programs: as a text, or into a file where a path is named.
    ///
    /// # Errors
    /// `bad-column`, `bad-path`, `file-exists`, `not-written`.
    pub async fn export(&self, draft: NodeExportDraft) -> Result<NodeExportView, ErrorView> {
        let columns = exported_fields(&draft.columns)?;
        let text = self.fleet.read(|fleet| {
            let keys = draft.keys.iter().filter_map(|key| NodeKey::parse(key));
            let nodes: Vec<_> = keys.filter_map(|key| fleet.find(&key)).collect();
            exported(&nodes, &columns, draft.format)
        });
        match draft.path {
            None => Ok(NodeExportView {
                text: Some(text),
                path: None,
            }),
            Some(path) => write_export(text, path, draft.replace).await,
        }
    }
}

fn place(at: u32) -> usize {
    usize::try_from(at).unwrap_or(usize::MAX)
}
