//! Decides whether a request is signed by who it says, now, and as a whole.

use std::time::{Duration, SystemTime};

use axum::http::HeaderMap;
use thiserror::Error;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use super::authorization::{ALGORITHM, Authorization};
use super::canonical::{CanonicalRequest, sha256_hex};
use super::key::SigningKey;

/// AWS takes a request within five minutes of its own clock.
const TOLERANCE: Duration = Duration::from_secs(300);

/// How signed requests are dated.
const BASIC: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]T[hour][minute][second]Z");

/// A request as it came over the wire.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedRequest<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

/// Why a signed request is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum SignatureError {
    /// A part that must be signed, or the date, is missing or malformed.
    #[error("{0}")]
    Incomplete(String),
    /// The date is too far from now; the sentence has both clocks.
    #[error("{0}")]
    Skewed(String),
    /// The signature is not that of this request and secret.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
         Key and signing method. Consult the service documentation for details."
    )]
    Mismatch,
}

/// Checks the date of a signed request against `now`.
pub(crate) fn verify_time(
    authorization: &Authorization,
    request: SignedRequest<'_>,
    now: SystemTime,
) -> Result<(), SignatureError> {
    let text = date_header(request.headers)?;
    let signed = parse_date(&text).ok_or_else(|| {
        SignatureError::Incomplete(format!(
            "Date must be in ISO-8601 'basic format'. Got '{text}'. See http://en.wikipedia.org/wiki/ISO_8601"
        ))
    })?;
    if !text.starts_with(&authorization.scope.date) {
        return Err(SignatureError::Incomplete(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != '{text}'.",
            authorization.scope.date
        )));
    }
    check_skew(&text, signed, OffsetDateTime::from(now))
}

fn check_skew(text: &str, signed: OffsetDateTime, now: OffsetDateTime) -> Result<(), SignatureError> {
    if (now - signed).unsigned_abs() <= TOLERANCE {
        return Ok(());
    }
    let [earliest, now_text, latest] =
        [now - TOLERANCE, now, now + TOLERANCE].map(|time| time.format(BASIC).unwrap_or_default());
    Err(SignatureError::Skewed(if signed < now {
        format!("Signature expired: {text} is now earlier than {earliest} ({now_text} - 5 min.)")
    } else {
        format!("Signature not yet current: {text} is still later than {latest} ({now_text} + 5 min.)")
    }))
}

/// Checks the signature of a request whose principal has this secret.
pub(crate) fn verify_signature(
    authorization: &Authorization,
    request: SignedRequest<'_>,
    secret: &str,
) -> Result<(), SignatureError> {
    check_signed_headers(authorization, request.headers)?;
    check_body_hash(request)?;
    let canonical = CanonicalRequest {
        method: request.method,
        path: request.path,
        query: request.query,
        headers: request.headers,
        signed_headers: &authorization.signed_headers,
        body: request.body,
    };
    let text = string_to_sign(authorization, &date_header(request.headers)?, &canonical);
    let signature = decode_hex(&authorization.signature).ok_or(SignatureError::Mismatch)?;
    let key = SigningKey::derive(secret, &authorization.scope);
    if key.verifies(&text, &signature) {
        Ok(())
    } else {
        Err(SignatureError::Mismatch)
    }
}

/// What the signing key signs.
pub(super) fn string_to_sign(
    authorization: &Authorization,
    date: &str,
    canonical: &CanonicalRequest<'_>,
) -> String {
    format!(
        "{ALGORITHM}\n{date}\n{}\n{}",
        authorization.scope.text(),
        sha256_hex(canonical.text().as_bytes())
    )
}

/// `host` and every `x-amz-*` header that is sent must be under the signature, and in order.
fn check_signed_headers(authorization: &Authorization, headers: &HeaderMap) -> Result<(), SignatureError> {
    let signed = &authorization.signed_headers;
    if !signed.is_sorted() {
        return Err(SignatureError::Mismatch);
    }
    let required = headers
        .keys()
        .map(|name| name.as_str())
        .filter(|name| *name == "host" || name.starts_with("x-amz-"));
    match required
        .into_iter()
        .find(|name| !signed.iter().any(|signed| signed == name))
    {
        Some(name) => Err(SignatureError::Incomplete(format!(
            "'{name}' must be a 'SignedHeader' in the AWS Authorization."
        ))),
        None if signed.iter().any(|name| name == "host") => Ok(()),
        None => Err(SignatureError::Incomplete(
            "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned(),
        )),
    }
}

/// The hash that the client may send along must be the body's own.
fn check_body_hash(request: SignedRequest<'_>) -> Result<(), SignatureError> {
    match request.headers.get("x-amz-content-sha256") {
        Some(hash) if hash.as_bytes() != sha256_hex(request.body).as_bytes() => Err(SignatureError::Mismatch),
        Some(_) | None => Ok(()),
    }
}

fn date_header(headers: &HeaderMap) -> Result<String, SignatureError> {
    let header = headers.get("x-amz-date").or_else(|| headers.get("date"));
    let missing = || {
        SignatureError::Incomplete(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.".to_owned(),
        )
    };
    header
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
        .ok_or_else(missing)
}

