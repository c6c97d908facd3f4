//! Whether a connection is one of this user: other users of the computer have no business in somebody's forward.

use std::net::SocketAddr;

use super::owner::{Owners, SocketOwner};
use super::socket::{LocalArrival, LocalSocket};
use crate::ForwardError;

/// The user whose connections are taken, and those of the system's administrator, who could take them anyway.
#[derive(Debug)]
pub(super) struct UserCheck {
    #[cfg(unix)]
    own: Option<u32>,
}

#[cfg(unix)]
const ROOT: u32 = 0;

impl Default for UserCheck {
    #[cfg(target_os = "linux")]
    fn default() -> Self {
        use std::os::unix::fs::MetadataExt;
        let own = std::fs::metadata("/proc/self").ok().map(|own| own.uid());
        Self { own }
    }

    /// Where the system tells nothing about a socket's owner without code that is unsafe.
    #[cfg(all(unix, not(target_os = "linux")))]
    fn default() -> Self {
        Self { own: None }
    }

    #[cfg(not(unix))]
    fn default() -> Self {
        Self {}
    }
}

impl UserCheck {
    /// Refuses connections of other users. The kernel is asked behind the arrival of all of them, so that no answer is about an
    /// earlier connection.
    pub(super) fn check(&self, arrivals: Vec<LocalArrival>) -> Vec<Result<LocalSocket, ForwardError>> {
        let owners = Owners::now();
        let checked = arrivals.into_iter().map(|(stream, peer)| {
            let owner = owner(&owners, &stream, peer);
            self.allows(owner).map(|()| stream)
        });
        checked.collect()
    }

    #[cfg(unix)]
    fn allows(&self, owner: SocketOwner) -> Result<(), ForwardError> {
        match (owner, self.own) {
            (_, None) | (SocketOwner::NotTold, _) => Ok(()),
            (SocketOwner::Gone, _) => Err(ForwardError::UnknownUser),
            (SocketOwner::Uid(uid), Some(own)) if uid == own || uid == ROOT => Ok(()),
            (SocketOwner::Uid(uid), Some(_)) => Err(ForwardError::OtherUser { uid }),
        }
    }

    #[cfg(not(unix))]
    fn allows(&self, _: SocketOwner) -> Result<(), ForwardError> {
        Ok(())
    }
}

/// Whose the other end of a connection is, which comes from `peer`.
fn owner(owners: &Owners, stream: &LocalSocket, peer: Option<SocketAddr>) -> SocketOwner {
    match (stream, peer) {
        #[cfg(unix)]
        (LocalSocket::Unix(stream), _) => match stream.peer_cred() {
            Ok(credentials) => SocketOwner::Uid(credentials.uid()),
            Err(_gone) => SocketOwner::Gone,
        },
        (LocalSocket::Tcp(stream), Some(peer)) => match stream.local_addr() {
            Ok(local) if peer.ip().is_loopback() || local.ip() == peer.ip() => owners.of_socket(peer, local),
            Ok(_) | Err(_) => SocketOwner::NotTold,
        },
        (LocalSocket::Tcp(_), None) => SocketOwner::NotTold,
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_this_user_and_root_are_let_in() {
        let users = UserCheck { own: Some(1000) };
        assert!(users.allows(SocketOwner::Uid(1000)).is_ok() && users.allows(SocketOwner::Uid(ROOT)).is_ok());
        let other = users.allows(SocketOwner::Uid(1001)).unwrap_err();
        assert_eq!(
            other.to_string(),
            "A connection of another user of this computer (uid 1001) was refused."
        );
        assert!(matches!(
            users.allows(SocketOwner::Gone),
            Err(ForwardError::UnknownUser)
        ));
        assert!(users.allows(SocketOwner::NotTold).is_ok());
    }

    #[tokio::test]
    async fn the_kernel_tells_whose_a_connection_is() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = tokio::net::TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (server, peer) = listener.accept().await.unwrap();
        let arrival = (LocalSocket::of_tcp(server), Some(peer));
        let owner_now = || owner(&Owners::now(), &arrival.0, arrival.1);
        assert_eq!(owner_now(), SocketOwner::Uid(UserCheck::default().own.unwrap()));
        drop(client);
        assert_eq!(owner_now(), SocketOwner::Gone);
    }
}
