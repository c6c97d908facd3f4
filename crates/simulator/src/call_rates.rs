//! How fast an account may call a service in a Region, as AWS throttles: buckets of tokens.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A bucket of tokens: each call takes one, and what finds none is throttled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CallRate {
    /// How many tokens it holds.
    pub burst: u32,
    /// How many come back in a second.
    pub per_second: f64,
}

/// The rate, and what is left in each bucket.
#[derive(Debug, Default)]
pub(crate) struct CallRates(Mutex<Rates>);

#[derive(Debug, Default)]
struct Rates {
    rate: Option<CallRate>,
    buckets: HashMap<BucketPlace, Bucket>,
    /// Of so many calls one is throttled, whatever the buckets hold; zero is none.
    one_in: usize,
    calls: usize,
}

/// Account, Region and service.
type BucketPlace = (String, String, &'static str);

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    filled: Instant,
}

impl CallRates {
    /// From now on every bucket is of this rate, and full; none ends that.
    pub(crate) fn limit(&self, rate: Option<CallRate>) {
        let mut rates = self.rates();
        rates.rate = rate;
        rates.buckets.clear();
    }

    /// From now on one call in so many is throttled; zero ends it.
    pub(crate) fn throttle_one_in(&self, calls: usize) {
        let mut rates = self.rates();
        rates.one_in = calls;
        rates.calls = 0;
    }

    /// Whether a call is throttled; each question counts as one.
    pub(crate) fn refuse(&self, account: &str, region: &str, service: &'static str, now: Instant) -> bool {
        let mut rates = self.rates();
        let place = (account.to_owned(), region.to_owned(), service);
        rates.is_the_one() || !rates.has_token(place, now)
    }

    fn rates(&self) -> MutexGuard<'_, Rates> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rates {
    fn is_the_one(&mut self) -> bool {
        self.calls = self.calls.wrapping_add(1);
        self.one_in > 0 && self.calls.is_multiple_of(self.one_in)
    }

    fn has_token(&mut self, place: BucketPlace, now: Instant) -> bool {
        let Some(rate) = self.rate else {
            return true;
        };
        let full = Bucket {
            tokens: f64::from(rate.burst),
            filled: now,
        };
        let bucket = self.buckets.entry(place).or_insert(full);
        bucket.fill(rate, now);
        let has_one = bucket.tokens >= 1.0;
        if has_one {
            bucket.tokens -= 1.0;
        }
        has_one
    }
}

impl Bucket {
    fn fill(&mut self, rate: CallRate, now: Instant) {
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.tokens = (self.tokens + passed * rate.per_second).min(f64::from(rate.burst));
        self.filled = now;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_bucket_gives_its_burst_and_then_what_comes_back() {
        let rates = CallRates::default();
        rates.limit(Some(CallRate {
            burst: 3,
            per_second: 2.0,
        }));
        let start = Instant::now();
        let taken = |seconds: f64, region: &str| {
            let now = start + Duration::from_secs_f64(seconds);
            (0..10).filter(|_| !rates.refuse("1", region, "ec2", now)).count()
        };
        assert_eq!(taken(0.0, "a"), 3);
        assert_eq!(taken(0.0, "b"), 3, "each Region has its own");
        assert_eq!(taken(0.4, "a"), 0);
        assert_eq!(taken(1.0, "a"), 2);
        assert_eq!(taken(60.0, "a"), 3, "it holds no more than its burst");
        rates.limit(None);
        assert_eq!(taken(60.0, "a"), 10);
    }

    #[test]
    fn one_call_in_so_many_is_throttled() {
        let rates = CallRates::default();
        rates.throttle_one_in(10);
        let refused = (0..100).filter(|_| rates.refuse("1", "a", "ssm", Instant::now()));
        assert_eq!(refused.count(), 10);
    }
}
