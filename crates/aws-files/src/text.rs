//! The bytes of a file as lines of text.

use std::borrow::Cow;

use crate::problem::{AwsFile, FileProblem};

/// One line, without its end.
pub(crate) struct TextLine<'a> {
    /// Counted from 1.
    pub(crate) number: usize,
    pub(crate) text: Cow<'a, str>,
    /// False where its bytes are not UTF-8; `text` then has signs of replacement.
    pub(crate) is_utf8: bool,
}

const UTF_8_MARK: &[u8] = b"\xef\xbb\xbf";
const UTF_16_MARKS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

/// The lines of a file, whatever ends them. A byte order mark of UTF-8 is passed over.
///
/// # Errors
/// What form the file has instead, if it is not text in which each byte of ASCII stands for itself.
pub(crate) fn lines(bytes: &[u8], file: AwsFile) -> Result<Vec<TextLine<'_>>, FileProblem> {
    if is_utf_16(bytes) {
        return Err(FileProblem {
            file,
            line: None,
            reason: "it is saved as UTF-16".into(),
            remedy: "save it as UTF-8".into(),
        });
    }
    let text = bytes.strip_prefix(UTF_8_MARK).unwrap_or(bytes);
    Ok(split(text)
        .enumerate()
        .map(|(index, bytes)| TextLine {
            number: index + 1,
            text: String::from_utf8_lossy(bytes),
            is_utf8: std::str::from_utf8(bytes).is_ok(),
        })
        .collect())
}

/// Without a mark it is known by the zero that one of the first two bytes then is.
fn is_utf_16(bytes: &[u8]) -> bool {
    UTF_16_MARKS.iter().any(|mark| bytes.starts_with(mark))
        || matches!(bytes, [0, other, ..] | [other, 0, ..] if *other != 0)
}

/// Pieces between `\n`, `\r\n` and `\r`.
fn split(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(end) = text.iter().position(|byte| matches!(byte, b'\r' | b'\n')) else {
            rest = None;
            return Some(text);
        };
        let (line, tail) = text.split_at(end);
        rest = tail.strip_prefix(b"\r\n").or_else(|| tail.get(1..));
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<(usize, String, bool)> {
        let plain = |line: TextLine<'_>| (line.number, line.text.into_owned(), line.is_utf8);
        lines(bytes, AwsFile::Config)
            .unwrap()
            .into_iter()
            .map(plain)
            .collect()
    }

    #[test]
    fn every_end_of_a_line_ends_one_line() {
        let read = read(b"a\r\nb\rc\n\nd");
        let expected = [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "d")];
        assert_eq!(
            read,
            expected.map(|(number, text)| (number, text.to_owned(), true))
        );
    }

    #[test]
    fn a_mark_of_utf_8_is_passed_over_and_other_bytes_are_told_by_line() {
        assert_eq!(
            read(b"\xef\xbb\xbfa\n\xff\n"),
            [
                (1, "a".into(), true),
                (2, "\u{fffd}".into(), false),
                (3, String::new(), true)
            ]
        );
    }

    #[test]
    fn utf_16_is_named_with_and_without_a_mark() {
        for bytes in [&b"\xff\xfe[\0d\0"[..], b"\xfe\xff\0[", b"[\0d\0", b"\0[\0d"] {
            let problem = lines(bytes, AwsFile::Credentials).err().unwrap();
            assert_eq!(
                (problem.reason.as_str(), problem.remedy.as_str()),
                ("it is saved as UTF-16", "save it as UTF-8")
            );
        }
    }
}
