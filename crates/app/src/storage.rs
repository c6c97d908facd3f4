//! The store, used where blocking is allowed.

use std::sync::Arc;

use postern_store::{Store, StoreError};

use crate::contract::ErrorView;

/// One store. Clones are handles of the same one.
#[derive(Clone)]
pub(crate) struct Storage(Arc<Store>);

impl Storage {
    pub(crate) fn new(store: Store) -> Self {
        Self(Arc::new(store))
    }

    /// Reads or writes it.
    ///
    /// # Errors
    /// Those of `work`, and `store-crashed`.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ErrorView> {
        let store = Arc::clone(&self.0);
        match tokio::task::spawn_blocking(move || work(&store)).await {
            Ok(outcome) => outcome.map_err(ErrorView::from),
            Err(_) => Err(ErrorView::new(
                "store-crashed",
                "Postern made a mistake while it used its store.",
                "Try again, and report what you did.",
            )),
        }
    }
}
