//! What sync says of one pair.

use postern_fleet::{Listing, Times};
use postern_model::ControlError;

use crate::{
    clock::for_page,
    contract::{ErrorView, SyncPhase, SyncView},
};

/// Which sync a state belongs to, so that a late word of an older one is not believed.
pub(crate) type SyncNumber = u64;

#[derive(Debug, Clone)]
pub(super) struct PairState {
    phase: SyncPhase,
    nodes_read: u32,
    failed_at_ms: Option<i64>,
    error: Option<ErrorView>,
    sync: SyncNumber,
}

impl Default for PairState {
    fn default() -> Self {
        Self {
            phase: SyncPhase::Never,
            nodes_read: 0,
            failed_at_ms: None,
            error: None,
            sync: 0,
        }
    }
}

impl PairState {
    pub(super) fn is_under_way(&self) -> bool {
        matches!(self.phase, SyncPhase::Queued | SyncPhase::Running)
    }

    /// Whether its last sync did not bring all.
    pub(super) fn has_failed(&self) -> bool {
        matches!(self.phase, SyncPhase::Failed | SyncPhase::Partial)
    }

    /// Whether it is waiting for what this sync brings.
    pub(super) fn is_of(&self, sync: SyncNumber) -> bool {
        self.sync == sync
    }

    pub(super) fn queued(&mut self, sync: SyncNumber) {
        (self.phase, self.nodes_read, self.sync) = (SyncPhase::Queued, 0, sync);
    }

    pub(super) fn started(&mut self) {
        (self.phase, self.nodes_read) = (SyncPhase::Running, 0);
    }

    pub(super) fn progressed(&mut self, nodes_read: u32) {
        self.nodes_read = nodes_read;
    }

    pub(super) fn cancelled(&mut self) {
        self.phase = SyncPhase::Cancelled;
    }

    /// What its sync still says is not believed any more.
    pub(super) fn abandoned(&mut self) {
        (self.phase, self.sync) = (SyncPhase::Cancelled, 0);
    }

    pub(super) fn failed(&mut self, error: &ControlError, now_ms: i64) {
        self.phase = SyncPhase::Failed;
        self.failed_at_ms = Some(now_ms);
        self.error = Some(error.into());
    }

    pub(super) fn done(&mut self, listing: &Listing, now_ms: i64) {
        let complete = listing.is_complete();
        self.phase = if complete {
            SyncPhase::Done
        } else {
            SyncPhase::Partial
        };
        self.failed_at_ms = (!complete).then_some(now_ms);
        self.error = what_is_missing(listing);
    }

    pub(super) fn view(&self, times: Times) -> SyncView {
        SyncView {
            phase: self.phase,
            nodes_read: self.nodes_read,
            data_at_ms: times.instances.or(times.agents).map(for_page),
            agents_at_ms: times.agents.map(for_page),
            failed_at_ms: self.failed_at_ms.map(for_page),
            error: self.error.clone(),
        }
    }
}

/// Which call failed and why; where both did, the second one is the detail.
fn what_is_missing(listing: &Listing) -> Option<ErrorView> {
    let mut failures = listing.failures().map(|(service, error)| {
        let view = ErrorView::from(error);
        let message = format!("{service} could not be read: {}", view.message);
        ErrorView { message, ..view }
    });
    let (first, second) = (failures.next()?, failures.next());
    Some(match second {
        Some(second) => ErrorView {
            detail: Some(second.message),
            ..first
        },
        None => first,
    })
}
