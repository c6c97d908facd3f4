//! Whose the program's end of a local connection is, where the system tells.

#[cfg(target_os = "linux")]
use std::cell::OnceCell;
#[cfg(target_os = "linux")]
use std::collections::HashMap;
use std::net::SocketAddr;

#[cfg(target_os = "linux")]
use super::proc_net::{self, Entry};
#[cfg(target_os = "linux")]
use super::sock_diag::SockDiag;

/// Whose the other end of a connection is.
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "not every system tells"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SocketOwner {
    Uid(u32),
    /// Its program has closed it already. Such a socket is still there for a while.
    Gone,
    /// The system does not say, or it comes from another computer, which a forward takes only where it was exposed.
    NotTold,
}

/// The sockets of this computer, as they are when somebody asks.
pub(super) struct Owners {
    #[cfg(target_os = "linux")]
    sockets: Option<SockDiag>,
    /// Read once, and only where the kernel does not answer about one socket.
    #[cfg(target_os = "linux")]
    tables: OnceCell<Option<HashMap<(SocketAddr, SocketAddr), Entry>>>,
}

impl Owners {
    /// Make it behind the arrival of the connections that are asked about, so that no answer is about an earlier one.
    #[cfg(target_os = "linux")]
    pub(super) fn now() -> Self {
        Self {
            sockets: SockDiag::open(),
            tables: OnceCell::new(),
        }
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn now() -> Self {
        Self {}
    }

    /// Whose the socket is that goes from `peer`, which is on this computer, to `local`.
    #[cfg(target_os = "linux")]
    pub(super) fn of_socket(&self, peer: SocketAddr, local: SocketAddr) -> SocketOwner {
        let at_once = self
            .sockets
            .as_ref()
            .and_then(|sockets| sockets.find(peer, local));
        let entry = match at_once {
            Some(entry) => Some(entry),
            None => match self.tables.get_or_init(tables) {
                Some(tables) => tables.get(&(peer, local)).copied(),
                None => return SocketOwner::NotTold,
            },
        };
        match entry {
            Some(entry) if entry.inode != 0 => SocketOwner::Uid(entry.uid),
            Some(_) | None => SocketOwner::Gone,
        }
    }

    #[cfg(not(target_os = "linux"))]
    pub(super) fn of_socket(&self, _: SocketAddr, _: SocketAddr) -> SocketOwner {
        SocketOwner::NotTold
    }
}

#[cfg(target_os = "linux")]
fn tables() -> Option<HashMap<(SocketAddr, SocketAddr), Entry>> {
    let entries = proc_net::entries()?.into_iter();
    Some(
        entries
            .map(|entry| ((entry.local, entry.remote), entry))
            .collect(),
    )
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn the_tables_say_the_same_as_the_answer_about_one_socket() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (theirs, peer) = listener.accept().unwrap();
        let local = theirs.local_addr().unwrap();
        let by_tables = || Owners {
            sockets: None,
            tables: OnceCell::new(),
        };
        let own = Owners::now().of_socket(peer, local);
        assert!(matches!(own, SocketOwner::Uid(_)));
        assert_eq!(by_tables().of_socket(peer, local), own);
        drop(ours);
        assert_eq!(Owners::now().of_socket(peer, local), SocketOwner::Gone);
        assert_eq!(by_tables().of_socket(peer, local), SocketOwner::Gone);
    }
}
