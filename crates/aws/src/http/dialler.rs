//! Opens the connections of the HTTP client, each over its way.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use postern_dial::{ByteStream, DialError, DialLimits, Dialled, Trust, Way, dial, dial_proxy};
use tower_service::Service;

use super::way::{HttpWay, Leg};

/// What hyper asks for connections.
#[derive(Clone)]
pub(crate) struct Dialler {
    pub(crate) way: Arc<HttpWay>,
    pub(crate) trust: Result<Trust, String>,
    pub(crate) limits: DialLimits,
}

/// An open connection.
pub(crate) struct Wire {
    stream: TokioIo<Box<dyn ByteStream>>,
    is_http2: bool,
    /// The other end is a proxy that forwards plain requests.
    is_forwarded: bool,
}

impl Service<Uri> for Dialler {
    type Response = Wire;
    type Error = DialError;
    type Future = Pin<Box<dyn Future<Output = Result<Wire, DialError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), DialError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, url: Uri) -> Self::Future {
        let dialler = self.clone();
        Box::pin(async move {
            let url = url.to_string();
            match dialler.way.leg(&url) {
                Some(leg) => dialler.open(&leg).await,
                None => Err(DialError::Unreachable {
                    host: "the endpoint".to_owned(),
                    source: io::ErrorKind::InvalidInput.into(),
                }),
            }
        })
    }
}

impl Dialler {
    async fn open(&self, leg: &Leg<'_>) -> Result<Wire, DialError> {
        let proxy = self.way.proxies.to(leg.place(), leg.encrypted);
        if let (Some(proxy), false) = (proxy, leg.encrypted) {
            let trust = self.trust.as_ref().ok();
            return Ok(Wire::forwarded(dial_proxy(proxy, trust, self.limits).await?));
        }
        let trust = match (&self.trust, leg.encrypted) {
            (Ok(trust), true) => Some(trust),
            (Err(detail), true) => {
                return Err(DialError::Certificates {
                    path: None,
                    detail: detail.clone(),
                });
            }
            (_, false) => None,
        };
        let way = Way {
            place: leg.place(),
            proxy,
            tls: trust.map(|trust| (leg.host.host(), trust)),
            proxy_trust: trust,
            limits: self.limits,
        };
        Ok(Wire::to_host(dial(way).await?))
    }
}

impl Wire {
    fn forwarded(stream: Box<dyn ByteStream>) -> Self {
        Self {
            stream: TokioIo::new(stream),
            is_http2: false,
            is_forwarded: true,
        }
    }

    fn to_host(dialled: Dialled) -> Self {
        Self {
            is_http2: dialled.protocol.as_deref() == Some(b"h2"),
            stream: TokioIo::new(dialled.stream),
            is_forwarded: false,
        }
    }

    fn stream(self: Pin<&mut Self>) -> Pin<&mut TokioIo<Box<dyn ByteStream>>> {
        Pin::new(&mut self.get_mut().stream)
    }
}

impl Connection for Wire {
    fn connected(&self) -> Connected {
        let connected = Connected::new().proxy(self.is_forwarded);
        if self.is_http2 {
            connected.negotiated_h2()
        } else {
            connected
        }
    }
}

impl Read for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(cx, into)
    }
}

impl Write for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream().poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(cx)
    }
}
