//! A local socket, TCP or Unix: reads and writes that do not wait, and the ways to end it.

use std::io::{self, IoSlice};
use std::net::{IpAddr, Shutdown, SocketAddr};
use std::time::Duration;

#[cfg(unix)]
use futures_util::FutureExt;
use socket2::SockRef;
#[cfg(unix)]
use tokio::io::Interest;
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;

/// A socket and where its connection comes from.
pub(super) type LocalArrival = (LocalSocket, Option<SocketAddr>);

/// A local socket.
#[derive(Debug)]
pub(crate) enum LocalSocket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl LocalSocket {
    /// Bytes go on their way at once: what is to be put together was put together by the program.
    pub(crate) fn of_tcp(stream: TcpStream) -> Self {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection that is gone already");
        }
        Self::Tcp(stream)
    }

    /// The address of this computer that its client has connected to; none for a Unix socket, or for one that is gone.
    pub(crate) fn local_address(&self) -> Option<IpAddr> {
        match self {
            Self::Tcp(stream) => stream
                .local_addr()
                .ok()
                .map(|address| address.ip().to_canonical()),
            #[cfg(unix)]
            Self::Unix(_) => None,
        }
    }

    /// Waits until there is something to read. Cancel safe.
    pub(crate) async fn readable(&self) {
        // An error shows itself at the next read.
        let _readable = match self {
            Self::Tcp(stream) => stream.readable().await,
            #[cfg(unix)]
            Self::Unix(stream) => stream.readable().await,
        };
    }

    /// Waits until there is room to write. Cancel safe.
    pub(crate) async fn writable(&self) {
        // As above.
        let _writable = match self {
            Self::Tcp(stream) => stream.writable().await,
            #[cfg(unix)]
            Self::Unix(stream) => stream.writable().await,
        };
    }

    /// Whether the other end of a Unix socket was closed in both directions.
    #[cfg(unix)]
    pub(super) fn is_hung_up(&self) -> bool {
        let Self::Unix(stream) = self else {
            return false;
        };
        let ready = stream
            .ready(Interest::READABLE | Interest::WRITABLE)
            .now_or_never();
        ready.is_some_and(|ready| ready.is_ok_and(|ready| ready.is_write_closed()))
    }

    /// Reads what is there; 0 is the end.
    pub(crate) fn try_read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.try_read(buffer),
            #[cfg(unix)]
            Self::Unix(stream) => stream.try_read(buffer),
        }
    }

    /// Writes what there is room for.
    pub(crate) fn try_write(&self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.try_write_vectored(slices),
            #[cfg(unix)]
            Self::Unix(stream) => stream.try_write_vectored(slices),
        }
    }

    /// Nothing more will be written; what was is still delivered.
    pub(crate) fn end_output(&self) {
        self.on_socket(|socket| socket.shutdown(Shutdown::Write));
    }

    /// Closing it from now on resets it, so that its program sees an error instead of an end. Unix sockets have no reset.
    pub(crate) fn close_with_reset(&self) {
        if let Self::Tcp(_) = self {
            self.on_socket(|socket| socket.set_linger(Some(Duration::ZERO)));
        }
    }

    fn on_socket(&self, act: impl FnOnce(SockRef<'_>) -> io::Result<()>) {
        let done = match self {
            Self::Tcp(stream) => act(SockRef::from(stream)),
            #[cfg(unix)]
            Self::Unix(stream) => act(SockRef::from(stream)),
        };
        if let Err(error) = done {
            tracing::debug!(%error, "a connection that is gone already");
        }
    }
}
