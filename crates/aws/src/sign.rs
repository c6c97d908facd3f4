//! The SigV4 signature of a data channel's WebSocket upgrade.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use postern_model::{ControlError, Region, StreamUrl};

/// The name of the service in the signature (protocol §2.2).
const SERVICE: &str = "ssmmessages";
const ACTION: &str = "ssmmessages:OpenDataChannel";

/// The headers that sign `GET url` without a body: `authorization`, `x-amz-date`, and `x-amz-security-token` for
/// temporary credentials. `host` is signed too, as the URL has it, and set by the WebSocket client. The query counts
/// as a form, so that a raw `+` is signed as a space, while the wire keeps the URL byte for byte.
pub(crate) fn upgrade_headers(
    url: &StreamUrl,
    region: &Region,
    credentials: Credentials,
    now: SystemTime,
) -> Result<Vec<(String, String)>, ControlError> {
    let malformed = |detail: String| ControlError::MalformedAnswer {
        operation: ACTION.to_owned(),
        detail,
    };
    let identity = Identity::from(credentials);
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region.as_str())
        .name(SERVICE)
        .time(now)
        .settings(SigningSettings::default())
        .build()
        .map_err(|error| malformed(error.to_string()))?;
    let request = SignableRequest::new("GET", url.as_str(), std::iter::empty(), SignableBody::empty());
    // The signer's error may quote the URL, whose query names the session.
    let request = request.map_err(|_| malformed("its stream URL cannot be signed".to_owned()))?;
    let signed =
        sign(request, &params.into()).map_err(|_| malformed("its stream URL cannot be signed".to_owned()))?;
    let (headers, _) = signed.into_parts().0.into_parts();
    Ok(headers
        .into_iter()
        .map(|header| (header.name().to_owned(), header.value().to_owned()))
        .collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hmac::{Hmac, KeyInit, Mac};
    use postern_model::SocketSettings;
    use sha2::{Digest, Sha256};

    use super::*;

    const HOST: &str = "ssmmessages.eu-central-1.amazonaws.com";
    const PATH: &str = "/v1/data-channel/ops-0a1b2c3d";

    fn hex(bytes: impl AsRef<[u8]>) -> String {
        bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn mac(key: &[u8], text: &str) -> Vec<u8> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).unwrap();
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// The signature as AWS documents it, from a canonical query that is written out by hand.
    fn expected(query: &str, token: Option<&str>) -> String {
        let token_line = token
            .map(|token| format!("x-amz-security-token:{token}\n"))
            .unwrap_or_default();
        let names = if token.is_some() {
            "host;x-amz-date;x-amz-security-token"
        } else {
            "host;x-amz-date"
        };
        let empty_body = hex(Sha256::digest(b""));
        let request = format!(
            "GET\n{PATH}\n{query}\nhost:{HOST}\nx-amz-date:20260102T030405Z\n{token_line}\n{names}\n{empty_body}"
        );
        let scope = "20260102/eu-central-1/ssmmessages/aws4_request";
        let to_sign = format!(
            "AWS4-HMAC-SHA256\n20260102T030405Z\n{scope}\n{}",
            hex(Sha256::digest(request))
        );
        let key = ["20260102", "eu-central-1", "ssmmessages", "aws4_request"]
            .iter()
            .fold(b"AWS4secret".to_vec(), |key, part| mac(&key, part));
        let signature = hex(mac(&key, &to_sign));
        format!("AWS4-HMAC-SHA256 Credential=AKID/{scope}, SignedHeaders={names}, Signature={signature}")
    }

    fn signed(query: &str, token: Option<&str>) -> Vec<(String, String)> {
        let region = Region::parse("eu-central-1").unwrap();
        let text = format!("wss://{HOST}{PATH}?{query}");
        let url = StreamUrl::check(&text, &region, &SocketSettings::default()).unwrap();
        let credentials = Credentials::new("AKID", "secret", token.map(ToOwned::to_owned), None, "test");
        // 2026-01-02T03:04:05Z
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045);
        upgrade_headers(&url, &region, credentials, now).unwrap()
    }

    #[test]
    fn a_raw_plus_is_signed_as_a_space_and_a_slash_is_encoded() {
        let headers = signed("role=publish_subscribe&cell-number=AA+B/C==", None);
        let wanted = expected("cell-number=AA%20B%2FC%3D%3D&role=publish_subscribe", None);
        assert_eq!(headers[0], ("x-amz-date".into(), "20260102T030405Z".into()));
        assert_eq!(headers[1], ("authorization".into(), wanted));
        assert_eq!(headers.len(), 2);
    }

    #[test]
    fn a_temporary_token_is_sent_and_signed() {
        let headers = signed("role=publish_subscribe", Some("token"));
        let value = |name: &str| headers.iter().find(|header| header.0 == name).unwrap().1.clone();
        assert_eq!(
            value("authorization"),
            expected("role=publish_subscribe", Some("token"))
        );
        assert_eq!(value("x-amz-security-token"), "token");
    }
}
