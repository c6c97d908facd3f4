//! From a checked address to a byte stream: TCP or a proxy, and TLS unless the address is plain loopback.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use postern_dial::{DialError, DialLimits, Trust, Way};
use postern_model::{HostPort, SocketSettings, StreamUrl, display_text, system_text};

use crate::LinkError;

pub use postern_dial::ByteStream;

/// DNS and TCP together; the TLS handshake; what a proxy takes to get through.
const LIMITS: DialLimits = DialLimits {
    connect: Duration::from_secs(10),
    tls: Duration::from_secs(15),
    tunnel: Duration::from_secs(15),
};

/// How the driver reaches a gateway; tests answer it in memory, so that their clock can be virtual.
#[async_trait]
pub(crate) trait Dial: Send + Sync {
    async fn dial(
        &self,
        url: &StreamUrl,
        settings: &SocketSettings,
    ) -> Result<Box<dyn ByteStream>, LinkError>;
}

/// Connects for a checked address: TCP within 10 s, or a proxy and its answer within 25 s, then TLS within 15 s unless the
/// address is plain loopback. The certificates are those of `settings`, or else the system's, and must be for the address's
/// own host wherever it is dialled. Nothing of the address but a host is sent.
///
/// # Errors
/// [`LinkError`] says which step failed.
pub async fn dial(url: &StreamUrl, settings: &SocketSettings) -> Result<Box<dyn ByteStream>, LinkError> {
    let place = url.dialled();
    let proxy = settings.proxies.to(place, !url.is_plain());
    // The certificates come first: without them no packet needs to leave.
    let trust = if url.is_plain() {
        None
    } else {
        Some(trust(settings.ca_bundle.as_deref()).await?)
    };
    let host = HostPort::of_url(url.url());
    let name = host.as_ref().map_or(place.host(), HostPort::host);
    let way = Way {
        place,
        proxy,
        tls: trust.as_ref().map(|trust| (name, trust)),
        proxy_trust: trust.as_ref(),
        limits: LIMITS,
    };
    Ok(postern_dial::dial(way).await?.stream)
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

/// Reading a hundred files must not hold up the sessions of this thread.
async fn trust(ca_bundle: Option<&Path>) -> Result<Trust, LinkError> {
    let path = ca_bundle.map(Path::to_owned);
    let read = tokio::task::spawn_blocking(move || Trust::read(path.as_deref()));
    let interrupted = |_| LinkError::Certificates {
        path: ca_bundle.map(Path::to_owned),
        detail: "reading them was interrupted".to_owned(),
    };
    Ok(read.await.map_err(interrupted)??)
}

impl From<DialError> for LinkError {
    fn from(error: DialError) -> Self {
        match error {
            DialError::Unreachable { host, source } => Self::Unreachable {
                host,
                detail: display_text(&source.to_string()),
            },
            DialError::TimedOut { host, step, seconds } => Self::TimedOut { host, step, seconds },
            DialError::Certificates { path, detail } => Self::Certificates { path, detail },
            DialError::Tls { host, source } => Self::Tls {
                host,
                detail: display_text(&source.to_string()),
            },
            DialError::Cut { source } => Self::Broken {
                detail: system_text(&source),
            },
            DialError::Proxy(error) => Self::Proxy(error),
        }
    }
}
