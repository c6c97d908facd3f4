//! Chance that follows from a seed (SplitMix64), so that a failing run can be run again.

/// A series of random numbers; the same seed gives the same series.
#[derive(Debug, Clone)]
pub struct Chance {
    state: u64,
}

impl Chance {
    /// The series of `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Another series that follows from this one.
    #[must_use]
    pub fn branch(&mut self) -> Self {
        Self::new(self.next())
    }

    /// The seed of a channel.
    pub fn seed(&mut self) -> [u8; 32] {
        let mut seed = [0; 32];
        seed.iter_mut().for_each(|byte| *byte = self.up_to(255) as u8);
        seed
    }

    /// True with this probability, in percent.
    pub fn happens(&mut self, percent: u32) -> bool {
        percent > 0 && self.next() % 100 < u64::from(percent)
    }

    /// From 0 up to and including `most`.
    pub fn up_to(&mut self, most: u64) -> u64 {
        self.next() % most.saturating_add(1).max(1)
    }

    /// From `least` up to and including `most`.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least.saturating_add(self.up_to(most.saturating_sub(least)))
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
