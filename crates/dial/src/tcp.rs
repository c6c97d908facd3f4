//! TCP to a host.

use std::io;
use std::net::SocketAddr;

use postern_model::HostPort;
use tokio::net::{TcpSocket, TcpStream};

/// What a socket over loopback holds that was not read.
const LOOPBACK_BUFFER_BYTES: u32 = 128 * 1024;

pub(crate) async fn connect(place: &HostPort) -> io::Result<TcpStream> {
    let tcp = match place.ip() {
        Some(ip) => connect_to(SocketAddr::from((ip, place.port()))).await,
        None => TcpStream::connect((place.host(), place.port())).await,
    }?;
    // A keystroke is one small message; waiting to fill a packet would make typing lag.
    tcp.set_nodelay(true)?;
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
