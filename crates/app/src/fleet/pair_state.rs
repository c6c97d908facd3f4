//! What sync says of one pair.

use std::time::Duration;

use postern_fleet::{Listing, SyncProgress, Times};
use postern_model::ControlError;

use crate::{
    clock::for_page,
    contract::{ErrorView, SyncPhase, SyncView},
};

/// Which sync a state belongs to, so that a late word of an older one is not believed.
pub(crate) type SyncNumber = u64;

/// What failed in a way that may pass is read again by itself, first after this time.
const FIRST_RECOVERY: Duration = Duration::from_secs(30);
/// Later attempts are twice as far from each other, up to this.
const LAST_RECOVERY: Duration = Duration::from_secs(10 * 60);

#[derive(Debug, Clone)]
pub(super) struct PairState {
    phase: SyncPhase,
    progress: SyncProgress,
    failed_at_ms: Option<i64>,
    error: Option<ErrorView>,
    /// How often it failed one after the other in a way that may pass.
    failures: u32,
    sync: SyncNumber,
}

impl Default for PairState {
    fn default() -> Self {
        Self {
            phase: SyncPhase::Never,
            progress: SyncProgress::default(),
            failed_at_ms: None,
            error: None,
            failures: 0,
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

    /// Whether it failed when it was read last, also while it is read again.
    pub(super) fn has_failed_lately(&self) -> bool {
        self.failed_at_ms.is_some()
    }

    /// Whether it is waiting for what this sync brings.
    pub(super) fn is_of(&self, sync: SyncNumber) -> bool {
        self.sync == sync
    }

    pub(super) fn queued(&mut self, sync: SyncNumber) {
        (self.phase, self.progress, self.sync) = (SyncPhase::Queued, SyncProgress::default(), sync);
    }

    pub(super) fn started(&mut self) {
        self.phase = SyncPhase::Running;
    }

    pub(super) fn progressed(&mut self, progress: SyncProgress) {
        self.progress = progress;
    }

    /// After how long it is read again by itself: longer each time, and never where only somebody can help.
    pub(super) fn recovers_after(&self) -> Option<Duration> {
        let doubled = 2_u32.saturating_pow(self.failures.checked_sub(1)?);
        let pause = FIRST_RECOVERY.saturating_mul(doubled).min(LAST_RECOVERY);
        self.has_failed().then_some(pause)
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
        self.count_failure(error.may_pass());
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
        self.count_failure(listing.failures().any(|(_, error)| error.may_pass()));
    }

    fn count_failure(&mut self, may_pass: bool) {
        self.failures = if may_pass {
            self.failures.saturating_add(1)
        } else {
            0
        };
    }

    fn again_at_ms(&self) -> Option<i64> {
        let pause = i64::try_from(self.recovers_after()?.as_millis()).ok()?;
        Some(self.failed_at_ms? + pause)
    }

    pub(super) fn view(&self, times: Times) -> SyncView {
        SyncView {
            phase: self.phase,
            pages_read: self.progress.pages,
            nodes_read: self.progress.nodes,
            data_at_ms: times.instances.or(times.agents).map(for_page),
            agents_at_ms: times.agents.map(for_page),
            failed_at_ms: self.failed_at_ms.map(for_page),
            again_at_ms: self.again_at_ms().map(for_page),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn throttled() -> ControlError {
        ControlError::Throttled {
            operation: "ec2:DescribeInstances".into(),
        }
    }

    fn denied() -> ControlError {
        ControlError::Denied {
            who: "p".into(),
            action: "ec2:DescribeInstances".into(),
            detail: String::new(),
        }
    }

    #[test]
    fn what_may_pass_is_tried_again_ever_more_seldom_and_what_somebody_must_mend_is_not() {
        let mut state = PairState::default();
        assert_eq!(state.recovers_after(), None);
        let mut pauses = Vec::new();
        for _ in 0..7 {
            state.failed(&throttled(), 1_000);
            pauses.push(state.recovers_after().unwrap().as_secs());
        }
        assert_eq!(pauses, [30, 60, 120, 240, 480, 600, 600]);
        assert_eq!(state.view(Times::default()).again_at_ms, Some(601_000.0));
        state.done(&Listing::default(), 2_000);
        assert_eq!(state.recovers_after(), None);
        state.failed(&denied(), 3_000);
        assert_eq!(
            (state.recovers_after(), state.view(Times::default()).again_at_ms),
            (None, None)
        );
        let partial = Listing {
            agents_error: Some(throttled()),
            ..Listing::default()
        };
        state.done(&partial, 4_000);
        assert_eq!(state.recovers_after(), Some(FIRST_RECOVERY));
    }
}
