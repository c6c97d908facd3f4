//! What all pairs of one sync share.

use std::sync::Arc;

use postern_model::Nodes;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::event::SyncEvent;
use crate::SyncPlan;

/// A sync that runs.
pub(super) struct SyncRun {
    pub(super) control: Arc<dyn Nodes>,
    pub(super) plan: SyncPlan,
    pub(super) cancel: CancellationToken,
    pub(super) events: mpsc::Sender<SyncEvent>,
}

impl SyncRun {
    /// Tells of an event. Where nobody listens any more, the sync ends.
    pub(super) async fn send(&self, event: SyncEvent) {
        if self.events.send(event).await.is_err() {
            self.cancel.cancel();
        }
    }
}
