//! One socket of the kernel's, asked for by its two ends. The tables of all sockets hold those that were closed a minute ago
//! as well, so that reading them for every connection costs milliseconds where there were many.

use std::io;
use std::net::SocketAddr;

use netlink_packet_core::{NLM_F_REQUEST, NetlinkHeader, NetlinkMessage, NetlinkPayload};
use netlink_packet_sock_diag::SockDiagMessage;
use netlink_packet_sock_diag::constants::{AF_INET, AF_INET6, IPPROTO_TCP};
use netlink_packet_sock_diag::inet::{ExtensionFlags, InetRequest, InetResponseHeader, SocketId, StateFlags};
use netlink_sys::Socket;
use netlink_sys::protocols::NETLINK_SOCK_DIAG;

use super::proc_net::Entry;

/// Longer than any answer about one socket.
const ANSWER_BYTES: usize = 4096;
/// Whatever the socket's own mark is.
const ANY_COOKIE: [u8; 8] = [0xFF; 8];

/// The sockets of this computer, as the kernel knows them at each question.
pub(super) struct SockDiag(Socket);

impl SockDiag {
    /// None where the kernel is not to be asked so.
    pub(super) fn open() -> Option<Self> {
        let socket = Socket::new(NETLINK_SOCK_DIAG).ok()?;
        // The kernel answers before the question is sent; nothing here may wait for it all the same.
        socket.set_non_blocking(true).ok()?;
        Some(Self(socket))
    }

    /// The socket between these ends; none when there is none, or the kernel does not say.
    pub(super) fn find(&self, local: SocketAddr, remote: SocketAddr) -> Option<Entry> {
        let header = self.ask(local, remote).ok()??;
        let id = &header.socket_id;
        // Where no such connection is, a socket that listens on the same port may answer.
        let is_it = (id.source_port, id.destination_port) == (local.port(), remote.port());
        is_it.then_some(Entry {
            local,
            remote,
            listens: false,
            uid: header.uid,
            inode: u64::from(header.inode),
        })
    }

    fn ask(&self, local: SocketAddr, remote: SocketAddr) -> io::Result<Option<InetResponseHeader>> {
        let mut question = NetlinkMessage::new(
            NetlinkHeader::default(),
            NetlinkPayload::from(SockDiagMessage::InetRequest(request(local, remote))),
        );
        question.header.flags = NLM_F_REQUEST;
        question.finalize();
        let mut bytes = vec![0; question.buffer_len()];
        question.serialize(&mut bytes);
        self.0.send(&bytes, 0)?;
        let mut answer = Vec::with_capacity(ANSWER_BYTES);
        self.0.recv(&mut answer, 0)?;
        let answer = NetlinkMessage::<SockDiagMessage>::deserialize(&answer).map_err(io::Error::other)?;
        let NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(found)) = answer.payload else {
            return Ok(None);
        };
        Ok(Some(found.header))
    }
}

fn request(local: SocketAddr, remote: SocketAddr) -> InetRequest {
    InetRequest {
        family: if local.is_ipv4() { AF_INET } else { AF_INET6 },
        protocol: IPPROTO_TCP,
        extensions: ExtensionFlags::empty(),
        states: StateFlags::all(),
        socket_id: SocketId {
            source_port: local.port(),
            destination_port: remote.port(),
            source_address: local.ip(),
            destination_address: remote.ip(),
            interface_id: 0,
            cookie: ANY_COOKIE,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::os::unix::fs::MetadataExt;

    use super::*;

    #[test]
    fn an_open_connection_is_its_owners_and_a_closed_one_nobodys() {
        for loopback in ["127.0.0.1:0", "[::1]:0"] {
            let listener = TcpListener::bind(loopback).unwrap();
            let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let (theirs, peer) = listener.accept().unwrap();
            let local = theirs.local_addr().unwrap();
            let sockets = SockDiag::open().unwrap();
            let found = sockets.find(peer, local).unwrap();
            assert_eq!(found.uid, std::fs::metadata("/proc/self").unwrap().uid());
            assert_ne!(found.inode, 0);
            drop(ours);
            assert!(sockets.find(peer, local).is_none_or(|found| found.inode == 0));
        }
    }

    #[test]
    fn a_socket_that_listens_is_no_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let local = listener.local_addr().unwrap();
        let nobody = "127.0.0.1:1".parse().unwrap();
        assert_eq!(SockDiag::open().unwrap().find(local, nobody), None);
    }
}
