//! The real dialler: plain TCP on loopback, TLS with a bundle, and addresses where nobody is.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use postern_model::{Region, SocketSettings, StreamUrl};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::gateway::Peer;
use crate::LinkError;
use crate::dial::{Dial, TcpDial, within};
use crate::link::Link;

fn settings(endpoint: &str) -> SocketSettings {
    SocketSettings {
        endpoint_override: Some(endpoint.parse().unwrap()),
        ..SocketSettings::default()
    }
}

fn checked(url: &str, settings: &SocketSettings) -> StreamUrl {
    StreamUrl::check(url, &Region::parse("eu-central-1").unwrap(), settings).unwrap()
}

#[tokio::test]
async fn the_request_line_goes_over_the_wire_byte_for_byte() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let settings = settings(&format!("http://{address}"));
    let path = "/v1/data-channel/ops-1?role=publish_subscribe&cell-number=AA+/+z==";
    let url = checked(&format!("ws://{address}{path}"), &settings);
    let client = async {
        let stream = TcpDial.dial(&url, &settings).await.unwrap();
        Link::upgrade(stream, &url, vec![("authorization".into(), "signed".into())])
            .await
            .unwrap()
    };
    let server = async { Peer::upgrade(listener.accept().await.unwrap().0).await };
    let (_link, peer) = tokio::join!(client, server);
    assert_eq!(peer.target, path);
    assert!(peer.headers.contains(&("host".into(), address.to_string())));
    assert!(peer.headers.contains(&("authorization".into(), "signed".into())));
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_named() {
    let free = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap();
    let settings = settings(&format!("http://{free}"));
    let error = TcpDial
        .dial(&checked(&format!("ws://{free}/x"), &settings), &settings)
        .await
        .err()
        .unwrap();
    assert!(
        matches!(&error, LinkError::Unreachable { host, .. } if host == "127.0.0.1"),
        "{error}"
    );
}

#[tokio::test]
async fn a_bundle_that_cannot_be_read_is_named_before_anything_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut settings = settings(&format!("https://{address}"));
    let mut bundle = tempfile::NamedTempFile::new().unwrap();
    bundle.write_all(b"not a certificate").unwrap();
    settings.ca_bundle = Some(bundle.path().to_owned());
    let error = TcpDial
        .dial(&checked(&format!("wss://{address}/x"), &settings), &settings)
        .await
        .err()
        .unwrap();
    assert!(
        matches!(&error, LinkError::Certificates { path: Some(path), .. } if path == bundle.path()),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_told_apart() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let settings = settings(&format!("https://{address}"));
    let url = checked(&format!("wss://{address}/x"), &settings);
    let server = async {
        use tokio::io::AsyncWriteExt;
        let (mut socket, _) = listener.accept().await.unwrap();
        socket
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .await
            .unwrap();
        socket
    };
    let (error, _socket) = tokio::join!(TcpDial.dial(&url, &settings), server);
    assert!(matches!(error.err().unwrap(), LinkError::Tls { .. }));
}

/// The certificate for 127.0.0.1 that proves the same bundle to be obeyed by the AWS calls.
pub(super) fn test_data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../aws/tests/data")
        .join(file)
}

fn loopback_acceptor() -> TlsAcceptor {
    acceptor("loopback.pem", "loopback.key")
}

pub(super) fn acceptor(certificate: &str, key: &str) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(test_data(certificate))
        .unwrap()
        .collect::<Result<Vec<_>, _>>()
        .unwrap();
    let key = PrivateKeyDer::from_pem_file(test_data(key)).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

#[tokio::test]
async fn the_certificates_of_the_bundle_are_trusted() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut settings = settings(&format!("https://{address}"));
    settings.ca_bundle = Some(test_data("ca.pem"));
    let url = checked(&format!("wss://{address}/v1/data-channel/ops-1"), &settings);
    let client = async {
        let stream = TcpDial.dial(&url, &settings).await.unwrap();
        let mut link = Link::upgrade(stream, &url, Vec::new()).await.unwrap();
        link.open("hello".into());
        // Writes the text and ends with the peer's close.
        assert!(link.exchange(|| None, true).await.is_err());
    };
    let server = async {
        let tls = loopback_acceptor()
            .accept(listener.accept().await.unwrap().0)
            .await
            .unwrap();
        let mut peer = Peer::upgrade(tls).await;
        assert_eq!(peer.next_text().await, "hello");
        peer.close(1000, "Bye").await;
    };
    tokio::join!(client, server);
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_refused_before_the_token_is_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    // The bundle holds the server's own certificate, which is no authority, and not the one that signed it.
    let mut settings = settings(&format!("https://{address}"));
    settings.ca_bundle = Some(test_data("loopback.pem"));
    let url = checked(&format!("wss://{address}/x"), &settings);
    let server = async {
        loopback_acceptor()
            .accept(listener.accept().await.unwrap().0)
            .await
    };
    let (error, accepted) = tokio::join!(TcpDial.dial(&url, &settings), server);
    let error = error.err().unwrap();
    assert!(matches!(error, LinkError::Tls { .. }), "{error}");
    assert!(accepted.is_err());
}

#[tokio::test(start_paused = true)]
async fn no_step_on_the_way_to_a_link_hangs_for_ever() {
    let settings = settings("http://127.0.0.1:1");
    let url = checked("ws://127.0.0.1:1/x", &settings);
    let begun_at = tokio::time::Instant::now();
    let hangs = std::future::pending::<Result<(), LinkError>>();
    let error = within(10, "connect", &url, hangs).await.unwrap_err();
    let timed_out = LinkError::TimedOut {
        host: "127.0.0.1".into(),
        step: "connect",
        seconds: 10,
    };
    assert_eq!(error, timed_out);
    assert!(begun_at.elapsed() <= std::time::Duration::from_millis(10_001));
}

/// Linux answers nobody whose connection finds the queue of the listener full.
#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "long; part of npm run test:deep"]
async fn an_address_that_never_answers_is_given_up() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    for _ in 0..2 {
        queue.push(tokio::net::TcpStream::connect(address).await.unwrap());
    }
    let settings = settings(&format!("http://{address}"));
    let error = TcpDial
        .dial(&checked(&format!("ws://{address}/x"), &settings), &settings)
        .await
        .err()
        .unwrap();
    assert!(
        matches!(
            error,
            LinkError::TimedOut {
                step: "connect",
                seconds: 10,
                ..
            }
        ),
        "{error}"
    );
}
