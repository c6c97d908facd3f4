//! One direction of a bad network: frames are lost, doubled, overtaken, damaged and late.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use bytes::Bytes;

use crate::chance::Chance;

/// A frame that waits to be overtaken goes on when nothing overtakes it for this long.
const QUIET: Duration = Duration::from_millis(10);
/// Behind the header. Damage to the header is not simulated: no digest covers it, so no end could notice.
const PAYLOAD_AT: usize = 120;

/// What a path does to frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weather {
    /// Percent of frames that never arrive.
    pub loss: u32,
    /// Percent of frames that arrive twice.
    pub duplicates: u32,
    /// By how many later frames a frame can be overtaken.
    pub reorder: u32,
    /// Percent of frames with one wrong bit in the payload.
    pub corrupt: u32,
    /// The way there and back.
    pub round_trip: Duration,
}

impl Weather {
    /// Nothing happens to a frame but 20 ms each way.
    #[must_use]
    pub fn calm() -> Self {
        Self {
            loss: 0,
            duplicates: 0,
            reorder: 0,
            corrupt: 0,
            round_trip: Duration::from_millis(40),
        }
    }
}

/// Frames on their way in one direction.
pub(crate) struct Path {
    weather: Weather,
    chance: Chance,
    entered: u64,
    last_entry: Duration,
    /// By the number of the frame that they let pass last.
    overtaken: BinaryHeap<Reverse<(u64, u64, Bytes)>>,
    /// In the order of their arrival: everybody takes equally long.
    travelling: VecDeque<(Duration, Bytes)>,
}

impl Path {
    pub(crate) fn new(weather: Weather, chance: Chance) -> Self {
        Self {
            weather,
            chance,
            entered: 0,
            last_entry: Duration::ZERO,
            overtaken: BinaryHeap::new(),
            travelling: VecDeque::new(),
        }
    }

    pub(crate) fn send(&mut self, now: Duration, frame: &Bytes) {
        let copies = 1 + u32::from(self.chance.happens(self.weather.duplicates));
        for _ in 0..copies {
            if !self.chance.happens(self.weather.loss) {
                let frame = self.damaged(frame.clone());
                self.enter(now, frame);
            }
        }
    }

    /// When the next frame arrives, or a waiting one moves on.
    pub(crate) fn next_arrival(&self) -> Option<Duration> {
        let moves_on = (!self.overtaken.is_empty()).then_some(self.last_entry + QUIET);
        let arrives = self.travelling.front().map(|(at, _)| *at);
        moves_on.into_iter().chain(arrives).min()
    }

    /// A frame that has arrived by now.
    pub(crate) fn arrived(&mut self, now: Duration) -> Option<Bytes> {
        if !self.overtaken.is_empty() && now >= self.last_entry + QUIET {
            self.let_go(self.last_entry + QUIET, u64::MAX);
        }
        self.travelling
            .pop_front_if(|(at, _)| *at <= now)
            .map(|(_, frame)| frame)
    }

    /// The socket is gone with everything on its way.
    pub(crate) fn cut(&mut self) {
        self.overtaken.clear();
        self.travelling.clear();
    }

    fn enter(&mut self, now: Duration, frame: Bytes) {
        self.entered += 1;
        self.last_entry = now;
        let overtakers = self.chance.up_to(u64::from(self.weather.reorder));
        if overtakers == 0 {
            self.travel(now, frame);
        } else {
            let last = self.entered + overtakers;
            self.overtaken.push(Reverse((last, self.entered, frame)));
        }
        self.let_go(now, self.entered);
    }

    fn let_go(&mut self, now: Duration, passed: u64) {
        while let Some(Reverse((last, ..))) = self.overtaken.peek()
            && *last <= passed
            && let Some(Reverse((.., frame))) = self.overtaken.pop()
        {
            self.travel(now, frame);
        }
    }

    fn travel(&mut self, now: Duration, frame: Bytes) {
        self.travelling
            .push_back((now + self.weather.round_trip / 2, frame));
    }

    fn damaged(&mut self, frame: Bytes) -> Bytes {
        let payload_len = frame.len().saturating_sub(PAYLOAD_AT) as u64;
        if payload_len == 0 || !self.chance.happens(self.weather.corrupt) {
            return frame;
        }
        let at = PAYLOAD_AT + self.chance.up_to(payload_len - 1) as usize;
        let bit = 1 << self.chance.up_to(7);
        let flip = |(n, byte): (usize, &u8)| if n == at { byte ^ bit } else { *byte };
        frame.iter().enumerate().map(flip).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent_through(weather: Weather, count: u32) -> Vec<u32> {
        let mut path = Path::new(weather, Chance::new(7));
        for n in 0..count {
            let frame = [&[0; PAYLOAD_AT][..], &n.to_be_bytes()].concat();
            path.send(Duration::from_millis(u64::from(n)), &frame.into());
        }
        let mut came = Vec::new();
        while let Some(at) = path.next_arrival() {
            while let Some(frame) = path.arrived(at) {
                came.push(u32::from_be_bytes(frame[PAYLOAD_AT..].try_into().unwrap()));
            }
        }
        came
    }

    #[test]
    fn a_calm_path_changes_nothing() {
        assert_eq!(sent_through(Weather::calm(), 100), (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn loss_duplicates_and_damage_come_as_often_as_asked_for() {
        let calm = Weather::calm();
        let lossy = sent_through(Weather { loss: 30, ..calm }, 10_000).len();
        assert!((6_800..7_200).contains(&lossy), "{lossy}");
        let doubled = sent_through(
            Weather {
                duplicates: 30,
                ..calm
            },
            10_000,
        )
        .len();
        assert!((12_800..13_200).contains(&doubled), "{doubled}");
        let came = sent_through(Weather { corrupt: 1, ..calm }, 10_000);
        let damaged = came.iter().zip(0..).filter(|(came, sent)| *came != sent).count();
        assert!((50..200).contains(&damaged), "{damaged}");
    }

    #[test]
    fn a_frame_is_overtaken_by_no_more_than_asked_for_and_none_is_missing() {
        for reorder in [4, 64] {
            let came = sent_through(
                Weather {
                    reorder,
                    ..Weather::calm()
                },
                2_000,
            );
            let overtakers =
                |(place, n): (usize, &u32)| came[..place].iter().filter(|earlier| *earlier > n).count();
            let most = came.iter().enumerate().map(overtakers).max().unwrap();
            assert!(
                (reorder as usize / 2..=reorder as usize).contains(&most),
                "{most}"
            );
            let mut sorted = came;
            sorted.sort_unstable();
            assert_eq!(sorted, (0..2_000).collect::<Vec<_>>());
        }
    }
}
