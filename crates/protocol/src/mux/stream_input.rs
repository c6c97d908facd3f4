//! What a local side has sent and the session has not.

use std::collections::VecDeque;

use bytes::{Buf, Bytes, BytesMut};

use super::frame::{FRAME_BYTES, FrameCommand, FrameHeader, HEADER_BYTES};

/// What a piece costs besides its bytes, so that tiny pieces are bounded too.
const PIECE_COST: usize = 64;
/// What each stream may hold however much the others do: one frame.
pub(super) const OWN_SHARE: usize = FRAME_BYTES + PIECE_COST;
/// A frame is not begun for fewer bytes than this while more wait: it would be mostly header.
const FEWEST_BYTES: usize = 64;

/// Bytes in the pieces that they came in.
#[derive(Debug, Default)]
pub(super) struct StreamInput {
    pieces: VecDeque<Bytes>,
    bytes: usize,
}

impl StreamInput {
    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// What it takes of the room that there is.
    pub(super) fn cost(&self) -> usize {
        self.bytes + self.pieces.len() * PIECE_COST
    }

    /// How long a piece may be, where so much room is left for it.
    pub(super) fn longest_piece(room: usize) -> usize {
        room.saturating_sub(PIECE_COST)
    }

    pub(super) fn push(&mut self, piece: Bytes) {
        self.bytes += piece.len();
        self.pieces.push_back(piece);
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Whether a frame is worth its header where so much space is left. Into an empty message any goes.
    pub(super) fn fits(&self, space: usize, is_first: bool) -> bool {
        let fewest = if is_first { 1 } else { self.bytes.min(FEWEST_BYTES) };
        space >= HEADER_BYTES + fewest
    }

    /// Writes one frame with as much as goes into `space`.
    pub(super) fn write_frame(&mut self, stream: u32, space: usize, to: &mut BytesMut) {
        let mut left = self
            .bytes
            .min(FRAME_BYTES)
            .min(space.saturating_sub(HEADER_BYTES));
        let header = FrameHeader {
            command: FrameCommand::Push,
            // Not above FRAME_BYTES.
            length: u16::try_from(left).unwrap_or(u16::MAX),
            stream,
        };
        header.write(to);
        while left > 0
            && let Some(piece) = self.pieces.front_mut()
        {
            let taken = left.min(piece.len());
            to.extend_from_slice(piece.get(..taken).unwrap_or_default());
            piece.advance(taken);
            left -= taken;
            self.bytes -= taken;
            if piece.is_empty() {
                self.pieces.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(pieces: &[&'static [u8]]) -> StreamInput {
        let mut input = StreamInput::default();
        pieces
            .iter()
            .for_each(|piece| input.push(Bytes::from_static(piece)));
        input
    }

    #[test]
    fn pieces_share_a_frame_and_a_long_one_fills_several() {
        let mut short = input(&[b"ab", b"c"]);
        assert_eq!(short.cost(), 3 + 2 * PIECE_COST);
        let mut wire = BytesMut::new();
        short.write_frame(3, 1024, &mut wire);
        assert_eq!(wire[..], *b"\x01\x02\x03\x00\x03\x00\x00\x00abc");
        assert!(short.is_empty());

        let mut long = input(&[&[7; 1500]]);
        let mut wire = BytesMut::new();
        long.write_frame(3, 5000, &mut wire);
        assert_eq!(wire.len(), 1024, "a frame fills a message");
        long.write_frame(3, 100, &mut wire);
        assert_eq!(wire.len(), 1124);
        assert_eq!(long.cost(), 1500 - 1016 - 92 + PIECE_COST);
    }

    #[test]
    fn a_frame_for_very_little_is_not_begun() {
        let long = input(&[&[7; 1500]]);
        assert!(long.fits(72, false) && !long.fits(71, false));
        assert!(long.fits(9, true) && !long.fits(8, true));
        assert!(input(&[b"a"]).fits(9, false));
    }
}
