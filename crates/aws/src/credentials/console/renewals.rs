//! The renewals of all sign-ins of `aws login`: one at a time for each, because a refresh token may be good for one use only.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

/// Whoever has the turn of a sign-in may change what is kept of it.
#[derive(Debug, Default)]
pub(crate) struct ConsoleRenewals(Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>);

impl ConsoleRenewals {
    /// Waits until nobody else has the turn of this sign-in, by its ARN.
    pub(super) async fn turn(&self, session: &str) -> OwnedMutexGuard<()> {
        let turns = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(session.to_owned()).or_default())
        };
        turns.lock_owned().await
    }
}
