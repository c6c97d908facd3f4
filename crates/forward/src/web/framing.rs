//! Where a request ends, read as strictly as every server reads it, so that nobody hides a request in the body of another.

use httparse::{Header, Status};

use super::fields::values;
use crate::WebRefusal;

/// The longest line between chunks.
const LONGEST_LINE: usize = 1024;
/// The longest part behind the last chunk.
const LONGEST_TRAILER: usize = 16 * 1024;

/// How long the body of a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BodyLength {
    Bytes(u64),
    /// It comes in chunks, each with its length.
    Chunked,
}

impl BodyLength {
    /// By the fields of the head; the version is 0 or 1.
    ///
    /// # Errors
    /// [`WebRefusal::Framing`] where servers may read it differently.
    pub(super) fn of(fields: &[Header<'_>], version: Option<u8>) -> Result<Self, WebRefusal> {
        let encodings: Vec<String> = values(fields, "transfer-encoding").collect();
        let lengths: Vec<String> = values(fields, "content-length").collect();
        match (encodings.as_slice(), lengths.as_slice()) {
            ([], []) => Ok(Self::Bytes(0)),
            ([], [length, others @ ..]) if others.iter().all(|other| other == length) => {
                let is_number = !length.is_empty() && length.bytes().all(|digit| digit.is_ascii_digit());
                let length = length.parse().ok().filter(|_| is_number);
                length.map(Self::Bytes).ok_or(WebRefusal::Framing)
            }
            ([encoding], []) if encoding.eq_ignore_ascii_case("chunked") && version == Some(1) => {
                Ok(Self::Chunked)
            }
            _ => Err(WebRefusal::Framing),
        }
    }
}

/// A body that comes in chunks, as far as it was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Chunks {
    /// The line with the length of the next chunk, as far as it has come.
    Size(Vec<u8>),
    /// Bytes of a chunk that are still to come.
    Data(u64),
    /// The line end behind a chunk.
    DataEnd(Vec<u8>),
    /// A line behind the last chunk, and how long all of them were.
    Trailer(Vec<u8>, usize),
    /// Nothing more.
    Over,
}

impl Chunks {
    /// Before the first.
    pub(super) fn new() -> Self {
        Self::Size(Vec::new())
    }

    /// Takes what belongs to the body; how many bytes. Fewer than there are means that it is over.
    ///
    /// # Errors
    /// [`WebRefusal::Framing`].
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<usize, WebRefusal> {
        let mut taken = 0;
        while let Some(rest) = bytes.get(taken..).filter(|rest| !rest.is_empty()) {
            if *self == Self::Over {
                break;
            }
            taken += self.step(rest)?;
        }
        Ok(taken)
    }

    /// Takes at least one byte.
    fn step(&mut self, bytes: &[u8]) -> Result<usize, WebRefusal> {
        let (taken, next) = match self {
            Self::Over => return Ok(0),
            Self::Data(left) => {
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                let taken = length.min(*left);
                *left -= taken;
                let next = (*left == 0).then(|| Self::DataEnd(Vec::new()));
                (usize::try_from(taken).unwrap_or(bytes.len()), next)
            }
            Self::Size(line) => {
                let taken = take_line(line, bytes)?;
                let next = if ends(line) { Some(after_size(line)?) } else { None };
                (taken, next)
            }
            Self::DataEnd(line) => {
                let taken = take_line(line, bytes)?;
                if ends(line) && line != b"\r\n" {
                    return Err(WebRefusal::Framing);
                }
                (taken, ends(line).then(Self::new))
            }
            Self::Trailer(line, before) => {
                let taken = take_line(line, bytes)?;
                let length = *before + line.len();
                if length > LONGEST_TRAILER {
                    return Err(WebRefusal::Framing);
                }
                let next = ends(line).then(|| match line.as_slice() {
                    b"\r\n" => Self::Over,
                    _ => Self::Trailer(Vec::new(), length),
                });
                (taken, next)
            }
        };
        if let Some(next) = next {
            *self = next;
        }
        Ok(taken)
    }
}

