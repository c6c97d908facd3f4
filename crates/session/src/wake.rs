//! Notices that the computer slept: time went on and nobody looked (reliability R6). Sockets rarely survive that, and
//! nothing says so before a ping is missed.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// More than a busy computer or a corrected clock makes of a look.
const SLEPT: Duration = Duration::from_secs(10);

/// The time of day; tests turn it.
pub(crate) type WallClock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// Looks at both clocks once a second.
pub(crate) struct WakeWatch {
    wall: WallClock,
    looks: Interval,
    last: ClockReading,
}

/// Both clocks at one moment.
#[derive(Debug, Clone, Copy)]
struct ClockReading {
    monotonic: Instant,
    wall: SystemTime,
}

impl WakeWatch {
    /// Must be called inside a tokio runtime.
    pub(crate) fn new(wall: WallClock) -> Self {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let last = ClockReading::now(&wall);
        Self { wall, looks, last }
    }

    /// Returns after the computer slept. Cancel safe.
    pub(crate) async fn woke(&mut self) {
        loop {
            self.looks.tick().await;
            let before = std::mem::replace(&mut self.last, ClockReading::now(&self.wall));
            if self.last.is_after_sleep_since(before) {
                return;
            }
        }
    }
}

impl ClockReading {
    fn now(wall: &WallClock) -> Self {
        Self {
            monotonic: Instant::now(),
            wall: wall(),
        }
    }

    /// The monotonic clock stands still during sleep on Linux and macOS, and goes on on Windows. A clock of the day that
    /// was set back says nothing.
    fn is_after_sleep_since(self, before: Self) -> bool {
        let wall = self.wall.duration_since(before.wall).unwrap_or_default();
        wall.max(self.monotonic - before.monotonic) > SLEPT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_a_jump_forward_of_either_clock_is_a_sleep() {
        let start = ClockReading {
            monotonic: Instant::now(),
            wall: SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000),
        };
        let after = |monotonic: u64, wall: i64| {
            let wall_by = Duration::from_secs(wall.unsigned_abs());
            ClockReading {
                monotonic: start.monotonic + Duration::from_secs(monotonic),
                wall: if wall < 0 {
                    start.wall - wall_by
                } else {
                    start.wall + wall_by
                },
            }
            .is_after_sleep_since(start)
        };
        for (monotonic, wall, slept) in [
            (1, 1, false),
            (1, 9, false),
            (1, 8 * 3600, true),
            (8 * 3600, 8 * 3600, true),
            (1, -3600, false),
        ] {
            assert_eq!(after(monotonic, wall), slept, "{monotonic} {wall}");
        }
    }
}
