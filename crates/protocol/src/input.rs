//! What the user typed and what size the terminal has, until both are cut into messages.

use std::collections::VecDeque;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::Size;
use crate::limits::{PAYLOAD_BYTES, cost_of_flags};

/// Bytes and flags in the order in which they were taken.
#[derive(Default)]
pub(crate) struct HeldInput {
    bytes: VecDeque<u8>,
    /// How many bytes were cut off in front of `bytes`.
    cut_bytes: u64,
    flags: VecDeque<HeldFlag>,
}

struct HeldFlag {
    /// How many bytes are sent before it, counted with those that were cut off already.
    behind: u64,
    value: u32,
}

/// What the next message is made of.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Never empty, never changed on the way.
    Bytes(Bytes),
    /// A flag of a port session.
    Flag(u32),
}

/// A flag as it is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedFlag {
    /// How many of the saved bytes are sent before it.
    pub(crate) behind: u64,
    pub(crate) value: u32,
}

impl HeldInput {
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    pub(crate) fn push_flag(&mut self, value: u32) {
        let behind = self.cut_bytes.saturating_add(count(self.bytes.len()));
        self.flags.push_back(HeldFlag { behind, value });
    }

    /// The session has no use for them.
    pub(crate) fn drop_flags(&mut self) {
        self.flags.clear();
    }

    /// What the waiting flags take of the room for input.
    pub(crate) fn flags_cost(&self) -> usize {
        cost_of_flags(self.flags.len())
    }

    pub(crate) fn save(&self) -> (Bytes, Vec<SavedFlag>) {
        let flags = self.flags.iter().map(|flag| SavedFlag {
            behind: flag.behind.saturating_sub(self.cut_bytes),
            value: flag.value,
        });
        (self.bytes.iter().copied().collect(), flags.collect())
    }

    pub(crate) fn restored(bytes: &[u8], flags: &[SavedFlag]) -> Self {
        let flags = flags.iter().map(|flag| HeldFlag {
            behind: flag.behind,
            value: flag.value,
        });
        Self {
            bytes: bytes.iter().copied().collect(),
            cut_bytes: 0,
            flags: flags.collect(),
        }
    }

    /// The next message's content; none when nothing waits.
    pub(crate) fn cut(&mut self) -> Option<Piece> {
        let mut taken = self.bytes.len().min(PAYLOAD_BYTES);
        if let Some(flag) = self.flags.front() {
            let before_it = flag.behind.saturating_sub(self.cut_bytes);
            taken = taken.min(usize::try_from(before_it).unwrap_or(usize::MAX));
            if taken == 0 {
                return self.flags.pop_front().map(|flag| Piece::Flag(flag.value));
            }
        }
        self.cut_bytes = self.cut_bytes.saturating_add(count(taken));
        (taken > 0).then(|| Piece::Bytes(self.bytes.drain(..taken).collect()))
    }
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// The sizes of the terminal that were set and sent: only the newest one matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SizeUpdates {
    newest: Option<Size>,
    sent: Option<Size>,
}

impl SizeUpdates {
    pub(crate) fn set(&mut self, size: Size) {
        self.newest = Some(Size::clamped(size.cols, size.rows));
    }

    /// Whether it is one that this type makes: what was read may be anything.
    pub(crate) fn is_valid(&self) -> bool {
        let sizes = [self.newest, self.sent];
        sizes
            .iter()
            .flatten()
            .all(|size| Size::clamped(size.cols, size.rows) == *size)
    }

    /// The size that the agent has not been told yet.
    pub(crate) fn take_unsent(&mut self) -> Option<Size> {
        let unsent = self.newest.filter(|newest| self.sent != Some(*newest))?;
        self.sent = Some(unsent);
        Some(unsent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_bytes_are_cut_into_messages_of_1024_bytes_and_none_is_empty() {
        let mut typed = HeldInput::default();
        typed.extend(&[1; 1500]);
        typed.extend(&[2; 600]);
        let lengths: Vec<_> = std::iter::from_fn(|| typed.cut())
            .map(|piece| match piece {
                Piece::Bytes(bytes) => bytes.len(),
                Piece::Flag(value) => panic!("nobody set the flag {value}"),
            })
            .collect();
        assert_eq!(lengths, [1024, 1024, 52]);
        assert_eq!(typed.cut(), None);
    }

    #[test]
    fn a_lone_line_feed_stays_one() {
        let mut typed = HeldInput::default();
        typed.extend(b"\n");
        assert_eq!(typed.cut(), Some(Piece::Bytes("\n".into())));
    }

    #[test]
    fn flags_keep_their_place_among_the_bytes_also_when_they_were_written_down() {
        let mut input = HeldInput::default();
        input.push_flag(1);
        input.extend(&[1; 1500]);
        input.push_flag(2);
        input.push_flag(3);
        input.extend(&[2; 3]);
        let pieces = |input: &mut HeldInput| -> Vec<_> { std::iter::from_fn(|| input.cut()).collect() };
        assert_eq!(input.cut(), Some(Piece::Flag(1)));
        assert_eq!(input.cut(), Some(Piece::Bytes(vec![1; 1024].into())));
        let (bytes, flags) = input.save();
        assert_eq!(input.flags_cost(), 2048);
        let rest = pieces(&mut input);
        let expected = [
            Piece::Bytes(vec![1; 476].into()),
            Piece::Flag(2),
            Piece::Flag(3),
            Piece::Bytes(vec![2; 3].into()),
        ];
        assert_eq!(rest, expected);
        assert_eq!(pieces(&mut HeldInput::restored(&bytes, &flags)), expected);
    }

    #[test]
    fn only_the_newest_size_is_told_and_only_when_it_differs() {
        let mut size = SizeUpdates::default();
        assert_eq!(size.take_unsent(), None);
        size.set(Size { cols: 80, rows: 24 });
        size.set(Size {
            cols: 0,
            rows: 99_999,
        });
        assert_eq!(
            size.take_unsent(),
            Some(Size {
                cols: 1,
                rows: 65_535
            })
        );
        size.set(Size {
            cols: 1,
            rows: 65_535,
        });
        assert_eq!(size.take_unsent(), None);
    }
}
