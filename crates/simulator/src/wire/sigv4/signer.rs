//! A small signer for tests: the other way round of the verifier.

use std::time::SystemTime;

use axum::http::{HeaderMap, HeaderName};
use time::OffsetDateTime;
use time::macros::format_description;

use super::authorization::{Authorization, CredentialScope};
use super::canonical::{CanonicalRequest, hex};
use super::key::SigningKey;
use super::verify::string_to_sign;

pub(crate) struct Signer {
    access_key: String,
    secret: String,
    region: String,
    service: String,
}

impl Signer {
    pub(crate) fn new(access_key: &str, secret: &str, region: &str, service: &str) -> Self {
        let own = str::to_owned;
        Self {
            access_key: own(access_key),
            secret: own(secret),
            region: own(region),
            service: own(service),
        }
    }

    /// All headers of the signed request, `host` included.
    #[expect(clippy::too_many_arguments, reason = "these are the parts of a request")]
    pub(crate) fn sign(
        &self,
        method: &str,
        path: &str,
        query: &str,
        host: &str,
        extra: &[(&str, &str)],
        body: &[u8],
        now: SystemTime,
    ) -> Vec<(String, String)> {
        let stamp = OffsetDateTime::from(now)
            .format(format_description!("[year][month][day]T[hour][minute][second]Z"))
            .unwrap();
        let mut headers: Vec<(String, String)> = vec![
            ("host".to_owned(), host.to_owned()),
            ("x-amz-date".to_owned(), stamp.clone()),
        ];
        headers.extend(
            extra
                .iter()
                .map(|(name, value)| (name.to_ascii_lowercase(), (*value).to_owned())),
        );
        headers.sort();
        let map: HeaderMap = headers
            .iter()
            .map(|(name, value)| {
                (
                    HeaderName::from_bytes(name.as_bytes()).unwrap(),
                    value.parse().unwrap(),
                )
            })
            .collect();
        let authorization = Authorization {
            access_key: self.access_key.clone(),
            scope: CredentialScope {
                date: stamp[..8].to_owned(),
                region: self.region.clone(),
                service: self.service.clone(),
            },
            signed_headers: headers.iter().map(|(name, _)| name.clone()).collect(),
            signature: String::new(),
        };
        let canonical = CanonicalRequest {
            method,
            path,
            query,
            headers: &map,
            signed_headers: &authorization.signed_headers,
            body,
        };
        let text = string_to_sign(&authorization, &stamp, &canonical);
        let signature = hex(&SigningKey::derive(&self.secret, &authorization.scope).sign(&text));
        headers.push((
            "authorization".to_owned(),
            format!(
                "AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={signature}",
                authorization.access_key,
                authorization.scope.text(),
                authorization.signed_headers.join(";"),
            ),
        ));
        headers
    }
}
