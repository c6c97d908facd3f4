//! What the agent has sent and nobody has acknowledged, with the timer of the real one.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The agent keeps so many; the stand-in waits where the real one would begin to drop.
pub const MOST: usize = 100_000;
/// How often the agent looks at the oldest message.
pub const LOOK_EVERY: Duration = Duration::from_millis(100);
const LONGEST: f64 = 1.0;

/// Sent messages in the order of their numbers.
pub struct Outbox {
    next: i64,
    waiting: VecDeque<Sent>,
    missing: usize,
    round_trip: f64,
    variation: f64,
    timeout: Duration,
    looked: Instant,
    /// Messages that were sent again.
    pub resent: u64,
}

struct Sent {
    at: Instant,
    acknowledged: bool,
    /// `None` for a message of the flood, which can be made again.
    frame: Option<Vec<u8>>,
}

/// The oldest message, to be sent again.
pub enum Resend {
    /// This frame.
    Frame(Vec<u8>),
    /// The message of the flood with this number.
    OfFlood(i64),
}

impl Default for Outbox {
    fn default() -> Self {
        Self {
            next: 0,
            waiting: VecDeque::new(),
            missing: 0,
            round_trip: 0.1,
            variation: 0.0,
            timeout: Duration::from_millis(200),
            looked: Instant::now(),
            resent: 0,
        }
    }
}

impl Outbox {
    /// The number of the next message.
    pub fn next(&self) -> i64 {
        self.next
    }

    /// Keeps the next message.
    pub fn push(&mut self, frame: Option<Vec<u8>>) {
        self.push_at(frame, Instant::now());
    }

    /// Keeps `count` messages of the flood.
    pub fn push_flood(&mut self, count: u64) {
        let now = Instant::now();
        (0..count).for_each(|_| self.push_at(None, now));
    }

    fn push_at(&mut self, frame: Option<Vec<u8>>, at: Instant) {
        self.next += 1;
        self.missing += 1;
        self.waiting.push_back(Sent {
            at,
            acknowledged: false,
            frame,
        });
    }

    /// How many are not acknowledged.
    pub fn missing(&self) -> usize {
        self.missing
    }

    /// How many the agent holds: behind a missing one also those that are acknowledged.
    pub fn held(&self) -> usize {
        self.waiting.len()
    }

    /// The client has this message.
    pub fn acknowledge(&mut self, now: Instant, sequence: i64) {
        let oldest = self.next - self.waiting.len() as i64;
        let index = usize::try_from(sequence - oldest).unwrap_or(usize::MAX);
        let Some(sent) = self.waiting.get_mut(index).filter(|sent| !sent.acknowledged) else {
            return;
        };
        sent.acknowledged = true;
        let took = (now - sent.at).as_secs_f64();
        self.missing -= 1;
        self.learn(took);
        while self.waiting.front().is_some_and(|sent| sent.acknowledged) {
            self.waiting.pop_front();
        }
    }

    /// The official formula: the variation from the old round trip, at most one second, no back-off.
    fn learn(&mut self, took: f64) {
        self.variation = 0.75 * self.variation + 0.25 * (self.round_trip - took).abs();
        self.round_trip = 0.875 * self.round_trip + 0.125 * took;
        let timeout = self.round_trip + (4.0 * self.variation).max(0.01);
        self.timeout = Duration::from_secs_f64(timeout.min(LONGEST));
    }

    /// The oldest message, if its time is over and the agent looks.
    pub fn overdue(&mut self) -> Option<Resend> {
        if self.looked.elapsed() < LOOK_EVERY {
            return None;
        }
        self.looked = Instant::now();
        let sequence = self.next - self.waiting.len() as i64;
        let oldest = self.waiting.front_mut()?;
        if oldest.at.elapsed() <= self.timeout {
            return None;
        }
        oldest.at = Instant::now();
        self.resent += 1;
        Some(match &oldest.frame {
            Some(frame) => Resend::Frame(frame.clone()),
            None => Resend::OfFlood(sequence),
        })
    }
}
