//! Which connections whose programs have ended their input were closed for good, and which still wait for an answer: TCP says
//! the same of both.

use super::stream::LocalStream;

/// For each connection, whether its program has closed it. Where nobody tells it counts as waiting.
pub(crate) fn closed_for_good(streams: &[&LocalStream]) -> Vec<bool> {
    let programs = Programs::now(streams);
    streams.iter().map(|stream| programs.closed(stream)).collect()
}

/// The other ends of local connections as the kernel has them now.
struct Programs {
    #[cfg(target_os = "linux")]
    open: Option<std::collections::HashSet<(std::net::SocketAddr, std::net::SocketAddr)>>,
}

impl Programs {
    #[cfg(target_os = "linux")]
    fn now(streams: &[&LocalStream]) -> Self {
        let is_wanted = streams.iter().any(|stream| matches!(stream, LocalStream::Tcp(_)));
        let entries = is_wanted.then(super::proc_net::entries).flatten();
        // A socket that no program has any more keeps its line for a while.
        let open = entries.map(|entries| {
            let open = entries.into_iter().filter(|entry| entry.inode != 0);
            open.map(|entry| (entry.local, entry.remote)).collect()
        });
        Self { open }
    }

    #[cfg(not(target_os = "linux"))]
    fn now(_: &[&LocalStream]) -> Self {
        Self {}
    }

    fn closed(&self, stream: &LocalStream) -> bool {
        match stream {
            LocalStream::Tcp(stream) => match (stream.peer_addr(), stream.local_addr()) {
                (Ok(peer), Ok(local)) if peer.ip().is_loopback() => self.closed_socket(peer, local),
                (Ok(_), Ok(_)) => false,
                (Err(_), _) | (_, Err(_)) => true,
            },
            #[cfg(unix)]
            LocalStream::Unix(_) => stream.is_hung_up(),
        }
    }

    #[cfg(target_os = "linux")]
    fn closed_socket(&self, peer: std::net::SocketAddr, local: std::net::SocketAddr) -> bool {
        self.open
            .as_ref()
            .is_some_and(|open| !open.contains(&(peer, local)))
    }

    #[cfg(not(target_os = "linux"))]
    fn closed_socket(&self, _: std::net::SocketAddr, _: std::net::SocketAddr) -> bool {
        false
    }
}
