//! The way to a gateway through a proxy, or to a place of the user's own.

use std::sync::{Arc, Mutex};

use postern_model::{
    EndpointOverride, NoProxy, Proxies, Proxy, ProxyError, Region, SocketSettings, StreamUrl,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::gateway::Peer;
use super::tcp::{acceptor, test_data};
use crate::LinkError;
use crate::dial::dial;
use crate::link::Link;

const HOST: &str = "ssmmessages.eu-central-1.amazonaws.com";

/// A gateway with a certificate for AWS's names.
struct Gateway {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Gateway {
    async fn start() -> Self {
        Self {
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            acceptor: acceptor("aws.pem", "aws.key"),
        }
    }

    fn address(&self) -> String {
        self.listener.local_addr().unwrap().to_string()
    }

    async fn upgraded(&self) -> Peer<impl AsyncRead + AsyncWrite + Unpin> {
        let (socket, _) = self.listener.accept().await.unwrap();
        Peer::upgrade(self.acceptor.accept(socket).await.unwrap()).await
    }
}

/// A proxy that leads every host to one address, and remembers what it was asked.
#[derive(Clone, Default)]
struct TestProxy {
    asked: Arc<Mutex<Vec<String>>>,
}

impl TestProxy {
    /// Starts it. With `login` it wants that value of `Proxy-Authorization`.
    async fn start(to: String, login: Option<&'static str>, tls: Option<TlsAcceptor>) -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let proxy = Self::default();
        let served = proxy.clone();
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (proxy, to, tls) = (served.clone(), to.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        Some(tls) => proxy.serve(tls.accept(socket).await.unwrap(), &to, login).await,
                        None => proxy.serve(socket, &to, login).await,
                    }
                });
            }
        });
        (proxy, address)
    }

    async fn serve<S: AsyncRead + AsyncWrite + Unpin>(&self, mut socket: S, to: &str, login: Option<&str>) {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if socket.read(&mut byte).await.unwrap() == 0 {
                return;
            }
            head.extend(byte);
        }
        let head = String::from_utf8(head).unwrap();
        self.asked
            .lock()
            .unwrap()
            .push(head.lines().next().unwrap().to_owned());
        let allowed = login.is_none_or(|login| head.contains(&format!("Proxy-Authorization: {login}\r\n")));
        if !allowed {
            let refusal =
                b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
            socket.write_all(refusal).await.unwrap();
            return;
        }
        let mut there = TcpStream::connect(to).await.unwrap();
        socket
            .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
            .await
            .unwrap();
        let _ = copy_bidirectional(&mut socket, &mut there).await;
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn through(proxy: &str) -> SocketSettings {
    SocketSettings {
        ca_bundle: Some(test_data("aws-ca.pem")),
        proxies: Proxies::one(Proxy::parse(proxy).unwrap(), NoProxy::default()),
        ..SocketSettings::default()
    }
}

fn checked(settings: &SocketSettings) -> StreamUrl {
    let text = format!("wss://{HOST}/v1/data-channel/ops-1?role=publish_subscribe&cell-number=AA+/=");
    StreamUrl::check(&text, &Region::parse("eu-central-1").unwrap(), settings).unwrap()
}

async fn link(settings: &SocketSettings) -> Result<Link, LinkError> {
    let url = checked(settings);
    let stream = dial(&url, settings).await?;
    Link::upgrade(stream, &url, Vec::new()).await
}

#[tokio::test]
async fn tls_goes_through_the_proxy_and_ends_at_aws() {
    let gateway = Gateway::start().await;
    let (proxy, address) = TestProxy::start(gateway.address(), Some("Basic YWRhOnMzY3JldA=="), None).await;
    let settings = through(&format!("http://ada:s3cret@{address}"));
    let (link, peer) = tokio::join!(link(&settings), gateway.upgraded());
    link.unwrap();
    assert!(peer.headers.contains(&("host".into(), HOST.into())));
    assert!(!peer.headers.iter().any(|(name, _)| name.starts_with("proxy")));
    assert_eq!(proxy.asked(), [format!("CONNECT {HOST}:443 HTTP/1.1")]);
}

