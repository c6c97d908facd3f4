//! Message ids, derived from a seed so that the state machine holds no randomness of its own.

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// An endless series of version 4 UUIDs; the same seed gives the same series.
pub(crate) struct Ids {
    seed: [u8; 32],
    counter: u64,
}

impl Ids {
    pub(crate) fn new(seed: [u8; 32]) -> Self {
        Self { seed, counter: 0 }
    }

    pub(crate) fn next(&mut self) -> Uuid {
        self.counter = self.counter.wrapping_add(1);
        let digest: [u8; 32] = Sha256::new()
            .chain_update(self.seed)
            .chain_update(self.counter.to_be_bytes())
            .finalize()
            .into();
        Builder::from_random_bytes(first_half(digest)).into_uuid()
    }
}

fn first_half(digest: [u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_differ_and_follow_from_the_seed() {
        let (mut one, mut same, mut other) = (Ids::new([1; 32]), Ids::new([1; 32]), Ids::new([2; 32]));
        let (first, second) = (one.next(), one.next());
        assert_ne!(first, second);
        assert_eq!((first, second), (same.next(), same.next()));
        assert_ne!(first, other.next());
        assert_eq!(first.get_version_num(), 4);
    }
}
