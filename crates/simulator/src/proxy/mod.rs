//! A forward proxy on loopback, as companies put between their computers and AWS: CONNECT, a password, and faults on
//! command. It goes nowhere but to this computer.

mod connection;
mod head;
mod server;

pub use connection::ProxyBehaviour;
pub use server::ConnectProxy;
