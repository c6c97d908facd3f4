//! Which connections whose programs have ended their input were closed for good, and which still wait for an answer: TCP says
//! the same of both.

use super::owner::{Owners, SocketOwner};
use super::socket::LocalSocket;
use super::stream::LocalStream;

/// For each connection, whether its program has closed it. Where nobody tells it counts as waiting.
pub(crate) fn closed_for_good(streams: &[&LocalStream]) -> Vec<bool> {
    let owners = Owners::now();
    streams.iter().map(|stream| closed(&owners, stream)).collect()
}

fn closed(owners: &Owners, stream: &LocalStream) -> bool {
    match stream.socket() {
        LocalSocket::Tcp(stream) => match (stream.peer_addr(), stream.local_addr()) {
            (Ok(peer), Ok(local)) => {
                peer.ip().is_loopback() && owners.of_socket(peer, local) == SocketOwner::Gone
            }
            (Err(_), _) | (_, Err(_)) => true,
        },
        #[cfg(unix)]
        socket @ LocalSocket::Unix(_) => socket.is_hung_up(),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Shutdown;
    use std::time::Duration;

    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    /// A connection by TCP: its program's end, and ours.
    async fn tcp() -> (std::net::TcpStream, LocalStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let program = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let ours = LocalStream::plain(LocalSocket::of_tcp(listener.accept().await.unwrap().0));
        (program.into_std().unwrap(), ours)
    }

    /// Waits until the end of the program's input has come.
    async fn until_ended(ours: &LocalStream) {
        loop {
            ours.readable().await;
            if matches!(ours.try_read(&mut [0; 8]), Ok(0)) {
                return;
            }
        }
    }

    #[tokio::test]
    #[cfg(target_os = "linux")]
    async fn who_closed_is_told_from_who_waits_for_an_answer() {
        let ((open, ours_open), (waits, ours_waits), (closed, ours_closed)) =
            (tcp().await, tcp().await, tcp().await);
        waits.shutdown(Shutdown::Write).unwrap();
        drop(closed);
        until_ended(&ours_waits).await;
        until_ended(&ours_closed).await;
        let streams = [&ours_open, &ours_waits, &ours_closed];
        assert_eq!(closed_for_good(&streams), [false, false, true]);
        drop((open, waits));
    }

    #[tokio::test]
    async fn a_connection_that_was_reset_is_closed_for_good() {
        let (program, ours) = tcp().await;
        socket2::SockRef::from(&program)
            .set_linger(Some(Duration::ZERO))
            .unwrap();
        drop(program);
        ours.readable().await;
        assert!(ours.try_read(&mut [0; 8]).is_err());
        assert_eq!(closed_for_good(&[&ours]), [true]);
    }

    #[tokio::test]
    #[cfg(unix)]
    async fn a_unix_socket_tells_by_itself() {
        let pair = || {
            let (program, ours) = tokio::net::UnixStream::pair().unwrap();
            (
                program.into_std().unwrap(),
                LocalStream::plain(LocalSocket::Unix(ours)),
            )
        };
        let ((open, ours_open), (waits, ours_waits), (closed, ours_closed)) = (pair(), pair(), pair());
        waits.shutdown(Shutdown::Write).unwrap();
        drop(closed);
        until_ended(&ours_waits).await;
        until_ended(&ours_closed).await;
        let streams = [&ours_open, &ours_waits, &ours_closed];
        assert_eq!(closed_for_good(&streams), [false, false, true]);
        drop((open, waits));
    }

    #[test]
    fn nobody_is_asked_for_nothing() {
        assert!(closed_for_good(&[]).is_empty());
    }
}
