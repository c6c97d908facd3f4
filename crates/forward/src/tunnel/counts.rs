//! Bytes that went through since they were last told, and when that is next.

use std::time::Duration;

use tokio::time::Instant;

use crate::ForwardTraffic;

/// How often they are told at most.
const EVERY: Duration = Duration::from_millis(250);

/// Bytes that went through since they were last told.
#[derive(Debug, Default)]
pub(super) struct Counts {
    sent_bytes: u64,
    received_bytes: u64,
    due: Option<Instant>,
}

impl Counts {
    pub(super) fn sent(&mut self, bytes: usize) {
        self.sent_bytes += u64::try_from(bytes).unwrap_or(u64::MAX);
        self.changed();
    }

    pub(super) fn received(&mut self, bytes: usize) {
        self.received_bytes += u64::try_from(bytes).unwrap_or(u64::MAX);
        self.changed();
    }

    /// There is something to tell.
    pub(super) fn changed(&mut self) {
        self.due.get_or_insert_with(|| Instant::now() + EVERY);
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Whether it is time to tell, asked once.
    pub(super) fn take_due(&mut self) -> bool {
        let is_due = self.due.is_some_and(|due| due <= Instant::now());
        if is_due {
            self.due = None;
        }
        is_due
    }

    /// Tells.
    pub(super) fn move_into(&mut self, traffic: &mut ForwardTraffic) {
        traffic.sent_bytes += std::mem::take(&mut self.sent_bytes);
        traffic.received_bytes += std::mem::take(&mut self.received_bytes);
    }
}