#[tokio::test]
async fn an_encrypted_proxy_is_spoken_to_by_tls_of_its_own() {
    let gateway = Gateway::start().await;
    let tls = acceptor("aws.pem", "aws.key");
    let (proxy, address) = TestProxy::start(gateway.address(), None, Some(tls)).await;
    let settings = through(&format!("https://{address}"));
    let (link, _peer) = tokio::join!(link(&settings), gateway.upgraded());
    link.unwrap();
    assert_eq!(proxy.asked().len(), 1);
}

#[tokio::test]
async fn an_encrypted_proxy_that_nobody_vouches_for_gets_no_password() {
    let tls = acceptor("loopback.pem", "loopback.key");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let settings = through(&format!("https://ada:canary@{address}"));
    let served = async { tls.accept(listener.accept().await.unwrap().0).await };
    let (error, accepted) = tokio::join!(link(&settings), served);
    assert!(accepted.is_err());
    let error = error.err().unwrap();
    assert!(
        matches!(error, LinkError::Proxy(ProxyError::Tls { .. })),
        "{error}"
    );
}

#[tokio::test]
async fn a_wrong_password_is_named_and_not_sent_again_at_once() {
    let (proxy, address) = TestProxy::start("127.0.0.1:1".into(), Some("Basic other"), None).await;
    let settings = through(&format!("http://ada:canary@{address}"));
    for _ in 0..3 {
        let error = link(&settings).await.err().unwrap();
        let refused = ProxyError::LoginRefused {
            proxy: address.clone(),
            user: "ada".into(),
        };
        assert_eq!(error, LinkError::Proxy(refused));
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
    assert_eq!(proxy.asked().len(), 1);
}

#[tokio::test]
async fn a_proxy_that_cuts_or_is_not_there_is_blamed_by_name() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let settings = through(&address);
    let cutting = async { drop(listener.accept().await.unwrap()) };
    let (error, ()) = tokio::join!(link(&settings), cutting);
    let error = error.err().unwrap();
    assert!(
        matches!(error, LinkError::Proxy(ProxyError::Cut { .. })),
        "{error}"
    );
    drop(listener);
    let error = link(&settings).await.err().unwrap();
    assert!(
        matches!(error, LinkError::Proxy(ProxyError::Unreachable { .. })),
        "{error}"
    );
    assert!(error.to_string().contains(&address), "{error}");
}

#[tokio::test]
async fn a_host_of_no_proxy_is_dialled_directly() {
    let mut settings = through("127.0.0.1:1");
    settings.proxies = Proxies::one(
        Proxy::parse("127.0.0.1:1").unwrap(),
        NoProxy::parse("vpce.invalid"),
    );
    settings.messages_override = Some(EndpointOverride::parse("a.vpce.invalid").unwrap());
    let error = link(&settings).await.err().unwrap();
    assert!(
        matches!(&error, LinkError::Unreachable { host, .. } if host == "a.vpce.invalid"),
        "{error}"
    );
}

#[tokio::test]
async fn a_place_of_the_users_own_must_hold_a_certificate_of_aws() {
    let gateway = Gateway::start().await;
    let mut settings = SocketSettings {
        ca_bundle: Some(test_data("aws-ca.pem")),
        messages_override: Some(EndpointOverride::parse(&gateway.address()).unwrap()),
        ..SocketSettings::default()
    };
    let (link_there, peer) = tokio::join!(link(&settings), gateway.upgraded());
    link_there.unwrap();
    assert!(peer.headers.contains(&("host".into(), HOST.into())));

    // A certificate for the address itself, by an authority that is trusted, is not AWS's.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    settings.messages_override = Some(EndpointOverride::parse(&address).unwrap());
    settings.ca_bundle = Some(test_data("ca.pem"));
    let tls = acceptor("loopback.pem", "loopback.key");
    let served = async { tls.accept(listener.accept().await.unwrap().0).await.map(drop) };
    let (error, accepted) = tokio::join!(link(&settings), served);
    assert!(accepted.is_err());
    let error = error.err().unwrap();
    assert!(matches!(error, LinkError::Tls { .. }), "{error}");
}
