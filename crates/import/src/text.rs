//! The bytes of a text file as text.

use std::borrow::Cow;

use crate::ImportError;

/// Reads UTF-8, with a byte order mark or without, and UTF-16 with one, as Windows' programs write it.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, ImportError> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes).map(Cow::Owned),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes).map(Cow::Owned),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest).map(Cow::Borrowed),
        _ => utf8(bytes).map(Cow::Borrowed),
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, ImportError> {
    std::str::from_utf8(bytes).map_err(|_| ImportError::Encoding)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, ImportError> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return Err(ImportError::Encoding);
    }
    let units = pairs.iter().map(|pair| unit(*pair));
    char::decode_utf16(units)
        .collect::<Result<String, _>>()
        .map_err(|_| ImportError::Encoding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encodings_of_windows_are_read() {
        for bytes in [
            &b"a\xc3\xbc"[..],
            b"\xef\xbb\xbfa\xc3\xbc",
            b"\xff\xfea\0\xfc\0",
            b"\xfe\xff\0a\0\xfc",
        ] {
            assert_eq!(decode(bytes).unwrap(), "aü");
        }
        for bytes in [&b"\xfc"[..], b"\xff\xfea", b"\xff\xfe\0\xd8"] {
            assert_eq!(decode(bytes), Err(ImportError::Encoding));
        }
    }
}
