//! How the AWS CLI names the files of its caches: SHA-1 of a text, or of JSON as Python writes it.

use std::fmt::Write as _;

use sha1::{Digest, Sha1};

/// The SHA-1 of a text in small hexadecimal digits.
pub(crate) fn sha1_of(text: &str) -> String {
    let digest = Sha1::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut name, byte| {
        // A String takes everything.
        let _never_fails = write!(name, "{byte:02x}");
        name
    })
}

/// A text as Python's `json.dumps` writes it: everything beyond ASCII as `\u` and four digits.
pub(crate) fn python_json(text: &str) -> String {
    let mut json = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            ' '..='~' => json.push(c),
            other => {
                for unit in other.encode_utf16(&mut [0; 2]) {
                    let _never_fails = write!(json, "\\u{unit:04x}");
                }
            }
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_sha1sum_prints() {
        assert_eq!(sha1_of("acme"), "293abb6b76d7791c0732cc517d38c4b5c734b87f");
        assert_eq!(sha1_of(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    }

    #[test]
    fn json_is_that_of_python() {
        assert_eq!(
            python_json("a\"\\\n\u{1}\u{7f}ü😀"),
            "\"a\\\"\\\\\\n\\u0001\\u007f\\u00fc\\ud83d\\ude00\""
        );
    }
}
