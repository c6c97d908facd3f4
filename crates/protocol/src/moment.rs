//! Time as an argument.

use std::time::Duration;

/// One instant, in both clocks that the data channel needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    /// Time since any fixed origin, never going back; drives the timers.
    pub monotonic: Duration,
    /// Milliseconds since the Unix epoch; only fills the `CreatedDate` of messages.
    pub wall_ms: u64,
}
