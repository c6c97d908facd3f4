//! How fast one lane may be asked: without a bound until AWS throttles it, then by a token bucket whose rate follows AWS's.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// Rates are measured, cut and raised by this time.
const SECOND: Duration = Duration::from_secs(1);
/// What is left of the rate after a second in which AWS throttled.
const CUT: f64 = 0.5;
/// What becomes of the rate after each second in which it did not.
const RAISE: f64 = 1.05;
/// The lowest rate, in calls in a second.
const SLOWEST: f64 = 2.0;
/// Above this rate the bound is given up: sixteen calls at once seldom are faster.
const UNBOUND: f64 = 100.0;
/// The longest that one call waits after it was throttled.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// Its first wait.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The pace of one lane.
#[derive(Debug, Default)]
pub(super) struct Pace {
    /// The calls that AWS took in the last second: it tells more of its rate than how many were asked.
    taken: VecDeque<Instant>,
    bucket: Option<PaceBucket>,
}

#[derive(Debug)]
struct PaceBucket {
    /// Calls in a second.
    rate: f64,
    /// Calls that may be made at once; negative while some wait.
    tokens: f64,
    filled_at: Instant,
    /// When the rate was cut last, and when it was changed last: a raise must not keep the next cut waiting.
    cut_at: Instant,
    changed_at: Instant,
}

impl Pace {
    /// Takes the next place; returns how long it is until then.
    pub(super) fn reserve(&mut self, now: Instant) -> Duration {
        self.bucket
            .as_mut()
            .map_or(Duration::ZERO, |bucket| bucket.reserve(now))
    }

    /// AWS took a call.
    pub(super) fn taken(&mut self, now: Instant) {
        self.taken.push_back(now);
        self.forget_older(now);
        let is_unbound = self
            .bucket
            .as_mut()
            .is_some_and(|bucket| bucket.raise(now) > UNBOUND);
        if is_unbound {
            self.bucket = None;
        }
    }

    /// AWS throttled a call. Several of one second are one reason to slow down.
    pub(super) fn throttled(&mut self, now: Instant) {
        self.forget_older(now);
        match &mut self.bucket {
            Some(bucket) => bucket.cut(now),
            none => *none = Some(PaceBucket::of(cut(calls_in(&self.taken)), now)),
        }
    }

    fn forget_older(&mut self, now: Instant) {
        while self.taken.front().is_some_and(|first| *first + SECOND <= now) {
            self.taken.pop_front();
        }
    }
}

fn calls_in(taken: &VecDeque<Instant>) -> f64 {
    u32::try_from(taken.len()).map_or(f64::MAX, f64::from)
}

fn cut(rate: f64) -> f64 {
    (rate * CUT).clamp(SLOWEST, UNBOUND)
}

impl PaceBucket {
    fn of(rate: f64, now: Instant) -> Self {
        Self {
            rate,
            tokens: 0.0,
            filled_at: now,
            cut_at: now,
            changed_at: now,
        }
    }

    /// It holds one call: what gathers while throttled callers pause would be a burst that AWS throttles again.
    fn reserve(&mut self, now: Instant) -> Duration {
        let since = now.saturating_duration_since(self.filled_at).as_secs_f64();
        self.filled_at = now;
        self.tokens = (self.tokens + since * self.rate).min(1.0) - 1.0;
        Duration::from_secs_f64((-self.tokens).max(0.0) / self.rate)
    }

    fn cut(&mut self, now: Instant) {
        if now.saturating_duration_since(self.cut_at) >= SECOND {
            (self.rate, self.cut_at, self.changed_at) = (cut(self.rate), now, now);
            self.tokens = self.tokens.min(0.0);
        }
    }

    fn raise(&mut self, now: Instant) -> f64 {
        if now.saturating_duration_since(self.changed_at) >= SECOND {
            (self.rate, self.changed_at) = (self.rate * RAISE, now);
        }
        self.rate
    }
}

/// How long a call waits that was throttled so many times: longer each time.
pub(super) fn pause_after(tries: u32) -> Duration {
    let doubled = 2_u32.checked_pow(tries.saturating_sub(1)).unwrap_or(u32::MAX);
    FIRST_PAUSE.saturating_mul(doubled).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// AWS's own bucket: so many at once, so many more in a second.
    struct Aws {
        burst: f64,
        per_second: f64,
        tokens: f64,
        at: Instant,
    }

    impl Aws {
        fn takes(&mut self, now: Instant) -> bool {
            let since = (now - self.at).as_secs_f64();
            self.at = now;
            self.tokens = (self.tokens + since * self.per_second).min(self.burst);
            let takes = self.tokens >= 1.0;
            self.tokens -= f64::from(u8::from(takes));
            takes
        }
    }

    /// A minute of `callers` who ask one after the other, each answer taking 20 ms: calls that were taken and throttled.
    fn minute(callers: u32, burst: f64, per_second: f64) -> (u32, u32) {
        let start = Instant::now();
        let (mut pace, mut taken, mut throttled) = (Pace::default(), 0, 0);
        let mut aws = Aws {
            burst,
            per_second,
            tokens: burst,
            at: start,
        };
        let mut due: Vec<(Instant, u32)> = (0..callers).map(|_| (start + pace.reserve(start), 0)).collect();
        while let Some(next) = (0..due.len()).min_by_key(|caller| due[*caller].0) {
            let (now, tries) = due[next];
            if now > start + Duration::from_secs(60) {
                break;
            }
            let answered = now + Duration::from_millis(20);
            let (then, tries) = if aws.takes(now) {
                pace.taken(answered);
                taken += 1;
                (answered, 0)
            } else {
                pace.throttled(answered);
                throttled += 1;
                (answered + pause_after(tries + 1), tries + 1)
            };
            due[next] = (then + pace.reserve(then), tries);
        }
        (taken, throttled)
    }

    #[test]
    fn a_lane_that_nobody_throttles_is_not_held_back() {
        let (taken, throttled) = minute(2, 1e9, 1e9);
        assert_eq!(throttled, 0);
        assert!(taken >= 5_990, "{taken}");
    }

    #[test]
    fn the_pause_of_a_call_doubles_and_has_an_end() {
        let pauses = [1, 2, 3, 6, 50].map(|tries| pause_after(tries).as_millis());
        assert_eq!(pauses, [250, 500, 1_000, 8_000, 8_000]);
    }

    proptest! {
        #[test]
        fn a_throttled_lane_keeps_near_what_aws_takes(callers in 1..16_u32, per_second in 3..40_u32) {
            let rate = f64::from(per_second);
            let (taken, throttled) = minute(callers, rate * 2.0, rate);
            let possible = f64::from(callers * 50).min(rate) * 60.0;
            prop_assert!(f64::from(taken) >= 0.6 * possible, "{taken} of {possible}");
            prop_assert!(f64::from(throttled) <= 0.22 * f64::from(taken), "{throttled} beside {taken}");
        }
    }
}
