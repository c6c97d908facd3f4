//! What a program without a terminal writes, made fit for one: its lines end with LF alone, which would not bring the
//! cursor back, and its standard error is told apart by colour.

use bytes::Bytes;

const RED: &[u8] = b"\x1b[31m";
const DEFAULT_COLOUR: &[u8] = b"\x1b[39m";

/// Makes the output of one session fit for its terminal.
#[derive(Debug)]
pub(crate) enum OutputFormatter {
    /// From a pty: every byte stays as it is.
    Unchanged,
    /// From a program without one.
    Plain(PlainOutput),
}

impl OutputFormatter {
    pub(crate) fn stdout(&mut self, bytes: Bytes) -> Bytes {
        match self {
            Self::Unchanged => bytes,
            Self::Plain(plain) => plain.take(Stream::Out, &bytes),
        }
    }

    pub(crate) fn stderr(&mut self, bytes: Bytes) -> Bytes {
        match self {
            Self::Unchanged => bytes,
            Self::Plain(plain) => plain.take(Stream::Err, &bytes),
        }
    }

    /// What is left to show when nothing more comes.
    pub(crate) fn finish(&mut self) -> Bytes {
        match self {
            Self::Unchanged => Bytes::new(),
            Self::Plain(plain) => plain.finish(),
        }
    }
}

/// Where the streams of a program are. However they are cut into pieces, what is shown of each is the same.
#[derive(Debug, Default)]
pub(crate) struct PlainOutput {
    /// The stream that was shown last.
    shown: Stream,
    /// The last byte that was shown of any stream.
    last: Option<u8>,
    /// The beginning of a character of each stream whose rest has not come yet: the other stream must not come between.
    begun_out: Vec<u8>,
    begun_err: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stream {
    #[default]
    Out,
    Err,
}

impl Stream {
    fn other(self) -> Self {
        match self {
            Self::Out => Self::Err,
            Self::Err => Self::Out,
        }
    }
}

impl PlainOutput {
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> Bytes {
        let mut text = std::mem::take(self.begun(stream));
        text.extend_from_slice(bytes);
        let begun = text.split_off(text.len() - begun_character(&text));
        *self.begun(stream) = begun;
        let mut shown = Vec::with_capacity(text.len() + text.len() / 16 + RED.len());
        self.show(stream, &text, &mut shown);
        shown.into()
    }

    fn finish(&mut self) -> Bytes {
        let mut shown = Vec::new();
        for stream in [self.shown, self.shown.other()] {
            let begun = std::mem::take(self.begun(stream));
            self.show(stream, &begun, &mut shown);
        }
        self.turn_to(Stream::Out, &mut shown);
        shown.into()
    }

    fn begun(&mut self, stream: Stream) -> &mut Vec<u8> {
        match stream {
            Stream::Out => &mut self.begun_out,
            Stream::Err => &mut self.begun_err,
        }
    }

    fn show(&mut self, stream: Stream, text: &[u8], shown: &mut Vec<u8>) {
        if text.is_empty() {
            return;
        }
        self.turn_to(stream, shown);
        for byte in text {
            if *byte == b'\n' && self.last != Some(b'\r') {
                shown.push(b'\r');
            }
            shown.push(*byte);
            self.last = Some(*byte);
        }
    }

