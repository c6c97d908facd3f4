//! How the agent reads a program's output: at most 1024 bytes at a time, cut on UTF-8 boundaries, with a pause. What a
//! port says is cut anywhere.
//!
//! From the real agent's source, and not done here: of a whole U+FFFD within a read it sends only the first byte.

use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use postern_protocol::PayloadType;

use super::config::AgentConfig;

/// One read of the real agent.
const READ_LIMIT: usize = 1024;
/// How much output waits unread, as in the kernel's buffer of a terminal; the program stands still behind it.
const WAITING_LIMIT: usize = 4096;
/// Likewise of the socket between the parts of the agent's port plugin.
const PORT_WAITING_LIMIT: usize = 208 * 1024;

/// The output of a program between the program and the data channel.
#[derive(Debug)]
pub(super) struct OutputReader {
    output: OutputStream,
    stderr: OutputStream,
    pause: Duration,
    next_read_at: Duration,
    waiting_limit: usize,
    cut: OutputCut,
    /// As [`AgentConfig::drops_unfinished_output`].
    drops_the_end: bool,
    /// Output is thrown away from here on.
    given_up: bool,
}

impl OutputReader {
    /// Reads nothing before `first_read_at`, and then with a pause after each read.
    pub(super) fn new(first_read_at: Duration, config: &AgentConfig) -> Self {
        let (waiting_limit, cut) = match (config.session.is_port(), config.drops_unfinished_output) {
            (true, _) => (PORT_WAITING_LIMIT, OutputCut::Anywhere),
            (false, true) => (WAITING_LIMIT, OutputCut::AsTheRealOne),
            (false, false) => (WAITING_LIMIT, OutputCut::BetweenCharacters),
        };
        Self {
            output: OutputStream::default(),
            stderr: OutputStream::default(),
            pause: config.timing.read_pause,
            next_read_at: first_read_at,
            waiting_limit,
            cut,
            drops_the_end: config.drops_unfinished_output,
            given_up: false,
        }
    }

