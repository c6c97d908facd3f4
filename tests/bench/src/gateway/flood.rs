//! Output without end, made beforehand: only the number of a message is written before it is sent.

use super::ports::{Downloads, write_data};
use super::wire;
use crate::content::{DIFFERENT_PAYLOADS, payload};
use crate::forwarding::{DIFFERENT_CHUNKS, chunk};

/// So many messages are written at once: some 73 KiB.
pub const AT_ONCE: u64 = 64;
/// Messages of one download before another has its turn: the agent copies 32 KiB at a time.
const TURN: u64 = 32;

/// The frames of all different payloads, one behind the other.
pub struct Flood {
    frames: Vec<u8>,
    frame_bytes: usize,
    different: u64,
    first_sequence: i64,
}

impl Flood {
    /// A flood of a shell, whose first message has this number.
    #[must_use]
    pub fn of_output(first_sequence: i64) -> Self {
        Self::of(
            first_sequence,
            (0..DIFFERENT_PAYLOADS).map(|message| payload(message).to_vec()),
        )
    }

    /// A flood of downloads that take turns, whose first message has this number.
    #[must_use]
    pub fn of_downloads(first_sequence: i64, downloads: &Downloads) -> Self {
        let frame = |number: u64, stream: u32| {
            let mut frame = Vec::new();
            write_data(&mut frame, stream, &chunk(number));
            frame
        };
        let round = |first: u64| {
            let turn = move |stream: &u32| {
                let stream = *stream;
                (first..first + TURN).map(move |number| frame(number, stream))
            };
            downloads.streams.iter().flat_map(turn)
        };
        let rounds = (0..DIFFERENT_CHUNKS / TURN).map(|round| round * TURN);
        Self::of(first_sequence, rounds.flat_map(round))
    }

    fn of(first_sequence: i64, payloads: impl Iterator<Item = Vec<u8>>) -> Self {
        let (mut frames, mut different) = (Vec::new(), 0);
        for payload in payloads {
            wire::write_message(&mut frames, "output_stream_data", 1, 1, &payload);
            different += 1;
        }
        Self {
            frame_bytes: frames.len() / different as usize,
            frames,
            different,
            first_sequence,
        }
    }

    /// `count` messages from the one with this number on; fewer where the frames begin anew.
    pub fn frames(&mut self, sequence: i64, count: u64) -> (u64, &[u8]) {
        let index = (sequence - self.first_sequence) as u64 % self.different;
        let count = count.min(self.different - index);
        let start = index as usize * self.frame_bytes;
        let frames = &mut self.frames[start..start + count as usize * self.frame_bytes];
        for (frame, sequence) in frames.chunks_mut(self.frame_bytes).zip(sequence..) {
            frame[wire::SEQUENCE_IN_FRAME..wire::SEQUENCE_IN_FRAME + 8]
                .copy_from_slice(&sequence.to_be_bytes());
        }
        (count, frames)
    }
}
