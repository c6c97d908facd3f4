//! The listeners of a forward: both loopback addresses with one port, one address that was asked for, or a Unix socket.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use futures_util::FutureExt;
use futures_util::future::select_all;
use tokio::net::TcpListener;

use super::socket::{LocalArrival, LocalSocket};
use super::user::UserCheck;
use super::who;
use crate::{ForwardError, LocalEnd};

/// How often a free port is looked for that is free for both families.
const PORTS_TRIED: usize = 64;
/// How many ports above a taken one are looked at for another.
const PORTS_OFFERED: u16 = 100;
/// Connections that are taken at once, so that the kernel's tables are read once for all of them.
const TAKEN_AT_ONCE: usize = 64;

/// Where a forward takes connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocalAddress {
    /// An address and a port.
    Socket(SocketAddr),
    /// The path of a Unix socket.
    Path(PathBuf),
}

impl LocalAddress {
    /// The port, where it has one.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Socket(address) => Some(address.port()),
            Self::Path(_) => None,
        }
    }

    /// Whether only this computer can reach it.
    #[must_use]
    pub fn is_private(&self) -> bool {
        match self {
            Self::Socket(address) => address.ip().is_loopback(),
            Self::Path(_) => true,
        }
    }
}

impl fmt::Display for LocalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(address) => address.fmt(f),
            Self::Path(path) => path.display().fmt(f),
        }
    }
}

/// Everything that a forward listens on.
pub(crate) struct Listeners {
    listeners: Vec<Listener>,
    users: UserCheck,
    /// Connections that were taken and checked, for whoever asks next.
    checked: VecDeque<Result<LocalSocket, ForwardError>>,
}

enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(super::unix_socket::OwnSocket),
}

impl Listeners {
    /// Listens there, and nowhere else.
    pub(crate) async fn open(local: &LocalEnd) -> Result<Self, ForwardError> {
        let listeners = match local {
            LocalEnd::Port(0) => any_loopback_port().await?,
            LocalEnd::Port(port) => loopback(*port).await?,
            LocalEnd::Exposed(address, port) => vec![bind(*address, *port).await?],
            #[cfg(unix)]
            LocalEnd::UnixSocket(path) => {
                let socket = super::unix_socket::OwnSocket::bind(path)?;
                return Ok(Self::of(vec![Listener::Unix(socket)]));
            }
            #[cfg(not(unix))]
            LocalEnd::UnixSocket(path) => {
                return Err(ForwardError::Listen {
                    address: path.display().to_string(),
                    error: io::ErrorKind::Unsupported.into(),
                });
            }
        };
        Ok(Self::of(listeners.into_iter().map(Listener::Tcp).collect()))
    }

    fn of(listeners: Vec<Listener>) -> Self {
        Self {
            listeners,
            users: UserCheck::default(),
            checked: VecDeque::new(),
        }
    }

    pub(crate) fn addresses(&self) -> Vec<LocalAddress> {
        let addresses = self.listeners.iter().filter_map(|listener| match listener {
            Listener::Tcp(listener) => listener.local_addr().ok().map(LocalAddress::Socket),
            #[cfg(unix)]
            Listener::Unix(socket) => Some(LocalAddress::Path(socket.path().to_owned())),
        });
        addresses.collect()
    }

    /// The next connection of this user; an inner error is one that was refused, an outer one of the system, such as too many
    /// open files. Cancel safe.
    pub(crate) async fn accept(&mut self) -> io::Result<Result<LocalSocket, ForwardError>> {
        loop {
            if let Some(next) = self.checked.pop_front() {
                return Ok(next);
            }
            let mut arrivals = vec![self.next_arrival().await?];
            while arrivals.len() < TAKEN_AT_ONCE
                && let Some(Ok(next)) = self.next_arrival().now_or_never()
            {
                arrivals.push(next);
            }
            self.checked.extend(self.users.check(arrivals));
        }
    }

    async fn next_arrival(&self) -> io::Result<LocalArrival> {
        let accepts = self.listeners.iter().map(|listener| Box::pin(listener.accept()));
        select_all(accepts).await.0
    }
}

impl Listener {
    async fn accept(&self) -> io::Result<LocalArrival> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                Ok((LocalSocket::of_tcp(stream), Some(peer)))
            }
            #[cfg(unix)]
            Self::Unix(socket) => Ok((LocalSocket::Unix(socket.accept().await?), None)),
        }
    }
}

