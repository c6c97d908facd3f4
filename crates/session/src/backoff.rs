//! How long to wait before the next attempt to resume: full jitter, so that many sessions of one lost network do not
//! come back at the same moment.

use std::time::Duration;

use crate::SessionError;

const FIRST_CEILING: Duration = Duration::from_millis(200);
const LAST_CEILING: Duration = Duration::from_secs(15);

/// Between two attempts that nobody expects to work: the credentials may be renewed by another program, a policy may be
/// corrected.
const RARE: Duration = Duration::from_secs(30);

/// A link that lived this long was a good one: the next loss starts at the beginning again. A link that dies at once
/// must not, or a gateway that accepts and closes would be dialled many times a second.
const GOOD_LINK: Duration = Duration::from_secs(10);

/// How much hope there is for the next attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryPace {
    /// What went wrong passes by itself.
    Quick,
    /// Somebody has to do something.
    Rare,
}

/// What the attempts since the loss of the link say of the next.
#[derive(Debug, Default)]
pub(crate) struct FailedAttempts {
    refusals_in_a_row: u32,
    waits_for_credentials: bool,
}

impl FailedAttempts {
    /// One more failed.
    pub(crate) fn note(&mut self, error: &SessionError) {
        self.refusals_in_a_row = if error.may_pass() {
            0
        } else {
            self.refusals_in_a_row.saturating_add(1)
        };
        self.waits_for_credentials = error.waits_for_credentials();
    }

    /// A single refusal may be chance: a policy that is not everywhere yet, a file that is being written.
    pub(crate) fn pace(&self) -> RetryPace {
        if self.waits_for_credentials || self.refusals_in_a_row > 1 {
            RetryPace::Rare
        } else {
            RetryPace::Quick
        }
    }
}

/// Counts attempts since the last good link.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    attempts: u32,
}

impl Backoff {
    /// The next attempt: its number, from 1, and how long to wait before it; `chance` is random in 0 … 1.
    pub(crate) fn next(&mut self, pace: RetryPace, chance: f64) -> (u32, Duration) {
        let chance = chance.clamp(0.0, 1.0);
        let wait = match pace {
            RetryPace::Quick => ceiling(self.attempts).mul_f64(chance),
            RetryPace::Rare => RARE.mul_f64(0.75 + chance / 2.0),
        };
        self.attempts = self.attempts.saturating_add(1);
        (self.attempts, wait)
    }

    /// A link was lost after it had lived for `lived`.
    pub(crate) fn link_lost_after(&mut self, lived: Duration) {
        if lived >= GOOD_LINK {
            self.restart();
        }
    }

    /// The network came back: the coming attempts are quick again.
    pub(crate) fn restart(&mut self) {
        self.attempts = 0;
    }
}

/// Doubles from 0.2 s to 15 s.
fn ceiling(attempts: u32) -> Duration {
    FIRST_CEILING
        .saturating_mul(1u32.checked_shl(attempts).unwrap_or(u32::MAX))
        .min(LAST_CEILING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_fifteen_seconds_for_ever() {
        let mut backoff = Backoff::default();
        let waits: Vec<u128> = (0..9)
            .map(|_| backoff.next(RetryPace::Quick, 1.0).1.as_millis())
            .collect();
        assert_eq!(waits, [200, 400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000]);
        for _ in 0..100 {
            assert_eq!(backoff.next(RetryPace::Quick, 1.0).1, LAST_CEILING);
        }
        assert_eq!(backoff.next(RetryPace::Quick, 0.0).1, Duration::ZERO);
    }

    #[test]
    fn only_a_link_that_lived_starts_over() {
        let mut backoff = Backoff::default();
        backoff.next(RetryPace::Quick, 1.0);
        backoff.link_lost_after(Duration::from_secs(1));
        assert_eq!(
            backoff.next(RetryPace::Quick, 1.0),
            (2, Duration::from_millis(400))
        );
        backoff.link_lost_after(Duration::from_secs(3600));
        assert_eq!(
            backoff.next(RetryPace::Quick, 1.0),
            (1, Duration::from_millis(200))
        );
    }

    #[test]
    fn attempts_without_much_hope_are_half_a_minute_apart() {
        let mut backoff = Backoff::default();
        for (chance, wait_ms) in [(0.0, 22_500), (0.5, 30_000), (1.0, 37_500)] {
            assert_eq!(
                backoff.next(RetryPace::Rare, chance).1,
                Duration::from_millis(wait_ms)
            );
        }
    }
}