fn parse_date(text: &str) -> Option<OffsetDateTime> {
    PrimitiveDateTime::parse(text, BASIC)
        .ok()
        .map(PrimitiveDateTime::assume_utc)
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let nibble = |byte: u8| {
        char::from(byte)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(nibble(*high)? << 4 | nibble(*low)?),
        _ => None,
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::super::canonical::hex;
    use super::super::signer::Signer;
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    /// 2015-08-30T12:36:00Z.
    const THEN: Duration = Duration::from_secs(1_440_938_160);

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    value.parse().unwrap(),
                )
            })
            .collect()
    }

    fn aws_example() -> HeaderMap {
        headers(&[
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("host", "iam.amazonaws.com"),
            ("x-amz-date", "20150830T123600Z"),
            (
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
                 SignedHeaders=content-type;host;x-amz-date, \
                 Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
            ),
        ])
    }

    fn get<'a>(headers: &'a HeaderMap, query: &'a str) -> SignedRequest<'a> {
        SignedRequest {
            method: "GET",
            path: "/",
            query,
            headers,
            body: b"",
        }
    }

    #[test]
    fn the_example_of_the_aws_documentation_verifies() {
        let headers = aws_example();
        let request = get(&headers, "Action=ListUsers&Version=2010-05-08");
        let authorization = Authorization::read(&headers).unwrap();
        let canonical = CanonicalRequest {
            method: "GET",
            path: "/",
            query: request.query,
            headers: &headers,
            signed_headers: &authorization.signed_headers,
            body: b"",
        };
        assert_eq!(
            sha256_hex(canonical.text().as_bytes()),
            "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
        );
        assert_eq!(verify_signature(&authorization, request, SECRET), Ok(()));
        assert_eq!(
            verify_time(&authorization, request, SystemTime::UNIX_EPOCH + THEN),
            Ok(())
        );
    }

    #[test]
    fn one_changed_byte_anywhere_is_a_mismatch() {
        let headers = aws_example();
        let authorization = Authorization::read(&headers).unwrap();
        let good = get(&headers, "Action=ListUsers&Version=2010-05-08");
        let mut other_host = headers.clone();
        other_host.insert("host", "iam.amazonaws.org".parse().unwrap());
        for bad in [
            SignedRequest {
                method: "POST",
                ..good
            },
            SignedRequest { path: "/x", ..good },
            SignedRequest {
                query: "Action=ListUsers&Version=2010-05-09",
                ..good
            },
            SignedRequest { body: b"x", ..good },
            SignedRequest {
                headers: &other_host,
                ..good
            },
        ] {
            assert_eq!(
                verify_signature(&authorization, bad, SECRET),
                Err(SignatureError::Mismatch),
                "{bad:?}"
            );
        }
        assert_eq!(
            verify_signature(&authorization, good, "another"),
            Err(SignatureError::Mismatch)
        );
        for signature in ["", "5d", "zz", "5"] {
            let forged = Authorization {
                signature: signature.to_owned(),
                ..authorization.clone()
            };
            assert_eq!(
                verify_signature(&forged, good, SECRET),
                Err(SignatureError::Mismatch),
                "{signature}"
            );
        }
    }

    #[test]
    fn five_minutes_of_skew_are_taken_and_a_second_more_is_not() {
        let headers = aws_example();
        let authorization = Authorization::read(&headers).unwrap();
        let at = |seconds: i64| {
            let now = SystemTime::UNIX_EPOCH + THEN.checked_add_signed_seconds(seconds);
            verify_time(&authorization, get(&headers, ""), now)
        };
        assert_eq!((at(-300), at(300)), (Ok(()), Ok(())));
        assert!(matches!(at(301), Err(SignatureError::Skewed(_))));
        assert!(matches!(at(-301), Err(SignatureError::Skewed(_))));
    }

    #[test]
    fn headers_of_amazon_must_be_under_the_signature() {
        let mut headers = aws_example();
        headers.insert("x-amz-target", "AmazonSSM.StartSession".parse().unwrap());
        let authorization = Authorization::read(&headers).unwrap();
        let refusal = verify_signature(&authorization, get(&headers, ""), SECRET).unwrap_err();
        assert!(refusal.to_string().contains("'x-amz-target'"), "{refusal}");
    }

    #[test]
    fn what_our_signer_signs_verifies_with_body_and_odd_query() {
        let signer = Signer::new("AK", SECRET, "eu-central-1", "ssmmessages");
        let now = SystemTime::UNIX_EPOCH + THEN;
        let query = "role=publish_subscribe&cell-number=AAEA+b/c==";
        let signed = signer.sign(
            "GET",
            "/v1/data-channel/ops-1",
            query,
            "127.0.0.1:80",
            &[],
            b"{}",
            now,
        );
        let map: HeaderMap = headers(
            &signed
                .iter()
                .map(|(n, v)| (n.as_str(), v.as_str()))
                .collect::<Vec<_>>(),
        );
        let authorization = Authorization::read(&map).unwrap();
        let request = SignedRequest {
            method: "GET",
            path: "/v1/data-channel/ops-1",
            query,
            headers: &map,
            body: b"{}",
        };
        assert_eq!(verify_signature(&authorization, request, SECRET), Ok(()));
        assert_eq!(hex(&[0, 255]), "00ff");
    }

    trait AddSigned {
        fn checked_add_signed_seconds(self, seconds: i64) -> Duration;
    }
    impl AddSigned for Duration {
        fn checked_add_signed_seconds(self, seconds: i64) -> Duration {
            Duration::from_secs(self.as_secs().checked_add_signed(seconds).unwrap())
        }
    }
}
