//! What is on its way to the agent, and whether the agent still takes anything.

use std::time::Duration;

/// Less than a message of the session is not sent while more is on its way.
const FEWEST_BYTES: usize = 1024;

/// Bytes that were given to the session, against those that the agent has acknowledged.
#[derive(Debug, Default)]
pub(super) struct Flight {
    given: u64,
    acknowledged: u64,
    /// When the agent last acknowledged something, or something was given to it after nothing was left to acknowledge.
    moved_at: Duration,
    last_given_at: Duration,
}

impl Flight {
    pub(super) fn unacknowledged(&self) -> usize {
        usize::try_from(self.given - self.acknowledged).unwrap_or(usize::MAX)
    }

    /// How much more may be given when so much may be on its way.
    pub(super) fn room(&self, most: usize) -> usize {
        let room = most.max(FEWEST_BYTES).saturating_sub(self.unacknowledged());
        if room < FEWEST_BYTES { 0 } else { room }
    }

    pub(super) fn give(&mut self, now: Duration, bytes: usize) {
        if self.unacknowledged() == 0 {
            self.moved_at = now;
        }
        self.last_given_at = now;
        self.given = self
            .given
            .saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    /// Whether that is news.
    pub(super) fn acknowledge(&mut self, now: Duration, total: u64) -> bool {
        let is_news = total.min(self.given) > self.acknowledged;
        if is_news {
            self.acknowledged = total.min(self.given);
            self.moved_at = now;
        }
        is_news
    }

    /// Since when the agent acknowledges nothing; none when there is nothing to acknowledge.
    pub(super) fn stuck_since(&self) -> Option<Duration> {
        (self.unacknowledged() > 0).then_some(self.moved_at)
    }

    /// When something was last given to the agent.
    pub(super) fn last_given_at(&self) -> Duration {
        self.last_given_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn there_is_room_again_when_a_message_fits() {
        let mut flight = Flight::default();
        assert_eq!(flight.room(4096), 4096);
        assert_eq!(flight.room(0), 1024, "one message may always be on its way");
        flight.give(s(1), 3073);
        assert_eq!(flight.room(4096), 0);
        assert!(flight.acknowledge(s(2), 1));
        assert_eq!(flight.room(4096), 1024);
    }

    #[test]
    fn an_agent_is_stuck_from_its_last_acknowledgement_on() {
        let mut flight = Flight::default();
        assert_eq!(flight.stuck_since(), None);
        flight.give(s(1), 100);
        flight.give(s(2), 100);
        assert_eq!(flight.stuck_since(), Some(s(1)));
        assert!(!flight.acknowledge(s(3), 0));
        assert_eq!(flight.stuck_since(), Some(s(1)));
        assert!(flight.acknowledge(s(4), 100));
        assert_eq!(flight.stuck_since(), Some(s(4)));
        assert!(
            flight.acknowledge(s(5), 900),
            "no more is acknowledged than was given"
        );
        assert_eq!((flight.stuck_since(), flight.unacknowledged()), (None, 0));
        flight.give(s(9), 1);
        assert_eq!((flight.stuck_since(), flight.last_given_at()), (Some(s(9)), s(9)));
    }
}
