//! The way to AWS of one world: what settings and pairs say of it, told to the control plane whenever they change.

use std::sync::Arc;

use postern_model::ControlPlane;

use crate::{contract::ErrorView, storage::Storage};

/// Tells the control plane the way to AWS.
pub(crate) struct WayToAws {
    control: Arc<dyn ControlPlane>,
    storage: Storage,
}

impl WayToAws {
    pub(crate) fn new(control: &Arc<dyn ControlPlane>, storage: &Storage) -> Self {
        Self {
            control: Arc::clone(control),
            storage: storage.clone(),
        }
    }

    /// Reads it from the store, and tells it.
    pub(crate) async fn tell(&self) -> Result<(), ErrorView> {
        let network = self.storage.run(|store| store.network(None)).await?;
        self.control.use_network(network);
        Ok(())
    }
}
