//! Output without end, made beforehand: only the number of a message is written before it is sent.

use super::wire;
use crate::content::{DIFFERENT_PAYLOADS, payload};

/// So many messages are written at once: some 73 KiB.
pub const AT_ONCE: u64 = 64;

/// The frames of all different payloads, one behind the other.
pub struct Flood {
    frames: Vec<u8>,
    frame_bytes: usize,
    first_sequence: i64,
}

impl Flood {
    /// A flood whose first message has this number.
    #[must_use]
    pub fn new(first_sequence: i64) -> Self {
        let mut frames = Vec::new();
        for message in 0..DIFFERENT_PAYLOADS {
            wire::write_message(&mut frames, "output_stream_data", 1, 1, &payload(message));
        }
        let frame_bytes = frames.len() / DIFFERENT_PAYLOADS as usize;
        Self {
            frames,
            frame_bytes,
            first_sequence,
        }
    }

    /// `count` messages from the one with this number on; fewer where the frames begin anew.
    pub fn frames(&mut self, sequence: i64, count: u64) -> (u64, &[u8]) {
        let index = (sequence - self.first_sequence) as u64 % DIFFERENT_PAYLOADS;
        let count = count.min(DIFFERENT_PAYLOADS - index);
        let start = index as usize * self.frame_bytes;
        let frames = &mut self.frames[start..start + count as usize * self.frame_bytes];
        for (frame, sequence) in frames.chunks_mut(self.frame_bytes).zip(sequence..) {
            frame[wire::SEQUENCE_IN_FRAME..wire::SEQUENCE_IN_FRAME + 8]
                .copy_from_slice(&sequence.to_be_bytes());
        }
        (count, frames)
    }
}
