//! What the session has brought for a local side and that has not taken.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

/// Output is gathered into chunks of this size while the local side is busy with what it was given.
const CHUNK_BYTES: usize = 16 << 10;
/// So much is given to a local side before it has taken any of it.
const GIVEN_BYTES: usize = 256 << 10;

/// Bytes that wait here and bytes that were given away and not taken. Each is copied once, when it comes: what it came in is
/// much larger, and must not live as long as one slow connection.
#[derive(Debug, Default)]
pub(super) struct StreamOutput {
    chunks: VecDeque<BytesMut>,
    waiting: usize,
    given: usize,
}

impl StreamOutput {
    /// All that the local side has not taken.
    pub(super) fn held(&self) -> usize {
        self.waiting + self.given
    }

    /// Whether nothing waits here.
    pub(super) fn is_given(&self) -> bool {
        self.waiting == 0
    }

    pub(super) fn push(&mut self, mut bytes: &[u8]) {
        self.waiting += bytes.len();
        while !bytes.is_empty() {
            if self.room_in_last() == 0 {
                let capacity = self.next_capacity(bytes.len());
                self.chunks.push_back(BytesMut::with_capacity(capacity));
            }
            let (now, later) = bytes.split_at(self.room_in_last().min(bytes.len()));
            if let Some(last) = self.chunks.back_mut() {
                last.extend_from_slice(now);
            }
            bytes = later;
        }
    }

    /// Whether there is something to give. What is short waits for more while the local side is busy, so that there are
    /// never many small pieces.
    pub(super) fn has_next(&self) -> bool {
        let is_full = self.waiting >= CHUNK_BYTES;
        self.waiting > 0 && (self.given == 0 || (is_full && self.given < GIVEN_BYTES))
    }

    /// The next bytes for the local side.
    pub(super) fn next(&mut self) -> Option<Bytes> {
        if !self.has_next() {
            return None;
        }
        let chunk = self.chunks.pop_front()?;
        self.waiting -= chunk.len();
        self.given += chunk.len();
        Some(chunk.freeze())
    }

    /// The local side took so many bytes.
    pub(super) fn taken(&mut self, bytes: usize) {
        self.given = self.given.saturating_sub(bytes);
    }

    /// Nobody wants it any more.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn room_in_last(&self) -> usize {
        let last = self.chunks.back();
        last.map_or(0, |chunk| chunk.capacity() - chunk.len())
    }

    /// A local side that keeps up needs no more room than for what came.
    fn next_capacity(&self, bytes: usize) -> usize {
        if self.held() == bytes {
            bytes.min(CHUNK_BYTES)
        } else {
            CHUNK_BYTES
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_local_side_that_keeps_up_gets_what_comes_as_it_comes() {
        let mut output = StreamOutput::default();
        for _ in 0..3 {
            output.push(b"abc");
            assert_eq!(output.next().unwrap(), "abc");
            assert_eq!((output.held(), output.next()), (3, None));
            output.taken(3);
        }
        assert_eq!(output.held(), 0);
    }

    #[test]
    fn what_comes_while_it_is_busy_is_gathered() {
        let mut output = StreamOutput::default();
        output.push(b"a");
        assert_eq!(output.next().unwrap(), "a");
        (0..100).for_each(|_| output.push(b"xy"));
        assert_eq!(output.next(), None, "little waits until the local side is free");
        output.taken(1);
        assert_eq!(output.next().unwrap().len(), 200);
        assert!(output.is_given());
    }

    #[test]
    fn a_busy_local_side_is_given_much_but_not_everything() {
        let mut output = StreamOutput::default();
        output.push(&[7; 1 << 20]);
        let given: Vec<_> = std::iter::from_fn(|| output.next()).collect();
        assert_eq!(given.iter().map(Bytes::len).sum::<usize>(), GIVEN_BYTES);
        assert_eq!(output.held(), 1 << 20);
        output.taken(GIVEN_BYTES + 1);
        assert_eq!(
            output.held(),
            (1 << 20) - GIVEN_BYTES,
            "no more is taken than was given"
        );
        assert_eq!(output.next().map(|chunk| chunk.len()), Some(CHUNK_BYTES));
        output.clear();
        assert_eq!((output.held(), output.next()), (0, None));
    }
}
