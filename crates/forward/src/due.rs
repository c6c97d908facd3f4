//! Waiting for a time that there may not be.

use tokio::time::{Instant, sleep_until};

/// Waits until then; for ever where nothing is due. Cancel safe.
pub(crate) async fn at(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}
