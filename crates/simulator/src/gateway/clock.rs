//! The wall clock, for the creation dates of messages.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
pub(super) fn wall_clock_ms() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::from_millis(1));
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}
