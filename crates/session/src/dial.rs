//! From a checked address to a byte stream: TCP, and TLS unless the address is plain loopback.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use postern_model::{SocketSettings, StreamUrl, display_text};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use rustls_native_certs::CertificateResult;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, TcpStream};
use tokio_rustls::TlsConnector;
use url::Host;

use crate::LinkError;

/// DNS and TCP together.
const CONNECT_SECONDS: u64 = 10;
/// The TLS handshake.
const TLS_SECONDS: u64 = 15;

/// What a socket over loopback holds that was not read.
const LOOPBACK_BUFFER_BYTES: u32 = 128 * 1024;

/// Bytes both ways, for [`crate::Link::upgrade`].
pub trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

/// How the driver reaches a gateway; tests answer it in memory, so that their clock can be virtual.
#[async_trait]
pub(crate) trait Dial: Send + Sync {
    async fn dial(
        &self,
        url: &StreamUrl,
        settings: &SocketSettings,
    ) -> Result<Box<dyn ByteStream>, LinkError>;
}

/// Connects to the host of a checked address: TCP within 10 s, then TLS within 15 s unless the address is plain loopback.
/// The certificates are those of `settings`, or else the system's. Nothing of the address but its host is sent.
///
/// # Errors
/// [`LinkError`] says which step failed.
pub async fn dial(url: &StreamUrl, settings: &SocketSettings) -> Result<Box<dyn ByteStream>, LinkError> {
    // The certificates come first: without them no packet needs to leave.
    let tls = if url.is_plain() {
        None
    } else {
        Some(tls_config(settings.ca_bundle.as_deref()).await?)
    };
    let tcp = within(CONNECT_SECONDS, "connect", url, connect(url)).await?;
    match tls {
        None => Ok(Box::new(tcp)),
        Some(config) => within(TLS_SECONDS, "TLS", url, secure(url, tcp, config)).await,
    }
}

/// The network.
#[derive(Debug)]
pub(crate) struct TcpDial;

#[async_trait]
impl Dial for TcpDial {
    async fn dial(
        &self,
        url: &StreamUrl,
        settings: &SocketSettings,
    ) -> Result<Box<dyn ByteStream>, LinkError> {
        dial(url, settings).await
    }
}

/// Runs one step of opening a link within its time limit.
pub(crate) async fn within<T>(
    seconds: u64,
    step: &'static str,
    url: &StreamUrl,
    work: impl Future<Output = Result<T, LinkError>>,
) -> Result<T, LinkError> {
    tokio::time::timeout(Duration::from_secs(seconds), work)
        .await
        .unwrap_or_else(|_| {
            Err(LinkError::TimedOut {
                host: url.to_string(),
                step,
                seconds,
            })
        })
}

async fn connect(url: &StreamUrl) -> Result<TcpStream, LinkError> {
    let port = url.url().port_or_known_default().unwrap_or(443);
    let connected = match url.url().host() {
        Some(Host::Domain(name)) => TcpStream::connect((name, port)).await,
        Some(Host::Ipv4(ip)) => connect_to(SocketAddr::from((ip, port))).await,
        Some(Host::Ipv6(ip)) => connect_to(SocketAddr::from((ip, port))).await,
        None => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the address has no host",
        )),
    };
    let unreachable = |error: io::Error| LinkError::Unreachable {
        host: url.to_string(),
        detail: shown(&error),
    };
    let tcp = connected.map_err(unreachable)?;
    // A keystroke is one small message; waiting to fill a packet would make typing lag.
    tcp.set_nodelay(true).map_err(unreachable)?;
    Ok(tcp)
}

/// Over a network the system gives a socket about the room that the way needs. Over loopback it gives megabytes, which
/// would stand between an interrupt and its prompt.
async fn connect_to(address: SocketAddr) -> io::Result<TcpStream> {
    if !address.ip().is_loopback() {
        return TcpStream::connect(address).await;
    }
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    socket.set_recv_buffer_size(LOOPBACK_BUFFER_BYTES)?;
    socket.connect(address).await
}

