//! The `Authorization` header of a signed request, taken apart.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use thiserror::Error;

/// The algorithm's name, first word of the header.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// What the header says; nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Authorization {
    pub(crate) access_key: String,
    pub(crate) scope: CredentialScope,
    /// Lower case, in the header's order.
    pub(crate) signed_headers: Vec<String>,
    /// Hexadecimal.
    pub(crate) signature: String,
}

/// Where and when a signing key is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CredentialScope {
    /// `YYYYMMDD`.
    pub(crate) date: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

/// Why there is no usable `Authorization` header.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum AuthorizationError {
    /// The request is not signed.
    #[error("Missing Authentication Token")]
    Missing,
    /// The header is there, but not in the form of Signature Version 4.
    #[error("{0}")]
    Malformed(String),
}

impl Authorization {
    /// Reads the header.
    pub(crate) fn read(headers: &HeaderMap) -> Result<Self, AuthorizationError> {
        let header = headers.get(AUTHORIZATION).ok_or(AuthorizationError::Missing)?;
        let text = header
            .to_str()
            .map_err(|_| malformed("Authorization header is not ASCII text."))?;
        let parts = text
            .strip_prefix(ALGORITHM)
            .ok_or_else(|| malformed(format!("Authorization header must begin with {ALGORITHM}.")))?;
        let part = |name: &str| {
            let prefix = format!("{name}=");
            let found = parts
                .split(',')
                .find_map(|part| part.trim().strip_prefix(&prefix));
            found.ok_or_else(|| malformed(format!("Authorization header requires '{name}' parameter.")))
        };
        let (access_key, scope) = read_credential(part("Credential")?)?;
        Ok(Self {
            access_key,
            scope,
            signed_headers: part("SignedHeaders")?
                .split(';')
                .map(str::to_ascii_lowercase)
                .collect(),
            signature: part("Signature")?.to_owned(),
        })
    }
}

impl CredentialScope {
    /// As it stands in the text that is signed.
    pub(crate) fn text(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.date, self.region, self.service)
    }
}

fn read_credential(text: &str) -> Result<(String, CredentialScope), AuthorizationError> {
    let parts: Vec<&str> = text.split('/').collect();
    let [access_key, date, region, service, "aws4_request"] = parts.as_slice() else {
        return Err(malformed(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/aws4_request.",
        ));
    };
    let scope = CredentialScope {
        date: (*date).to_owned(),
        region: (*region).to_owned(),
        service: (*service).to_owned(),
    };
    Ok(((*access_key).to_owned(), scope))
}

fn malformed(text: impl Into<String>) -> AuthorizationError {
    AuthorizationError::Malformed(text.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_header_is_read_or_refused(rest in "[ -~]{0,200}") {
            let _either = read(&format!("AWS4-HMAC-SHA256 {rest}"));
            let _either = read(&format!("AWS4-HMAC-SHA256 Credential={rest}, SignedHeaders={rest}, Signature={rest}"));
        }
    }

    fn read(text: &str) -> Result<Authorization, AuthorizationError> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, text.parse().unwrap());
        Authorization::read(&headers)
    }

    #[test]
    fn the_header_is_taken_apart_with_and_without_spaces() {
        for text in [
            "AWS4-HMAC-SHA256 Credential=AK/20150830/us-east-1/iam/aws4_request, SignedHeaders=Host;x-amz-date, Signature=ab",
            "AWS4-HMAC-SHA256 Credential=AK/20150830/us-east-1/iam/aws4_request,SignedHeaders=host;x-amz-date,Signature=ab",
        ] {
            let read = read(text).unwrap();
            assert_eq!((read.access_key.as_str(), read.signature.as_str()), ("AK", "ab"));
            assert_eq!(read.scope.text(), "20150830/us-east-1/iam/aws4_request");
            assert_eq!(read.signed_headers, ["host", "x-amz-date"]);
        }
    }

    #[test]
    fn malformed_headers_are_told_apart_from_a_missing_one() {
        assert_eq!(
            Authorization::read(&HeaderMap::new()),
            Err(AuthorizationError::Missing)
        );
        for text in [
            "Bearer abc",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=AK/20150830/us-east-1/iam, SignedHeaders=host, Signature=ab",
            "AWS4-HMAC-SHA256 Credential=AK/20150830/us-east-1/iam/aws4_request, Signature=ab",
        ] {
            assert!(
                matches!(read(text), Err(AuthorizationError::Malformed(_))),
                "{text}"
            );
        }
    }
}
