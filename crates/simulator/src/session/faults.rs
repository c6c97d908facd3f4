//! Faults on the way of frames: lost, doubled, late and damaged ones, the same for the same seed.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

/// The share of frames, each from 0 to 1, that something happens to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct FrameFaults {
    /// Never arrives.
    pub drop: f64,
    /// Arrives twice.
    pub duplicate: f64,
    /// Arrives behind one to four later frames.
    pub hold: f64,
    /// Arrives with its last bit flipped, so that its digest is wrong.
    pub corrupt: f64,
}

/// One direction of one session.
pub(super) struct FaultyWay {
    faults: FrameFaults,
    random: ChaCha8Rng,
    held: VecDeque<(u32, Bytes)>,
}

impl FaultyWay {
    /// A way without faults.
    pub(super) fn clear() -> Self {
        Self {
            faults: FrameFaults::default(),
            random: ChaCha8Rng::seed_from_u64(0),
            held: VecDeque::new(),
        }
    }

    /// New odds from here on; what was held comes with the next frame.
    pub(super) fn set(&mut self, faults: FrameFaults, seed: u64) {
        self.faults = faults;
        self.random = ChaCha8Rng::seed_from_u64(seed);
        self.held.iter_mut().for_each(|(behind, _)| *behind = 0);
    }

    /// What arrives when `frame` is sent.
    pub(super) fn pass(&mut self, frame: Bytes) -> Vec<Bytes> {
        let mut arriving = self.meet_fate(frame);
        self.held
            .iter_mut()
            .for_each(|(behind, _)| *behind = behind.saturating_sub(1));
        while self.held.front().is_some_and(|(behind, _)| *behind == 0) {
            arriving.extend(self.held.pop_front().map(|(_, frame)| frame));
        }
        arriving
    }

    fn meet_fate(&mut self, frame: Bytes) -> Vec<Bytes> {
        if self.happens(self.faults.drop) {
            return Vec::new();
        }
        if self.happens(self.faults.hold) {
            let behind = self.random.random_range(2..=5);
            self.held.push_back((behind, frame));
            return Vec::new();
        }
        let frame = if self.happens(self.faults.corrupt) {
            corrupted(&frame)
        } else {
            frame
        };
        let copies = if self.happens(self.faults.duplicate) { 2 } else { 1 };
        vec![frame; copies]
    }

    fn happens(&mut self, share: f64) -> bool {
        share > 0.0 && self.random.random_bool(share.clamp(0.0, 1.0))
    }
}

fn corrupted(frame: &Bytes) -> Bytes {
    let mut damaged = BytesMut::from(frame.as_ref());
    if let Some(last) = damaged.last_mut() {
        *last ^= 1;
    }
    damaged.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(faults: FrameFaults, count: u8) -> Vec<u8> {
        let mut way = FaultyWay::clear();
        way.set(faults, 7);
        (0..count)
            .flat_map(|n| way.pass(Bytes::copy_from_slice(&[n])))
            .map(|frame| frame[0])
            .collect()
    }

    #[test]
    fn a_clear_way_changes_nothing() {
        assert_eq!(send(FrameFaults::default(), 50), (0..50).collect::<Vec<u8>>());
    }

    #[test]
    fn each_fault_does_what_it_says() {
        assert!(
            send(
                FrameFaults {
                    drop: 1.0,
                    ..FrameFaults::default()
                },
                20
            )
            .is_empty()
        );
        assert_eq!(
            send(
                FrameFaults {
                    duplicate: 1.0,
                    ..FrameFaults::default()
                },
                2
            ),
            [0, 0, 1, 1]
        );
        assert_eq!(
            send(
                FrameFaults {
                    corrupt: 1.0,
                    ..FrameFaults::default()
                },
                2
            ),
            [1, 0]
        );
        let late = send(
            FrameFaults {
                hold: 0.3,
                ..FrameFaults::default()
            },
            100,
        );
        assert!(
            late.windows(2).any(|pair| pair[0] > pair[1]),
            "some frames are late"
        );
        assert!(late.len() >= 95, "late is not lost");
    }

    #[test]
    fn the_same_seed_gives_the_same_faults() {
        let faults = FrameFaults {
            drop: 0.2,
            duplicate: 0.2,
            hold: 0.2,
            corrupt: 0.1,
        };
        assert_eq!(send(faults, 100), send(faults, 100));
    }
}
