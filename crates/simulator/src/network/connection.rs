//! One TCP connection of a node, and what outside hands may do to it.

use std::io;

use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

/// Why there is no connection. The words are those of a Linux system.
#[derive(Debug, Error)]
pub(crate) enum NodeDialError {
    /// Nothing listens there.
    #[error("connection refused")]
    Refused,
    /// There is no such port.
    #[error("invalid port")]
    InvalidPort,
    /// Nobody knows the host.
    #[error("missing address")]
    UnknownHost,
    /// The system's own reason.
    #[error(transparent)]
    Failed(#[from] io::Error),
}

/// An open connection. Its server, where it is one of ours, ends when this is dropped.
pub(crate) struct NodeConnection {
    /// What the server says.
    pub(crate) reader: Box<dyn AsyncRead + Send + Unpin>,
    /// What it is told.
    pub(crate) writer: Box<dyn AsyncWrite + Send + Unpin>,
    /// Orders from outside.
    pub(crate) orders: ConnectionOrders,
    /// Held for its drop.
    _server: Option<AbortOnDropHandle<()>>,
}

/// What outside hands ordered for the connections to one listener.
#[derive(Debug, Clone)]
pub(crate) struct ConnectionOrders {
    pub(super) cut: CancellationToken,
    pub(super) stalled: watch::Receiver<bool>,
}

impl NodeConnection {
    /// A connection of this computer.
    pub(super) fn real(stream: TcpStream, orders: ConnectionOrders) -> Self {
        let (reader, writer) = stream.into_split();
        Self {
            reader: Box::new(reader),
            writer: Box::new(writer),
            orders,
            _server: None,
        }
    }

    /// A connection inside the simulator.
    pub(super) fn simulated(
        stream: DuplexStream,
        server: AbortOnDropHandle<()>,
        orders: ConnectionOrders,
    ) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        Self {
            reader: Box::new(reader),
            writer: Box::new(writer),
            orders,
            _server: Some(server),
        }
    }
}

impl ConnectionOrders {
    /// Returns when the connection was cut.
    pub(crate) async fn cut(&self) {
        self.cut.cancelled().await;
    }

    /// Returns when bytes may pass: at once, unless the connection is stalled.
    pub(crate) async fn passes(&mut self) {
        if self.stalled.wait_for(|stalled| !*stalled).await.is_err() {
            // Nobody is left who could let it go on.
            std::future::pending::<()>().await;
        }
    }
}
