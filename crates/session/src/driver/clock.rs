//! The two times of a session: the real one, and the data channel's, which nearly stands still while the socket is not read.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use postern_protocol::Moment;
use tokio::time::Instant;

/// How much slower the data channel's time goes while the socket is not read. Acknowledgements may wait there unread, so
/// that time says little of a loss. It does not stand still, because a message that was lost all the same must be sent
/// again in a flood that never ends.
const SLOWER: u32 = 16;
/// No timer is set for longer.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// Time since the session began.
#[derive(Debug, Clone, Copy)]
pub(super) struct SessionClock {
    origin: Instant,
    reading: bool,
    /// The moment of the last change between reading and not, in real and in the data channel's time.
    changed_at: Instant,
    channel_time_then: Duration,
}

impl SessionClock {
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Self {
            origin: now,
            reading: true,
            changed_at: now,
            channel_time_then: Duration::ZERO,
        }
    }

    /// Whether the socket is read from now on.
    pub(super) fn set_reading(&mut self, reading: bool) {
        if self.reading != reading {
            self.channel_time_then = self.channel_time();
            self.changed_at = Instant::now();
            self.reading = reading;
        }
    }

    /// The data channel's time, and the wall's for the dates of messages.
    pub(super) fn moment(&self) -> Moment {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment {
            monotonic: self.channel_time(),
            wall_ms: u64::try_from(wall.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// Real time since the session began.
    pub(super) fn since(&self) -> Duration {
        self.origin.elapsed()
    }

    /// When the real time is `since`.
    pub(super) fn at(&self, since: Duration) -> Instant {
        self.origin + since
    }

    /// When the data channel's time is `due`, if nothing changes until then.
    pub(super) fn at_channel(&self, due: Option<Duration>) -> Instant {
        let longest = Instant::now() + LONGEST;
        let reached = due.and_then(|due| {
            let wait = due
                .saturating_sub(self.channel_time_then)
                .saturating_mul(self.slowness());
            self.changed_at.checked_add(wait)
        });
        reached.map_or(longest, |reached| reached.min(longest))
    }

    fn channel_time(&self) -> Duration {
        self.channel_time_then + self.changed_at.elapsed() / self.slowness()
    }

    fn slowness(&self) -> u32 {
        if self.reading { 1 } else { SLOWER }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    const fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[tokio::test(start_paused = true)]
    async fn time_in_which_nothing_was_read_counts_a_sixteenth() {
        let mut clock = SessionClock::new();
        advance(seconds(10)).await;
        clock.set_reading(false);
        advance(seconds(32)).await;
        assert_eq!(clock.moment().monotonic, seconds(12));
        clock.set_reading(true);
        advance(seconds(5)).await;
        assert_eq!(clock.moment().monotonic, seconds(17));
        assert_eq!(clock.since(), seconds(47));
    }

    #[tokio::test(start_paused = true)]
    async fn timers_run_out_when_their_own_time_has_come() {
        let mut clock = SessionClock::new();
        advance(seconds(10)).await;
        assert_eq!(clock.at_channel(Some(seconds(12))), Instant::now() + seconds(2));
        clock.set_reading(false);
        assert_eq!(clock.at_channel(Some(seconds(12))), Instant::now() + seconds(32));
        assert_eq!(
            clock.at_channel(Some(seconds(3))),
            Instant::now(),
            "it is overdue"
        );
        let due = clock.at_channel(Some(seconds(12)));
        tokio::time::sleep_until(due).await;
        assert_eq!(clock.moment().monotonic, seconds(12));
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_timer_nothing_is_due_however_old_the_session_is() {
        let clock = SessionClock::new();
        advance(seconds(30 * 24 * 3600)).await;
        for due in [None, Some(Duration::MAX)] {
            assert_eq!(clock.at_channel(due), Instant::now() + LONGEST);
        }
    }
}