    fn turn_to(&mut self, stream: Stream, shown: &mut Vec<u8>) {
        if self.shown != stream {
            shown.extend_from_slice(match stream {
                Stream::Out => DEFAULT_COLOUR,
                Stream::Err => RED,
            });
            self.shown = stream;
        }
    }
}

/// How many bytes at the end of `text` begin a character of UTF-8 that goes on behind it.
fn begun_character(text: &[u8]) -> usize {
    let tail = text.iter().rev().take(3).enumerate();
    for (behind, byte) in tail {
        let length = match byte {
            0x80..=0xbf => continue,
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return 0,
        };
        return if behind + 1 < length { behind + 1 } else { 0 };
    }
    0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(pieces: &[(Stream, &[u8])]) -> Vec<u8> {
        let mut plain = PlainOutput::default();
        let mut shown: Vec<u8> = pieces
            .iter()
            .flat_map(|(stream, bytes)| plain.take(*stream, bytes))
            .collect();
        shown.extend(plain.finish());
        shown
    }

    #[test]
    fn bare_line_ends_bring_the_cursor_back() {
        assert_eq!(shown(&[(Stream::Out, b"a\nb\r\nc\r")]), b"a\r\nb\r\nc\r");
        assert_eq!(shown(&[(Stream::Out, b"a\r"), (Stream::Out, b"\nb")]), b"a\r\nb");
        assert_eq!(shown(&[(Stream::Out, b"\n\n")]), b"\r\n\r\n");
    }

    #[test]
    fn standard_error_is_red_and_a_change_of_stream_splits_no_character() {
        let mixed = [
            (Stream::Out, b"on\xc3".as_slice()),
            (Stream::Err, b"bad\n"),
            (Stream::Out, b"\xbc\r"),
            (Stream::Err, b"x"),
            (Stream::Out, b"\n"),
        ];
        assert_eq!(
            shown(&mixed),
            b"on\x1b[31mbad\r\n\x1b[39m\xc3\xbc\r\x1b[31mx\x1b[39m\r\n"
        );
        assert_eq!(shown(&[(Stream::Err, b"bad")]), b"\x1b[31mbad\x1b[39m");
    }

    #[test]
    fn a_terminal_s_own_bytes_stay_as_they_are() {
        let bytes = Bytes::from_static(b"a\nb\xc3");
        let mut output = OutputFormatter::Unchanged;
        assert_eq!(output.stdout(bytes.clone()), bytes);
        assert!(output.finish().is_empty());
    }

    fn text() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            Just(b"\r".to_vec()),
            Just(b"\n".to_vec()),
            Just("é東🚀".as_bytes().to_vec()),
            prop::collection::vec(any::<u8>(), 0..4),
        ];
        prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
    }

    fn pieces<'a>(stream: Stream, text: &'a [u8], sizes: &[usize]) -> Vec<(Stream, &'a [u8])> {
        let mut rest = text;
        let mut pieces = Vec::new();
        for size in sizes {
            let (piece, after) = rest.split_at((*size).min(rest.len()));
            pieces.push((stream, piece));
            rest = after;
        }
        pieces.push((stream, rest));
        pieces
    }

    proptest! {
        #[test]
        fn however_output_is_cut_the_same_is_shown(
            text in text(), sizes in prop::collection::vec(0usize..7, 0..40), is_error in any::<bool>()
        ) {
            let stream = if is_error { Stream::Err } else { Stream::Out };
            prop_assert_eq!(shown(&pieces(stream, &text, &sizes)), shown(&[(stream, &text)]));
        }

        #[test]
        fn nothing_is_lost_or_added_but_carriage_returns_and_colours(
            turns in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 0..9)), 0..40)
        ) {
            let stream = |is_error: bool| if is_error { Stream::Err } else { Stream::Out };
            let mut plain = PlainOutput::default();
            let mut by_stream = [Vec::new(), Vec::new()];
            let mut note = |is_error: bool, bytes: &[u8]| by_stream[usize::from(is_error)].extend_from_slice(bytes);
            let mut given = [Vec::new(), Vec::new()];
            for (is_error, bytes) in &turns {
                given[usize::from(*is_error)].extend_from_slice(bytes);
                let colour = plain.shown;
                let shown = plain.take(stream(*is_error), bytes);
                let turned = usize::from(plain.shown != colour) * RED.len();
                note(*is_error, &shown[turned..]);
            }
            let left = [plain.begun_out.clone(), plain.begun_err.clone()];
            note(false, &left[0]);
            note(true, &left[1]);
            for (shown, given) in by_stream.iter().zip(&given) {
                let bare = |bytes: &[u8]| bytes.iter().copied().filter(|byte| *byte != b'\r').collect::<Vec<_>>();
                prop_assert_eq!(bare(shown), bare(given));
            }
            let end = plain.finish();
            prop_assert_eq!(plain.shown, Stream::Out);
            prop_assert!(end.len() <= 6 + 2 * RED.len());
        }
    }
}