/// A port that is free for both families.
async fn any_loopback_port() -> Result<Vec<TcpListener>, ForwardError> {
    for _ in 0..PORTS_TRIED {
        let first = bind(Ipv4Addr::LOCALHOST.into(), 0).await?;
        let address = first.local_addr();
        let address = address.map_err(|error| listen_error(Ipv4Addr::LOCALHOST.into(), 0, error))?;
        match second(address.port()).await {
            Ok(second) => return Ok([first].into_iter().chain(second).collect()),
            Err(ForwardError::PortTaken { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Err(ForwardError::NoFreePort)
}

async fn loopback(port: u16) -> Result<Vec<TcpListener>, ForwardError> {
    let first = bind(Ipv4Addr::LOCALHOST.into(), port).await?;
    let second = second(port).await?;
    Ok([first].into_iter().chain(second).collect())
}

/// The listener for IPv6; none on a computer without it.
async fn second(port: u16) -> Result<Option<TcpListener>, ForwardError> {
    match bind(Ipv6Addr::LOCALHOST.into(), port).await {
        Ok(listener) => Ok(Some(listener)),
        Err(ForwardError::ForeignAddress(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

async fn bind(address: IpAddr, port: u16) -> Result<TcpListener, ForwardError> {
    match TcpListener::bind(SocketAddr::new(address, port)).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(ForwardError::PortTaken {
            port,
            owner: who::listens(port),
            free: next_free(address, port).await,
        }),
        Err(error) => Err(listen_error(address, port, error)),
    }
}

fn listen_error(address: IpAddr, port: u16, error: io::Error) -> ForwardError {
    let kind = error.kind();
    // A system without the family of addresses says so by an error that has no kind.
    let lacks_family = address.is_ipv6() && address.is_loopback() && kind != io::ErrorKind::PermissionDenied;
    if lacks_family || kind == io::ErrorKind::AddrNotAvailable {
        ForwardError::ForeignAddress(address)
    } else if kind == io::ErrorKind::PermissionDenied {
        ForwardError::PortPrivileged { port }
    } else {
        let address = SocketAddr::new(address, port).to_string();
        ForwardError::Listen { address, error }
    }
}

/// The next port above that can be had now.
async fn next_free(address: IpAddr, port: u16) -> Option<u16> {
    let both = [IpAddr::from(Ipv4Addr::LOCALHOST), Ipv6Addr::LOCALHOST.into()];
    let addresses = if address.is_loopback() {
        &both[..]
    } else {
        &[address]
    };
    for candidate in port.checked_add(1)?..=port.saturating_add(PORTS_OFFERED) {
        let mut is_free = true;
        for address in addresses {
            is_free &= !is_taken(*address, candidate).await;
        }
        if is_free {
            return Some(candidate);
        }
    }
    None
}

/// Whether the port cannot be had. A family of addresses that the computer lacks takes none.
async fn is_taken(address: IpAddr, port: u16) -> bool {
    let bound = TcpListener::bind(SocketAddr::new(address, port)).await;
    bound.is_err_and(|error| {
        matches!(
            error.kind(),
            io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn open(local: LocalEnd) -> Result<Listeners, ForwardError> {
        Listeners::open(&local).await
    }

    #[tokio::test]
    async fn a_free_port_is_the_same_for_both_families() {
        let listeners = open(LocalEnd::Port(0)).await.unwrap();
        let addresses = listeners.addresses();
        assert!(addresses.iter().all(LocalAddress::is_private));
        let ports: Vec<_> = addresses.iter().map(LocalAddress::port).collect();
        assert!(
            ports.iter().all(|port| *port == ports[0] && *port != Some(0)),
            "{ports:?}"
        );
        assert_eq!(
            addresses[0].to_string(),
            format!("127.0.0.1:{}", ports[0].unwrap())
        );
    }

    #[tokio::test]
    async fn a_taken_port_is_told_with_its_owner_and_another_that_is_free() {
        let taken = open(LocalEnd::Port(0)).await.unwrap();
        let port = taken.addresses()[0].port().unwrap();
        let error = open(LocalEnd::Port(port)).await.err().unwrap();
        let ForwardError::PortTaken { owner, free, .. } = &error else {
            panic!("{error:?}")
        };
        let next = free.unwrap();
        assert!(open(LocalEnd::Port(next)).await.is_ok());
        assert!(error.next_step().starts_with(&format!("Use {next}")));
        if cfg!(target_os = "linux") {
            let pid = std::process::id();
            assert!(
                owner.as_ref().unwrap().contains(&format!("(pid {pid})")),
                "{error}"
            );
        }
    }

    #[tokio::test]
    async fn one_family_that_is_taken_takes_the_port() {
        let Ok(other) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).await else {
            return;
        };
        let port = other.local_addr().unwrap().port();
        let error = open(LocalEnd::Port(port)).await.err().unwrap();
        assert!(matches!(error, ForwardError::PortTaken { .. }), "{error:?}");
    }

    #[tokio::test]
    async fn an_address_of_another_computer_is_named() {
        let address: IpAddr = "192.0.2.1".parse().unwrap();
        let error = open(LocalEnd::Exposed(address, 0)).await.err().unwrap();
        assert!(matches!(error, ForwardError::ForeignAddress(_)), "{error:?}");
    }
}
