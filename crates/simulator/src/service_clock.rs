//! What time it is for the services: this computer's, moved by outside hands.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// The clock of AWS.
#[derive(Debug, Default)]
pub(crate) struct ServiceClock {
    ahead_seconds: AtomicI64,
}

impl ServiceClock {
    /// From now on it is this many seconds ahead of this computer's.
    pub(crate) fn set_ahead(&self, seconds: i64) {
        self.ahead_seconds.store(seconds, Ordering::Relaxed);
    }

    /// What time it is.
    pub(crate) fn now(&self) -> SystemTime {
        let ahead = self.ahead_seconds.load(Ordering::Relaxed);
        let (now, by) = (SystemTime::now(), Duration::from_secs(ahead.unsigned_abs()));
        let moved = if ahead < 0 {
            now.checked_sub(by)
        } else {
            now.checked_add(by)
        };
        moved.unwrap_or(now)
    }
}
