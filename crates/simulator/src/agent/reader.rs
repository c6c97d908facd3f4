//! How the agent reads a program's output: at most 1024 bytes at a time, cut on UTF-8 boundaries, with a pause.

use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use postern_protocol::PayloadType;

/// One read of the real agent.
const READ_LIMIT: usize = 1024;
/// How much output waits unread, as in the kernel's buffer of a terminal; the program stands still behind it.
const WAITING_LIMIT: usize = 4096;

/// The output of a program between the program and the data channel.
#[derive(Debug)]
pub(super) struct Reader {
    output: Stream,
    stderr: Stream,
    pause: Duration,
    next_read_at: Duration,
    /// Output is thrown away from here on.
    given_up: bool,
}

impl Reader {
    /// Reads nothing before `first_read_at`, and then with `pause` after each read.
    pub(super) fn new(first_read_at: Duration, pause: Duration) -> Self {
        Self {
            output: Stream::default(),
            stderr: Stream::default(),
            pause,
            next_read_at: first_read_at,
            given_up: false,
        }
    }

    /// How many bytes of `kind` can wait here.
    pub(super) fn room(&self, kind: PayloadType) -> usize {
        if self.given_up {
            usize::MAX
        } else {
            WAITING_LIMIT.saturating_sub(self.stream(kind).waiting.len())
        }
    }

    /// Takes bytes that the program wrote, as many as there is room for.
    pub(super) fn take(&mut self, kind: PayloadType, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(self.room(kind));
        if let (false, Some(part)) = (self.given_up, bytes.get(..taken)) {
            self.stream_mut(kind).waiting.extend_from_slice(part);
        }
        taken
    }

    /// Never reads again; what waits and what comes is lost.
    pub(super) fn give_up(&mut self) {
        self.given_up = true;
        self.output = Stream::default();
        self.stderr = Stream::default();
    }

    /// One read, if it is time and something waits. A read may yield nothing: an incomplete character stays back.
    pub(super) fn read(&mut self, now: Duration) -> Option<(PayloadType, Bytes)> {
        if now < self.next_read_at {
            return None;
        }
        let (kind, stream) = if self.stderr.waiting.is_empty() {
            (PayloadType::Output, &mut self.output)
        } else {
            (PayloadType::StdErr, &mut self.stderr)
        };
        if stream.waiting.is_empty() {
            return None;
        }
        self.next_read_at = now + self.pause;
        Some((kind, stream.read()))
    }

    /// What stays back when the program is gone: incomplete characters, sent as they are.
    pub(super) fn flush(&mut self) -> Vec<(PayloadType, Bytes)> {
        let kinds = [
            (PayloadType::StdErr, &mut self.stderr),
            (PayloadType::Output, &mut self.output),
        ];
        kinds
            .into_iter()
            .map(|(kind, s)| (kind, s.tail.split().freeze()))
            .filter(|(_, b)| !b.is_empty())
            .collect()
    }

    /// Whether nothing waits to be read.
    pub(super) fn is_drained(&self) -> bool {
        self.output.waiting.is_empty() && self.stderr.waiting.is_empty()
    }

    /// When the next read is due; none while nothing waits.
    pub(super) fn next_read_at(&self) -> Option<Duration> {
        (!self.is_drained()).then_some(self.next_read_at)
    }

    fn stream(&self, kind: PayloadType) -> &Stream {
        if kind == PayloadType::StdErr {
            &self.stderr
        } else {
            &self.output
        }
    }

    fn stream_mut(&mut self, kind: PayloadType) -> &mut Stream {
        if kind == PayloadType::StdErr {
            &mut self.stderr
        } else {
            &mut self.output
        }
    }
}

#[derive(Debug, Default)]
struct Stream {
    waiting: BytesMut,
    /// At most three bytes: the beginning of a character whose rest is not read yet.
    tail: BytesMut,
}

impl Stream {
    fn read(&mut self) -> Bytes {
        let count = self.waiting.len().min(READ_LIMIT);
        let mut read = self.tail.split();
        read.extend_from_slice(self.waiting.get(..count).unwrap_or_default());
        self.waiting.advance(count);
        self.tail = read.split_off(complete_length(&read));
        read.freeze()
    }
}

/// How many bytes are left when an incomplete UTF-8 character at the end stays back. Bytes that are no UTF-8 pass.
fn complete_length(bytes: &[u8]) -> usize {
    for (back, byte) in bytes.iter().rev().take(3).enumerate() {
        let needed = match byte {
            0x80..=0xbf => continue,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => 1,
        };
        return if needed > back + 1 {
            bytes.len() - back - 1
        } else {
            bytes.len()
        };
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_all(reader: &mut Reader) -> Vec<Bytes> {
        let mut parts = Vec::new();
        while let Some((_, part)) = reader.read(Duration::ZERO) {
            parts.push(part);
        }
        parts.extend(reader.flush().into_iter().map(|(_, part)| part));
        parts
    }

    #[test]
    fn a_character_on_the_boundary_is_not_torn() {
        let text = format!("{}€{}", "a".repeat(1023), "b".repeat(10));
        let mut reader = Reader::new(Duration::ZERO, Duration::ZERO);
        assert_eq!(reader.take(PayloadType::Output, text.as_bytes()), text.len());
        let parts = read_all(&mut reader);
        assert_eq!(parts.iter().map(Bytes::len).collect::<Vec<_>>(), [1023, 13]);
    }

    #[test]
    fn a_payload_has_at_most_1027_bytes() {
        let mut reader = Reader::new(Duration::ZERO, Duration::ZERO);
        reader.take(
            PayloadType::Output,
            &[&[b'a'; 1021][..], "😀".as_bytes(), &[b'b'; 1100][..]].concat(),
        );
        let sizes: Vec<usize> = read_all(&mut reader).iter().map(Bytes::len).collect();
        assert_eq!(sizes, [1021, 1027, 77]);
    }

    #[test]
    fn there_is_a_pause_after_each_read() {
        let mut reader = Reader::new(Duration::from_secs(1), Duration::from_millis(1));
        reader.take(PayloadType::Output, &[b'x'; 2000]);
        assert_eq!(reader.read(Duration::from_millis(999)), None);
        assert_eq!(reader.read(Duration::from_secs(1)).unwrap().1.len(), 1024);
        assert_eq!(reader.read(Duration::from_secs(1)), None);
        assert_eq!(reader.next_read_at(), Some(Duration::from_millis(1001)));
        assert_eq!(reader.read(Duration::from_millis(1001)).unwrap().1.len(), 976);
    }

    proptest! {
        #[test]
        fn no_byte_is_lost_or_changed(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
            let mut reader = Reader::new(Duration::ZERO, Duration::ZERO);
            reader.take(PayloadType::Output, &bytes);
            prop_assert_eq!(read_all(&mut reader).concat(), bytes);
        }

        #[test]
        fn text_is_cut_only_between_characters(text in "\\PC{0,1300}") {
            let mut reader = Reader::new(Duration::ZERO, Duration::ZERO);
            let taken = reader.take(PayloadType::Output, text.as_bytes());
            prop_assume!(taken == text.len());
            for part in read_all(&mut reader) {
                prop_assert!(std::str::from_utf8(&part).is_ok());
            }
        }
    }
}
