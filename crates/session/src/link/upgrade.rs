//! The HTTP request that makes a connection a WebSocket.

use postern_model::StreamUrl;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::client::{Request, generate_key};
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue, Uri, header};

/// The upgrade request. `Uri` keeps path and query byte for byte, raw `+` and `/` included; a test holds it to that.
pub(super) fn request(url: &StreamUrl, signed: Vec<(String, String)>) -> Result<Request, String> {
    let uri: Uri = url
        .as_str()
        .parse()
        .map_err(|_| "it is not a URL that HTTP can carry".to_owned())?;
    let mut request = uri.into_client_request().map_err(|error| error.to_string())?;
    let headers = request.headers_mut();
    headers.insert(header::HOST, value(&host(url))?);
    headers.insert(header::SEC_WEBSOCKET_KEY, value(&generate_key())?);
    for (name, text) in signed {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| "a signed header has no legal name".to_owned())?;
        let mut value = value(&text)?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(request)
}

fn value(text: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_str(text).map_err(|_| "a header has no legal value".to_owned())
}

/// The host as it is signed: without the scheme's own port.
fn host(url: &StreamUrl) -> String {
    let host = url.url().host_str().unwrap_or_default();
    url.url()
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use postern_model::{Region, SocketSettings};

    use super::*;

    fn checked(text: &str, own: Option<&str>) -> StreamUrl {
        let settings = SocketSettings {
            endpoint_override: own.map(|own| own.parse().unwrap()),
            ..SocketSettings::default()
        };
        StreamUrl::check(text, &Region::parse("eu-central-1").unwrap(), &settings).unwrap()
    }

    #[test]
    fn path_and_query_are_kept_byte_for_byte() {
        let path =
            "/v1/data-channel/ops-0a1b?role=publish_subscribe&cell-number=AAEC+/x//y+z==&empty=&%2f=%zz";
        let url = checked(
            &format!("wss://ssmmessages.eu-central-1.amazonaws.com{path}"),
            None,
        );
        let request = request(&url, Vec::new()).unwrap();
        assert_eq!(request.uri().path_and_query().unwrap().as_str(), path);
    }

    #[test]
    fn the_host_header_is_the_one_that_is_signed() {
        for (text, own, host) in [
            (
                "wss://ssmmessages.eu-central-1.amazonaws.com/x",
                None,
                "ssmmessages.eu-central-1.amazonaws.com",
            ),
            (
                "wss://ssmmessages.eu-central-1.amazonaws.com:443/x",
                None,
                "ssmmessages.eu-central-1.amazonaws.com",
            ),
            (
                "ws://127.0.0.1:4000/x",
                Some("http://127.0.0.1:4000"),
                "127.0.0.1:4000",
            ),
            ("ws://[::1]:4000/x", Some("http://[::1]:4000"), "[::1]:4000"),
        ] {
            let request = request(&checked(text, own), Vec::new()).unwrap();
            assert_eq!(request.headers()[header::HOST], host);
        }
    }

    #[test]
    fn signed_headers_are_in_and_do_not_print() {
        let url = checked("wss://ssmmessages.eu-central-1.amazonaws.com/x", None);
        let request = request(&url, vec![("X-Amz-Security-Token".into(), "canary".into())]).unwrap();
        assert_eq!(request.headers()["x-amz-security-token"], "canary");
        assert!(!format!("{request:?}").contains("canary"));
    }

    #[test]
    fn a_header_that_breaks_out_of_its_line_is_refused() {
        let url = checked("wss://ssmmessages.eu-central-1.amazonaws.com/x", None);
        assert!(request(&url, vec![("authorization".into(), "a\r\nHost: evil".into())]).is_err());
        assert!(request(&url, vec![("a b".into(), "c".into())]).is_err());
    }
}
