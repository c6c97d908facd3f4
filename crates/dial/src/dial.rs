//! The steps of a connection, in their order.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use postern_model::{HostPort, Proxy, ProxyError};
use rustls::ClientConfig;
use rustls::pki_types::{InvalidDnsNameError, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error::shown;
use crate::tcp::connect;
use crate::tunnel::{check_login, tunnel, unreachable};
use crate::{DialError, Trust};

/// Bytes both ways.
pub trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

/// How long each step may take.
#[derive(Debug, Clone, Copy)]
pub struct DialLimits {
    /// DNS and TCP together.
    pub connect: Duration,
    /// A TLS handshake.
    pub tls: Duration,
    /// A proxy's answer to CONNECT, for which it connects itself.
    pub tunnel: Duration,
}

/// Where a connection goes.
#[derive(Debug, Clone, Copy)]
pub struct Way<'a> {
    /// Where TCP goes, or where the proxy is asked to go.
    pub place: &'a HostPort,
    /// The proxy on the way.
    pub proxy: Option<&'a Proxy>,
    /// The host that the certificate must name, and the certificates to trust; none for a connection without TLS.
    pub tls: Option<(&'a str, &'a Trust)>,
    /// The certificates to trust of an encrypted proxy.
    pub proxy_trust: Option<&'a Trust>,
    /// The time limits.
    pub limits: DialLimits,
}

/// An open connection.
pub struct Dialled {
    /// Its bytes.
    pub stream: Box<dyn ByteStream>,
    /// The protocol that the host chose (ALPN).
    pub protocol: Option<Vec<u8>>,
}

/// Connects. Nothing of what the connection is for is sent but the host's name.
///
/// # Errors
/// [`DialError`] says which step failed; a step of a proxy is a [`ProxyError`].
pub async fn dial(way: Way<'_>) -> Result<Dialled, DialError> {
    let stream: Box<dyn ByteStream> = match way.proxy {
        None => Box::new(direct(way).await?),
        Some(proxy) => {
            let mut stream = dial_proxy(proxy, way.proxy_trust, way.limits).await?;
            tunnel(&mut stream, proxy, way.place, way.limits.tunnel).await?;
            stream
        }
    };
    let Some((name, trust)) = way.tls else {
        return Ok(Dialled {
            stream,
            protocol: None,
        });
    };
    let host = way.place.host();
    let secured = timeout(way.limits.tls, secure(stream, name, trust.config()));
    let tls = match secured.await {
        Ok(Ok(tls)) => tls,
        Ok(Err(error)) => return Err(failed_tls(way, error)),
        Err(_) => return Err(late(host, "TLS", way.limits.tls)),
    };
    let protocol = tls.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
    Ok(Dialled {
        stream: Box::new(tls),
        protocol,
    })
}

/// Connects to a proxy itself, which for `https` means TLS with it.
///
/// # Errors
/// [`ProxyError`], and [`DialError::Certificates`] when an encrypted proxy has nothing to be trusted by.
pub async fn dial_proxy(
    proxy: &Proxy,
    trust: Option<&Trust>,
    limits: DialLimits,
) -> Result<Box<dyn ByteStream>, DialError> {
    check_login(proxy)?;
    let late = |step, limit: Duration| ProxyError::TimedOut {
        proxy: proxy.to_string(),
        step,
        seconds: limit.as_secs(),
    };
    let tcp = timeout(limits.connect, connect(proxy.place()))
        .await
        .map_err(|_| late("connect", limits.connect))?
        .map_err(|error| unreachable(proxy, &error))?;
    if !proxy.is_encrypted() {
        return Ok(Box::new(tcp));
    }
    let trust = trust.ok_or_else(|| DialError::Certificates {
        path: None,
        detail: "there are none for the proxy".to_owned(),
    })?;
    let secured = secure(tcp, proxy.place().host(), trust.config_for_proxy());
    let tls = timeout(limits.tls, secured)
        .await
        .map_err(|_| late("TLS", limits.tls))?;
    let failed = |error: io::Error| ProxyError::Tls {
        proxy: proxy.to_string(),
        detail: shown(&error),
    };
    Ok(Box::new(tls.map_err(failed)?))
}

async fn direct(way: Way<'_>) -> Result<TcpStream, DialError> {
    let host = || way.place.host().to_owned();
    match timeout(way.limits.connect, connect(way.place)).await {
        Ok(Ok(tcp)) => Ok(tcp),
        Ok(Err(source)) => Err(DialError::Unreachable { host: host(), source }),
        Err(_) => Err(late(&host(), "connect", way.limits.connect)),
    }
}

async fn secure<S>(stream: S, name: &str, config: Arc<ClientConfig>) -> io::Result<TlsStream<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let name = match name.parse::<IpAddr>() {
        Ok(ip) => ServerName::from(ip),
        Err(_) => ServerName::try_from(name.to_owned()).map_err(io::Error::other)?,
    };
    TlsConnector::from(config).connect(name, stream).await
}

/// A cut in the middle of the handshake may pass; what rustls itself finds wrong with the peer does not.
fn failed_tls(way: Way<'_>, source: io::Error) -> DialError {
    let stays = source
        .get_ref()
        .is_some_and(|cause| cause.is::<rustls::Error>() || cause.is::<InvalidDnsNameError>());
    match (stays, way.proxy) {
        (true, _) => DialError::Tls {
            host: way.place.host().to_owned(),
            source,
        },
        (false, Some(proxy)) => DialError::Proxy(ProxyError::Cut {
            proxy: proxy.to_string(),
            host: way.place.to_string(),
        }),
        (false, None) => DialError::Cut { source },
    }
}

fn late(host: &str, step: &'static str, limit: Duration) -> DialError {
    DialError::TimedOut {
        host: host.to_owned(),
        step,
        seconds: limit.as_secs(),
    }
}
