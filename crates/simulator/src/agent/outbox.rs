//! Unacknowledged output: kept in order, and only the oldest is ever sent again.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

/// Past this many unacknowledged messages the real agent sends new ones once and does not keep them.
const KEPT_LIMIT: usize = 100_000;
const FIRST_ROUND_TRIP: Duration = Duration::from_millis(100);
const FIRST_TIMEOUT: Duration = Duration::from_millis(200);
const CLOCK_GRANULARITY: Duration = Duration::from_millis(10);
const LONGEST_TIMEOUT: Duration = Duration::from_secs(1);

#[derive(Debug)]
struct Unacknowledged {
    sequence: i64,
    frame: Bytes,
    sent_at: Duration,
}

/// The sending side of the output sequence with the real agent's retransmission: head only, no back-off, no window.
#[derive(Debug)]
pub(super) struct AgentOutbox {
    next_sequence: i64,
    unacknowledged: VecDeque<Unacknowledged>,
    round_trip: Duration,
    variation: Duration,
    timeout: Duration,
}

impl AgentOutbox {
    /// Nothing sent yet.
    pub(super) fn new() -> Self {
        Self {
            next_sequence: 0,
            unacknowledged: VecDeque::new(),
            round_trip: FIRST_ROUND_TRIP,
            variation: Duration::ZERO,
            timeout: FIRST_TIMEOUT,
        }
    }

    /// The number of the next message.
    pub(super) fn next_sequence(&self) -> i64 {
        self.next_sequence
    }

    /// Keeps `frame`, which carries [`AgentOutbox::next_sequence`] and is sent now, until it is acknowledged.
    pub(super) fn keep(&mut self, now: Duration, frame: Bytes) {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        if self.unacknowledged.len() < KEPT_LIMIT {
            self.unacknowledged.push_back(Unacknowledged {
                sequence,
                frame,
                sent_at: now,
            });
        }
    }

    /// Takes out the acknowledged message, if it is still there, and learns from its time on the way.
    pub(super) fn acknowledge(&mut self, now: Duration, sequence: i64) {
        let Ok(index) = self
            .unacknowledged
            .binary_search_by_key(&sequence, |kept| kept.sequence)
        else {
            return;
        };
        if let Some(kept) = self.unacknowledged.remove(index) {
            self.learn(now.saturating_sub(kept.sent_at));
        }
    }

    /// The oldest message, when its time is over; it counts as sent now.
    pub(super) fn resend(&mut self, now: Duration) -> Option<Bytes> {
        let timeout = self.timeout;
        let head = self.unacknowledged.front_mut()?;
        if now.saturating_sub(head.sent_at) <= timeout {
            return None;
        }
        head.sent_at = now;
        Some(head.frame.clone())
    }

    /// Whether everything is acknowledged.
    pub(super) fn is_empty(&self) -> bool {
        self.unacknowledged.is_empty()
    }

    /// How many messages wait for their acknowledgement.
    pub(super) fn len(&self) -> usize {
        self.unacknowledged.len()
    }

    /// Smoothing with gain 1/8 for the round trip and 1/4 for its variation, the variation first.
    fn learn(&mut self, sample: Duration) {
        self.variation = self.variation * 3 / 4 + self.round_trip.abs_diff(sample) / 4;
        self.round_trip = self.round_trip * 7 / 8 + sample / 8;
        self.timeout = (self.round_trip + CLOCK_GRANULARITY.max(self.variation * 4)).min(LONGEST_TIMEOUT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn only_the_oldest_is_sent_again_and_without_back_off() {
        let mut outbox = AgentOutbox::new();
        outbox.keep(ms(0), Bytes::from_static(b"a"));
        outbox.keep(ms(0), Bytes::from_static(b"b"));
        assert_eq!(outbox.resend(ms(200)), None);
        for at in [201, 402, 603, 804] {
            assert_eq!(outbox.resend(ms(at)).as_deref(), Some(&b"a"[..]));
            assert_eq!(outbox.resend(ms(at)), None, "b waits behind a for ever");
        }
        outbox.acknowledge(ms(805), 0);
        assert_eq!(outbox.resend(ms(2000)).as_deref(), Some(&b"b"[..]));
    }

    #[test]
    fn an_unknown_or_repeated_acknowledgement_changes_nothing() {
        let mut outbox = AgentOutbox::new();
        outbox.keep(ms(0), Bytes::from_static(b"a"));
        outbox.acknowledge(ms(1), 7);
        assert_eq!(outbox.len(), 1);
        outbox.acknowledge(ms(1), 0);
        outbox.acknowledge(ms(1), 0);
        assert!(outbox.is_empty());
    }

    #[test]
    fn the_timeout_never_exceeds_one_second() {
        let mut outbox = AgentOutbox::new();
        for _ in 0..50 {
            outbox.keep(ms(0), Bytes::new());
            let sequence = outbox.next_sequence() - 1;
            outbox.acknowledge(ms(60_000), sequence);
        }
        assert_eq!(outbox.timeout, LONGEST_TIMEOUT);
    }
}
