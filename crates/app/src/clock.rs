//! The time of day, for people.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since the epoch.
pub(crate) fn now_ms() -> i64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX)
}

/// The same number for the page, which knows no 64-bit integers. Exact until the year 287396.
#[allow(clippy::cast_precision_loss)]
pub(crate) fn for_page(ms: i64) -> f64 {
    ms as f64
}