    /// How many bytes of `kind` can wait here.
    pub(super) fn room(&self, kind: PayloadType) -> usize {
        if self.given_up {
            usize::MAX
        } else {
            self.waiting_limit.saturating_sub(self.stream(kind).waiting.len())
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
        self.output = OutputStream::default();
        self.stderr = OutputStream::default();
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
        Some((kind, stream.read(self.cut)))
    }

    /// What is still sent when the program is gone: unfinished characters, unless the agent drops them.
    pub(super) fn finish(&mut self) -> Vec<(PayloadType, Bytes)> {
        if self.drops_the_end {
            self.output.tail.clear();
            self.stderr.tail.clear();
        }
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

    fn stream(&self, kind: PayloadType) -> &OutputStream {
        if kind == PayloadType::StdErr {
            &self.stderr
        } else {
            &self.output
        }
    }

    fn stream_mut(&mut self, kind: PayloadType) -> &mut OutputStream {
        if kind == PayloadType::StdErr {
            &mut self.stderr
        } else {
            &mut self.output
        }
    }
}

/// Where a read may end.
#[derive(Debug, Clone, Copy)]
enum OutputCut {
    /// The bytes of a port are no text.
    Anywhere,
    BetweenCharacters,
    /// As the real agent, which also holds back what is wrong.
    AsTheRealOne,
}

#[derive(Debug, Default)]
struct OutputStream {
    waiting: BytesMut,
    /// At most three bytes: the beginning of a character whose rest is not read yet.
    tail: BytesMut,
}

impl OutputStream {
    fn read(&mut self, cut: OutputCut) -> Bytes {
        let count = self.waiting.len().min(READ_LIMIT);
        let mut read = self.tail.split();
        read.extend_from_slice(self.waiting.get(..count).unwrap_or_default());
        self.waiting.advance(count);
        let sent = match cut {
            OutputCut::Anywhere => read.len(),
            OutputCut::BetweenCharacters => complete_length(&read),
            OutputCut::AsTheRealOne => sent_length(&read),
        };
        self.tail = read.split_off(sent);
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

/// How many bytes the real agent sends: it holds back from the first of the last three bytes on that begins no whole
/// character, be it unfinished or wrong.
fn sent_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        at += match whole_character(rest) {
            Some(length) => length,
            None if rest.len() < 4 => return at,
            None => 1,
        };
    }
    at
}

/// How long the character is that `bytes` begin with. To the real agent U+FFFD is none.
fn whole_character(bytes: &[u8]) -> Option<usize> {
    let is_whole = |length: &usize| {
        let text = bytes
            .get(..*length)
            .and_then(|part| std::str::from_utf8(part).ok());
        text.is_some_and(|text| text != "\u{fffd}")
    };
    (1..=4).find(is_whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::agent::{AgentSession, AgentTiming};

    fn reader(first_read_at: Duration, pause: Duration, drops_unfinished_output: bool) -> OutputReader {
        let timing = AgentTiming {
            read_pause: pause,
            ..AgentTiming::faithful()
        };
        let config = AgentConfig {
            drops_unfinished_output,
            ..AgentConfig::new(AgentSession::Shell, timing)
        };
        OutputReader::new(first_read_at, &config)
    }

    fn quick(drops_unfinished_output: bool) -> OutputReader {
        reader(Duration::ZERO, Duration::ZERO, drops_unfinished_output)
    }

    fn read_all(reader: &mut OutputReader) -> Vec<Bytes> {
        let mut parts = Vec::new();
        while let Some((_, part)) = reader.read(Duration::ZERO) {
            parts.push(part);
        }
        parts.extend(reader.finish().into_iter().map(|(_, part)| part));
        parts
    }

    #[test]
    fn a_character_on_the_boundary_is_not_torn() {
        let text = format!("{}€{}", "a".repeat(1023), "b".repeat(10));
        let mut reader = quick(false);
        assert_eq!(reader.take(PayloadType::Output, text.as_bytes()), text.len());
        let parts = read_all(&mut reader);
        assert_eq!(parts.iter().map(Bytes::len).collect::<Vec<_>>(), [1023, 13]);
    }

    #[test]
    fn a_payload_has_at_most_1027_bytes() {
        let mut reader = quick(false);
        reader.take(
            PayloadType::Output,
            &[&[b'a'; 1021][..], "😀".as_bytes(), &[b'b'; 1100][..]].concat(),
        );
        let sizes: Vec<usize> = read_all(&mut reader).iter().map(Bytes::len).collect();
        assert_eq!(sizes, [1021, 1027, 77]);
    }

    #[test]
    fn there_is_a_pause_after_each_read() {
        let mut reader = reader(Duration::from_secs(1), Duration::from_millis(1), true);
        reader.take(PayloadType::Output, &[b'x'; 2000]);
        assert_eq!(reader.read(Duration::from_millis(999)), None);
        assert_eq!(reader.read(Duration::from_secs(1)).unwrap().1.len(), 1024);
        assert_eq!(reader.read(Duration::from_secs(1)), None);
        assert_eq!(reader.next_read_at(), Some(Duration::from_millis(1001)));
        assert_eq!(reader.read(Duration::from_millis(1001)).unwrap().1.len(), 976);
    }

    #[test]
    fn what_may_be_unfinished_is_held_back_until_more_comes_and_dropped_at_the_end() {
        for tail in [
            &b"\xe2"[..],
            b"\xe2\x82",
            b"\xf0\x9f\x98",
            b"\xff",
            b"\xe9\n",
            b"\xffab",
            "\u{fffd}".as_bytes(),
        ] {
            let output = [b"0123", tail].concat();
            let mut dropping = quick(true);
            dropping.take(PayloadType::Output, &output);
            assert_eq!(read_all(&mut dropping).concat(), b"0123", "{tail:?}");
            let mut followed = quick(true);
            followed.take(PayloadType::StdErr, &output);
            followed.read(Duration::ZERO);
            followed.take(PayloadType::StdErr, b"<mark>");
            let end = read_all(&mut followed).concat();
            assert_eq!(end, [tail, b"<mark>"].concat(), "{tail:?}");
        }
        for whole in ["", "0123", "Zürich", "€", "😀"] {
            let mut all = quick(true);
            all.take(PayloadType::Output, whole.as_bytes());
            assert_eq!(read_all(&mut all).concat(), whole.as_bytes());
        }
    }

    proptest! {
        #[test]
        fn no_byte_is_lost_or_changed(bytes in prop::collection::vec(any::<u8>(), 0..4096)) {
            let mut reader = quick(false);
            reader.take(PayloadType::Output, &bytes);
            prop_assert_eq!(read_all(&mut reader).concat(), bytes);
        }

        #[test]
        fn text_is_cut_only_between_characters(text in "\\PC{0,1300}") {
            let mut reader = quick(false);
            let taken = reader.take(PayloadType::Output, text.as_bytes());
            prop_assume!(taken == text.len());
            for part in read_all(&mut reader) {
                prop_assert!(std::str::from_utf8(&part).is_ok());
            }
        }
    }
}