async fn secure(
    url: &StreamUrl,
    tcp: TcpStream,
    config: Arc<ClientConfig>,
) -> Result<Box<dyn ByteStream>, LinkError> {
    let failed = |detail: String| LinkError::Tls {
        host: url.to_string(),
        detail,
    };
    let name =
        server_name(url).ok_or_else(|| failed("the host's name cannot be in a certificate".to_owned()))?;
    let tls = TlsConnector::from(config)
        .connect(name, tcp)
        .await
        .map_err(|error| {
            // A cut in the middle of the handshake may pass; what rustls itself finds wrong with the peer does not.
            match error.get_ref().is_some_and(|cause| cause.is::<rustls::Error>()) {
                true => failed(shown(&error)),
                false => LinkError::Broken {
                    detail: shown(&error),
                },
            }
        })?;
    Ok(Box::new(tls))
}

fn server_name(url: &StreamUrl) -> Option<ServerName<'static>> {
    match url.url().host()? {
        Host::Domain(name) => ServerName::try_from(name.to_owned()).ok(),
        Host::Ipv4(ip) => Some(ServerName::from(IpAddr::V4(ip))),
        Host::Ipv6(ip) => Some(ServerName::from(IpAddr::V6(ip))),
    }
}

/// The TLS configuration with only the certificates of `ca_bundle`, or with the system's when there is none.
async fn tls_config(ca_bundle: Option<&Path>) -> Result<Arc<ClientConfig>, LinkError> {
    static SYSTEM: OnceLock<Arc<ClientConfig>> = OnceLock::new();
    if let (None, Some(config)) = (ca_bundle, SYSTEM.get()) {
        return Ok(Arc::clone(config));
    }
    let path = ca_bundle.map(Path::to_owned);
    let failed = {
        let path = path.clone();
        move |detail| LinkError::Certificates { path, detail }
    };
    // Reading a hundred files must not hold up the sessions of this thread.
    let read = tokio::task::spawn_blocking(move || read_config(path.as_deref()));
    let config = match read.await {
        Ok(Ok(config)) => Arc::new(config),
        Ok(Err(detail)) => return Err(failed(detail)),
        Err(_) => return Err(failed("reading them was interrupted".to_owned())),
    };
    Ok(if ca_bundle.is_none() {
        Arc::clone(SYSTEM.get_or_init(|| config))
    } else {
        config
    })
}

fn read_config(ca_bundle: Option<&Path>) -> Result<ClientConfig, String> {
    let roots = match ca_bundle {
        Some(path) => read_bundle(path)?,
        None => collect(rustls_native_certs::load_native_certs())?,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// A bundle that the user names must be whole: half of it would fail later, and somewhere else.
fn read_bundle(path: &Path) -> Result<RootCertStore, String> {
    let result = rustls_native_certs::load_certs_from_paths(Some(path), None);
    match result.errors.first() {
        Some(error) => Err(display_text(&error.to_string())),
        None => collect(result),
    }
}

fn collect(result: CertificateResult) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(result.certs);
    match (added, result.errors.first()) {
        (0, Some(error)) => Err(display_text(&error.to_string())),
        (0, None) => Err("no certificate is in there".to_owned()),
        (_, _) => Ok(roots),
    }
}

fn shown(error: &io::Error) -> String {
    display_text(&error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bundle_without_certificates_is_refused_with_its_reason() {
        let scratch = tempfile::tempdir().unwrap();
        let empty = scratch.path().join("bundle.pem");
        std::fs::write(&empty, "no certificate").unwrap();
        assert_eq!(read_bundle(&empty).unwrap_err(), "no certificate is in there");
        assert!(read_bundle(&scratch.path().join("missing.pem")).is_err());
    }
}
