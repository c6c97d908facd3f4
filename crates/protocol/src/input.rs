//! What the user typed and what size the terminal has, until both are cut into messages.

use std::collections::VecDeque;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::Size;

/// What the official ends put into one message; the service's own limit is unknown.
pub(crate) const PAYLOAD_BYTES: usize = 1024;

/// HeldInput bytes in order.
#[derive(Default)]
pub(crate) struct HeldInput {
    bytes: VecDeque<u8>,
}

impl HeldInput {
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend(bytes);
    }

    pub(crate) fn save(&self) -> Bytes {
        self.bytes.iter().copied().collect()
    }

    pub(crate) fn restored(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.iter().copied().collect(),
        }
    }

    /// The payload of the next message: never empty, never changed on the way.
    pub(crate) fn cut(&mut self) -> Option<Bytes> {
        let taken = self.bytes.len().min(PAYLOAD_BYTES);
        (taken > 0).then(|| self.bytes.drain(..taken).collect())
    }
}

/// The terminal's size: only the newest one matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TerminalSize {
    newest: Option<Size>,
    sent: Option<Size>,
}

impl TerminalSize {
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
            .map(|payload| payload.len())
            .collect();
        assert_eq!(lengths, [1024, 1024, 52]);
        assert_eq!(typed.cut(), None);
    }

    #[test]
    fn a_lone_line_feed_stays_one() {
        let mut typed = HeldInput::default();
        typed.extend(b"\n");
        assert_eq!(typed.cut().unwrap(), "\n");
    }

    #[test]
    fn only_the_newest_size_is_told_and_only_when_it_differs() {
        let mut size = TerminalSize::default();
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