/// Moves bytes up to the end of the line; how many.
fn take_line(line: &mut Vec<u8>, bytes: &[u8]) -> Result<usize, WebRefusal> {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let taken = end.map_or(bytes.len(), |end| end + 1);
    line.extend_from_slice(bytes.get(..taken).unwrap_or_default());
    if line.len() > LONGEST_LINE || ends(line) && !line.ends_with(b"\r\n") {
        return Err(WebRefusal::Framing);
    }
    Ok(taken)
}

fn ends(line: &[u8]) -> bool {
    line.ends_with(b"\n")
}

fn after_size(line: &[u8]) -> Result<Chunks, WebRefusal> {
    // The library takes a line without a number for zero.
    if !line.first().is_some_and(u8::is_ascii_hexdigit) {
        return Err(WebRefusal::Framing);
    }
    match httparse::parse_chunk_size(line) {
        Ok(Status::Complete((_, 0))) => Ok(Chunks::Trailer(Vec::new(), 0)),
        Ok(Status::Complete((_, length))) => Ok(Chunks::Data(length)),
        Ok(Status::Partial) | Err(_) => Err(WebRefusal::Framing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(fields: &[(&'static str, &'static str)], version: u8) -> Result<BodyLength, WebRefusal> {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| Header {
                name,
                value: value.as_bytes(),
            })
            .collect();
        BodyLength::of(&fields, Some(version))
    }

    #[test]
    fn a_length_is_said_once_and_in_one_way() {
        let (by_length, chunked) = ("Content-Length", ("transfer-encoding", "Chunked"));
        assert_eq!(length(&[], 1), Ok(BodyLength::Bytes(0)));
        assert_eq!(
            length(&[(by_length, " 7 "), (by_length, "7")], 0),
            Ok(BodyLength::Bytes(7))
        );
        assert_eq!(length(&[chunked], 1), Ok(BodyLength::Chunked));
        for (fields, version) in [
            (&[chunked, (by_length, "7")][..], 1),
            (&[chunked, chunked], 1),
            (&[chunked], 0),
            (&[("transfer-encoding", "gzip, chunked")], 1),
            (&[(by_length, "7"), (by_length, "8")], 1),
            (&[(by_length, "+7")], 1),
            (&[(by_length, "7, 7")], 1),
            (&[(by_length, "")], 1),
            (&[(by_length, "18446744073709551616")], 1),
        ] {
            assert_eq!(length(fields, version), Err(WebRefusal::Framing), "{fields:?}");
        }
    }

    #[test]
    fn chunks_end_where_they_say_wherever_they_are_cut() {
        let body = b"5;name=value\r\nhello\r\nA\r\n\r\n\r\n\r\n\r\n\r\n\r\n0\r\nX: y\r\n\r\n";
        let all = [&body[..], b"GET / HTTP/1.1"].concat();
        for cut in 0..=all.len() {
            let mut chunks = Chunks::new();
            let (first, second) = all.split_at(cut);
            let taken = chunks.take(first).unwrap();
            let taken = taken
                + if taken == first.len() {
                    chunks.take(second).unwrap()
                } else {
                    0
                };
            assert_eq!((taken, chunks), (body.len(), Chunks::Over), "cut at {cut}");
        }
    }

    #[test]
    fn what_is_no_chunk_is_refused() {
        for body in [
            &b"x\r\n"[..],
            b"-1\r\n",
            b"\r\n",
            b"5\nhello",
            b"5\r\nhelloX\r\n",
            b"5\r\nhello\n",
            b"10000000000000000\r\n",
            &[b'0'; 2000],
        ] {
            assert_eq!(Chunks::new().take(body), Err(WebRefusal::Framing), "{body:?}");
        }
        let endless = [&b"0\r\n"[..], &b"X: y\r\n".repeat(4000)].concat();
        assert_eq!(Chunks::new().take(&endless), Err(WebRefusal::Framing));
    }
}
