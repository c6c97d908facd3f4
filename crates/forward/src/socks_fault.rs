//! What can be wrong with what a client of SOCKS says.

use thiserror::Error;

/// What is wrong with what a client said.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SocksFault {
    /// It speaks something else.
    #[error("it does not speak SOCKS5; its first byte is {0:#04x}")]
    OtherProtocol(u8),
    /// It wants a login.
    #[error("it accepts no connection without a login")]
    NoMethod,
    /// Its request has the form of no request.
    #[error("its request is none of SOCKS5")]
    Malformed,
    /// It wants something other than a connection.
    #[error("it asked for command {0}, and there is only CONNECT (1)")]
    Command(u8),
    /// It names its destination in a way that there is not.
    #[error("its address is of type {0}, which there is not")]
    AddressType(u8),
    /// No host has that name.
    #[error("no host has the name {0:?}")]
    Name(String),
    /// No port has that number.
    #[error("its port is 0")]
    Port,
    /// It said too little for too long.
    #[error("it said nothing for too long")]
    TimedOut,
    /// It was closed again before it said anything, as by somebody who looks whether the port is open.
    #[error("it said nothing")]
    Silent,
    /// It went away.
    #[error("it ended before its request was complete")]
    Ended,
}
