//! Takes the exit status, which the command line appends, out of an output again.

use crate::command_line::{CLOSING, OPENING};

/// The longest exit status in characters: a negative number of 32 bits.
const LONGEST_STATUS: usize = 11;

/// Takes the exit status of one command out of its output, which comes in pieces cut anywhere.
#[derive(Debug, Clone)]
pub struct Trailer {
    opening: Vec<u8>,
    /// What may be the beginning of the trailer.
    held: Vec<u8>,
    status: Option<i32>,
}

/// The trailer in what is held.
enum Found {
    /// At this place, to be completed.
    Begun(usize),
    /// From here to there, with this status.
    Whole(usize, usize, i32),
    /// Nowhere, and nothing before this place can belong to it.
    None(usize),
}

impl Trailer {
    /// Of an exit status beside `mark`, a random word that no output holds by chance.
    #[must_use]
    pub fn new(mark: &str) -> Self {
        let (before, after) = OPENING;
        Self {
            opening: format!("{before}{mark}{after}").into_bytes(),
            held: Vec::new(),
            status: None,
        }
    }

    /// The exit status, once it came: then all that the command wrote before its end is here.
    pub(crate) fn status(&self) -> Option<i32> {
        self.status
    }

    /// Takes the next output and gives what is certainly the command's. Outputs that come together have a trailer each,
    /// and what the command left in the background may write behind them.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.held.extend_from_slice(bytes);
        let mut own = Vec::new();
        loop {
            match self.find() {
                Found::Begun(at) | Found::None(at) => {
                    own.extend(self.held.drain(..at));
                    return own;
                }
                Found::Whole(from, to, status) => {
                    self.status = Some(status);
                    own.extend(self.held.drain(..to).take(from));
                }
            }
        }
    }

    /// What was held, when nothing follows.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    fn find(&self) -> Found {
        let length = self.opening.len();
        let mut from = 0;
        while let Some(at) = self.next_candidate(from) {
            let rest = self.held.get(at..).unwrap_or_default();
            if rest.len() < length {
                if self.opening.starts_with(rest) {
                    return Found::Begun(at);
                }
            } else if rest.starts_with(&self.opening) {
                match status(rest.get(length..).unwrap_or_default()) {
                    Status::Incomplete => return Found::Begun(at),
                    Status::Is(code, taken) => return Found::Whole(at, at + length + taken, code),
                    Status::Wrong => {}
                }
            }
            from = at + 1;
        }
        Found::None(self.held.len())
    }

    fn next_candidate(&self, from: usize) -> Option<usize> {
        let first = self.opening.first()?;
        let rest = self.held.get(from..)?;
        rest.iter().position(|byte| byte == first).map(|at| from + at)
    }
}

enum Status {
    /// The number, and how many bytes it and what closes it take.
    Is(i32, usize),
    Incomplete,
    Wrong,
}

fn status(bytes: &[u8]) -> Status {
    let Some(end) = bytes.iter().position(|byte| *byte == CLOSING) else {
        let may_go_on = bytes.len() <= LONGEST_STATUS && bytes.iter().all(|byte| is_of_number(*byte));
        return if may_go_on {
            Status::Incomplete
        } else {
            Status::Wrong
        };
    };
    let number = bytes.get(..end).and_then(|text| std::str::from_utf8(text).ok());
    match number.and_then(|text| text.parse().ok()) {
        Some(code) => Status::Is(code, end + 1),
        None => Status::Wrong,
    }
}

fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'-'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MARK: &str = "5eed";

    fn cut(output: &[u8], pieces: &[usize]) -> (Vec<u8>, Option<i32>) {
        let mut trailer = Trailer::new(MARK);
        let (mut shown, mut rest, mut pieces) = (Vec::new(), output, pieces.iter().cycle());
        while !rest.is_empty() {
            let length = pieces
                .next()
                .map_or(rest.len(), |length| *length.min(&rest.len()));
            let (piece, after) = rest.split_at(length);
            shown.extend(trailer.push(piece));
            rest = after;
        }
        let status = trailer.status();
        shown.extend(trailer.finish());
        (shown, status)
    }

    /// Bytes that often look like the beginning of a trailer.
    fn output() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..40),
            (0..20_usize)
                .prop_map(|length| format!("<postern-exit-{MARK}=").into_bytes()[..length.min(19)].to_vec()),
            Just(b"<".to_vec()),
            Just(b"<postern-exit-5eee=3>".to_vec()),
            Just(b"12>".to_vec()),
        ];
        proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    fn lengths() -> impl Strategy<Value = Vec<usize>> {
        proptest::collection::vec(1..30_usize, 1..10)
    }

    proptest! {
        #[test]
        fn the_trailer_never_shows_and_the_output_is_unchanged(
            before in output(), after in output(), code in any::<i32>(), pieces in lengths(), copies in 1..3_usize
        ) {
            // A trailer within the output itself is excluded by the mark's randomness.
            prop_assume!(cut(&before, &[usize::MAX]).1.is_none() && cut(&after, &[usize::MAX]).1.is_none());
            let mut whole = before.clone();
            whole.extend(format!("<postern-exit-{MARK}={code}>").repeat(copies).into_bytes());
            whole.extend(&after);
            let (shown, status) = cut(&whole, &pieces);
            prop_assert_eq!(status, Some(code));
            prop_assert_eq!(shown, [before, after].concat());
        }

        #[test]
        fn output_without_a_trailer_is_unchanged(output in output(), pieces in lengths()) {
            prop_assume!(cut(&output, &[usize::MAX]).1.is_none());
            prop_assert_eq!(cut(&output, &pieces), (output, None));
        }
    }

    #[test]
    fn output_is_not_held_back_without_need() {
        let mut trailer = Trailer::new(MARK);
        assert_eq!(trailer.push(b"progress: 40 %"), b"progress: 40 %");
        assert_eq!(trailer.push(b" <post"), b" ");
        assert_eq!(trailer.push(b"card>"), b"<postcard>");
    }
}
