//! The canonical form of a request, which both ends hash (AWS General Reference, "Create a canonical request").

use std::fmt::Write as _;

use axum::http::HeaderMap;
use sha2::{Digest, Sha256};

/// The parts of a request that a signature covers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CanonicalRequest<'a> {
    pub(crate) method: &'a str,
    /// As it stood on the wire.
    pub(crate) path: &'a str,
    /// As it stood on the wire, without the question mark.
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    /// Lower case, in the order of the `Authorization` header.
    pub(crate) signed_headers: &'a [String],
    pub(crate) body: &'a [u8],
}

impl CanonicalRequest<'_> {
    /// The text whose hash is signed.
    pub(crate) fn text(&self) -> String {
        format!(
            "{}\n{}\n{}\n{}\n{}\n{}",
            self.method,
            path(self.path),
            query(self.query),
            headers(self.headers, self.signed_headers),
            self.signed_headers.join(";"),
            sha256_hex(self.body),
        )
    }
}

/// The SHA-256 of `bytes` in lower-case hexadecimal.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _infallible = write!(text, "{byte:02x}");
            text
        })
}

/// Services other than S3 encode the path once more than it is encoded on the wire.
fn path(path: &str) -> String {
    if path.is_empty() {
        "/".to_owned()
    } else {
        encode(path, true)
    }
}

/// Decoded as a form (a raw `+` is a space), encoded again, sorted: so a raw `/` and `+` in a stream URL's
/// `cell-number` are signed as `%2F` and `%20`, as the signers of the Go and Rust SDKs do.
fn query(query: &str) -> String {
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .map(|(key, value)| (encode(&key, false), encode(&value, false)))
        .collect();
    pairs.sort();
    pairs
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect::<Vec<_>>()
        .join("&")
}

/// One line for each signed header, and an empty line after the last.
fn headers(headers: &HeaderMap, signed: &[String]) -> String {
    signed.iter().fold(String::new(), |mut text, name| {
        let values: Vec<String> = headers
            .get_all(name.as_str())
            .iter()
            .map(|value| squeeze(&String::from_utf8_lossy(value.as_bytes())))
            .collect();
        let _infallible = writeln!(text, "{name}:{}", values.join(","));
        text
    })
}

/// Trims, and turns each run of spaces into one.
fn squeeze(value: &str) -> String {
    value
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn encode(text: &str, keep_slash: bool) -> String {
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut encoded, byte| {
            let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
            if plain || (keep_slash && byte == b'/') {
                encoded.push(char::from(byte));
            } else {
                let _infallible = write!(encoded, "%{byte:02X}");
            }
            encoded
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_plus_slash_and_equals_are_decoded_as_a_form_before_they_are_encoded() {
        assert_eq!(
            query("role=publish_subscribe&cell-number=AAEA+b/c=="),
            "cell-number=AAEA%20b%2Fc%3D%3D&role=publish_subscribe"
        );
        assert_eq!(query("b=%2B&a=1&a=0&c"), "a=0&a=1&b=%2B&c=");
        assert_eq!(query(""), "");
    }

    #[test]
    fn paths_are_encoded_once_more_than_on_the_wire() {
        assert_eq!(path(""), "/");
        assert_eq!(path("/v1/data-channel/ops-0a1b"), "/v1/data-channel/ops-0a1b");
        assert_eq!(path("/a%20b@c"), "/a%2520b%40c");
    }

    #[test]
    fn header_values_are_trimmed_and_runs_of_spaces_become_one() {
        let mut map = HeaderMap::new();
        map.append("x-amz-a", "  one   two ".parse().unwrap());
        map.append("x-amz-a", "three".parse().unwrap());
        assert_eq!(headers(&map, &["x-amz-a".to_owned()]), "x-amz-a:one two,three\n");
    }
}
