//! How long an acknowledgement takes, and so how long to wait for one.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The gains, the granularity and the first values of both official ends.
const FIRST_ROUND_TRIP: Duration = Duration::from_millis(100);
const FIRST_TIMEOUT: Duration = Duration::from_millis(200);
const GRANULARITY: Duration = Duration::from_millis(10);
/// The official ends look at their timers each 100 ms, so nobody resends sooner; over TLS a loss is rare anyway.
const SHORTEST_TIMEOUT: Duration = Duration::from_millis(100);
/// The official ends cut the estimate at 1 s and never back off: on a slower link they send everything twice, for ever.
const LONGEST_ESTIMATE: Duration = Duration::from_secs(3);
/// A lost keystroke on a bad link must not wait longer than a person does.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(5);
/// A clock that jumps must not spoil the estimate for long.
const LONGEST_MEASUREMENT: Duration = Duration::from_secs(60);

/// The estimate, as in TCP: smoothed round trip plus four times its variation, doubled for each time-out until a message
/// that was sent once is acknowledged.
#[derive(Debug)]
pub(crate) struct RoundTrip {
    smoothed: Duration,
    variation: Duration,
    estimate: Duration,
    doublings: u32,
}

/// The estimate as it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedRoundTrip {
    smoothed_nanos: u64,
    variation_nanos: u64,
    estimate_nanos: u64,
}

impl SavedRoundTrip {
    /// Whether it is one that is ever measured: what was read may be anything.
    pub(crate) fn is_valid(&self) -> bool {
        let RoundTrip {
            smoothed,
            variation,
            estimate,
            ..
        } = RoundTrip::restored(*self);
        smoothed <= LONGEST_MEASUREMENT
            && variation <= LONGEST_MEASUREMENT
            && (SHORTEST_TIMEOUT..=LONGEST_ESTIMATE).contains(&estimate)
    }
}

impl Default for RoundTrip {
    fn default() -> Self {
        Self {
            smoothed: FIRST_ROUND_TRIP,
            variation: Duration::ZERO,
            estimate: FIRST_TIMEOUT,
            doublings: 0,
        }
    }
}

impl RoundTrip {
    /// Learns from a message that was sent exactly once: an acknowledgement of a repeated one could be of any copy (Karn's
    /// rule).
    pub(crate) fn learn(&mut self, measured: Duration) {
        let measured = measured.min(LONGEST_MEASUREMENT);
        self.variation = self.variation * 3 / 4 + self.smoothed.abs_diff(measured) / 4;
        self.smoothed = self.smoothed * 7 / 8 + measured / 8;
        let margin = (self.variation * 4).max(GRANULARITY);
        self.estimate = (self.smoothed + margin).clamp(SHORTEST_TIMEOUT, LONGEST_ESTIMATE);
        self.doublings = 0;
    }

    /// What has to outlive the process: a new socket forgets the doublings anyway.
    pub(crate) fn save(&self) -> SavedRoundTrip {
        let nanos = |duration: Duration| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        SavedRoundTrip {
            smoothed_nanos: nanos(self.smoothed),
            variation_nanos: nanos(self.variation),
            estimate_nanos: nanos(self.estimate),
        }
    }

    pub(crate) fn restored(saved: SavedRoundTrip) -> Self {
        Self {
            smoothed: Duration::from_nanos(saved.smoothed_nanos),
            variation: Duration::from_nanos(saved.variation_nanos),
            estimate: Duration::from_nanos(saved.estimate_nanos),
            doublings: 0,
        }
    }

    /// Nothing came in time. The longer wait stays until something is learned, or else a round trip above the first
    /// time-out would never be measured.
    pub(crate) fn back_off(&mut self) {
        if self.timeout() < LONGEST_TIMEOUT {
            self.doublings += 1;
        }
    }

    /// A new socket is a new path: the old waits say nothing about it.
    pub(crate) fn forget_back_off(&mut self) {
        self.doublings = 0;
    }

    /// How long to wait for an acknowledgement.
    pub(crate) fn timeout(&self) -> Duration {
        self.estimate
            .saturating_mul(1_u32.checked_shl(self.doublings).unwrap_or(u32::MAX))
            .min(LONGEST_TIMEOUT)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn the_first_time_out_is_that_of_the_official_ends() {
        assert_eq!(RoundTrip::default().timeout(), ms(200));
    }

    #[test]
    fn variation_is_taken_from_the_old_round_trip() {
        let mut round_trip = RoundTrip::default();
        round_trip.learn(ms(180));
        assert_eq!(round_trip.variation, ms(20));
        assert_eq!(round_trip.smoothed, ms(110));
        assert_eq!(round_trip.timeout(), ms(190));
        round_trip.learn(ms(110));
        assert_eq!(round_trip.variation, ms(15));
        assert_eq!(round_trip.smoothed, ms(110));
        assert_eq!(round_trip.timeout(), ms(170));
    }

    #[test]
    fn time_outs_double_up_to_five_seconds_and_a_measurement_ends_that() {
        let mut round_trip = RoundTrip::default();
        let waits: Vec<_> = (0..8)
            .map(|_| {
                round_trip.back_off();
                round_trip.timeout().as_millis()
            })
            .collect();
        assert_eq!(waits, [400, 800, 1600, 3200, 5000, 5000, 5000, 5000]);
        round_trip.learn(ms(100));
        assert!(round_trip.timeout() < ms(200));
    }

    #[test]
    fn a_steady_link_is_learned() {
        for measured in [1, 100, 800, 1500] {
            let mut round_trip = RoundTrip::default();
            (0..60).for_each(|_| round_trip.learn(ms(measured)));
            assert!(round_trip.timeout() > ms(measured), "{measured}");
            assert!(round_trip.timeout() < ms(measured + 110), "{measured}");
        }
    }

    proptest! {
        #[test]
        fn the_time_out_stays_within_its_bounds(steps in proptest::collection::vec(proptest::option::of(any::<u64>()), 0..80)) {
            let mut round_trip = RoundTrip::default();
            for step in steps {
                match step {
                    Some(measured) => round_trip.learn(ms(measured)),
                    None => round_trip.back_off(),
                }
                prop_assert!((SHORTEST_TIMEOUT..=LONGEST_TIMEOUT).contains(&round_trip.timeout()));
            }
        }
    }
}
