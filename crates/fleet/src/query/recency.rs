//! What was used lately and often comes first of what answers a question equally well.

use std::{collections::HashMap, hash::Hash};

/// How long it takes until a use counts half, in milliseconds: three days.
const HALF_LIFE_MS: f64 = 3.0 * 24.0 * 3_600_000.0;
/// What a use of this moment counts.
const ONE_USE: f64 = 10_000.0;

/// How lately and how often things were used; what is not known was never used.
#[derive(Debug, Clone)]
pub struct Recency<K> {
    weights: HashMap<K, u32>,
}

impl<K> Default for Recency<K> {
    fn default() -> Self {
        Self {
            weights: HashMap::new(),
        }
    }
}

impl<K: Eq + Hash> Recency<K> {
    /// Of all uses that are known, each with its time; times are milliseconds since the epoch. A use counts half as much
    /// every three days.
    #[must_use]
    pub fn of_uses(uses: impl IntoIterator<Item = (K, i64)>, now_ms: i64) -> Self {
        let mut sums: HashMap<K, f64> = HashMap::new();
        for (key, at_ms) in uses {
            *sums.entry(key).or_default() += value(now_ms.saturating_sub(at_ms));
        }
        let weights = sums.into_iter().map(|(key, sum)| (key, weight(sum))).collect();
        Self { weights }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, u32)> {
        self.weights.iter().map(|(key, weight)| (key, *weight))
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a millisecond more or less is nothing here"
)]
fn value(age_ms: i64) -> f64 {
    ONE_USE * (-(age_ms.max(0) as f64) / HALF_LIFE_MS).exp2()
}

/// At least 1, so that what was used long ago comes before what never was.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is between the bounds"
)]
fn weight(sum: f64) -> u32 {
    sum.clamp(1.0, f64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 3_600_000;

    fn weights(uses: &[(&'static str, i64)]) -> HashMap<&'static str, u32> {
        Recency::of_uses(uses.iter().map(|(key, days)| (*key, -days * DAY)), 0).weights
    }

    #[test]
    fn a_late_use_counts_more_and_several_add_up() {
        let of = weights(&[
            ("now", 0),
            ("week", 7),
            ("often", 3),
            ("often", 3),
            ("often", 4),
            ("old", 4_000),
        ]);
        assert!(of["now"] > of["week"]);
        assert!(of["often"] > of["now"]);
        assert_eq!(of["old"], 1);
        // A clock that was set back.
        assert_eq!(weights(&[("later", -5)])["later"], of["now"]);
    }
}
