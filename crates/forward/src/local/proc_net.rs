//! The kernel's tables of TCP sockets: whose a socket is, and which program has it.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use postern_model::display_text;

const TABLES: [&str; 2] = ["/proc/net/tcp", "/proc/net/tcp6"];
/// The state of a socket that listens.
const LISTENS: &str = "0A";

/// A line of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) local: SocketAddr,
    pub(super) remote: SocketAddr,
    pub(super) listens: bool,
    pub(super) uid: u32,
    /// 0 once its program has closed it.
    pub(super) inode: u64,
}

/// Every socket of both families; none where the tables cannot be read.
pub(super) fn entries() -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut any = false;
    for table in TABLES {
        // A computer without IPv6 lacks the second.
        if let Ok(text) = fs::read_to_string(table) {
            any = true;
            entries.extend(text.lines().skip(1).filter_map(parse));
        }
    }
    any.then_some(entries)
}

/// The socket that listens on the port, on whatever address.
pub(super) fn listener(port: u16) -> Option<u64> {
    let entries = entries()?;
    let found = entries
        .iter()
        .find(|entry| entry.listens && entry.local.port() == port)?;
    Some(found.inode)
}

/// The program that has the socket open, as far as this user may see.
pub(super) fn program_of(inode: u64) -> Option<(u32, String)> {
    let wanted = format!("socket:[{inode}]");
    let processes = fs::read_dir("/proc").ok()?;
    let has_socket = |pid: &u32| {
        let descriptors = fs::read_dir(format!("/proc/{pid}/fd"));
        descriptors.is_ok_and(|descriptors| {
            descriptors.flatten().any(|descriptor| {
                fs::read_link(descriptor.path()).is_ok_and(|link| link.as_os_str() == wanted.as_str())
            })
        })
    };
    let pid = processes
        .flatten()
        .filter_map(|process| process.file_name().to_str()?.parse().ok())
        .find(has_socket)?;
    let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some((pid, display_text(name.trim())))
}

fn parse(line: &str) -> Option<Entry> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let local = address(fields.next()?)?;
    let remote = address(fields.next()?)?;
    let listens = fields.next()? == LISTENS;
    let uid = fields.nth(3)?.parse().ok()?;
    let inode = fields.nth(1)?.parse().ok()?;
    Some(Entry {
        local,
        remote,
        listens,
        uid,
        inode,
    })
}

/// `0100007F:1538`: the address in the kernel's own words of 32 bits, in the byte order of the machine.
fn address(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let words = address.len() / 8;
    let mut bytes = Vec::with_capacity(16);
    for word in 0..words {
        let word = u32::from_str_radix(address.get(word * 8..word * 8 + 8)?, 16).ok()?;
        bytes.extend(word.to_ne_bytes());
    }
    let ip = match <[u8; 4]>::try_from(bytes.as_slice()) {
        Ok(four) => IpAddr::from(Ipv4Addr::from(four)),
        Err(_) => IpAddr::from(Ipv6Addr::from(<[u8; 16]>::try_from(bytes.as_slice()).ok()?)).to_canonical(),
    };
    Some(SocketAddr::new(ip, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn a_line_is_read_as_the_kernel_writes_it() {
        let line = "   1: 0100007F:1538 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 31337 1 0 20 4 30 10 -1";
        let entry = parse(line).unwrap();
        assert_eq!(entry.local, "127.0.0.1:5432".parse().unwrap());
        assert_eq!(entry.remote, "127.0.0.1:54321".parse().unwrap());
        assert_eq!((entry.uid, entry.inode, entry.listens), (1000, 31337, false));
        let six = "   0: 00000000000000000000000001000000:0016 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 1 0 100 0 0 10 0";
        let entry = parse(six).unwrap();
        assert_eq!(entry.local, "[::1]:22".parse().unwrap());
        assert!(entry.listens);
        let mapped = address("0000000000000000FFFF00000100007F:0016").unwrap();
        assert_eq!(
            mapped,
            "127.0.0.1:22".parse().unwrap(),
            "an address of IPv4 in a socket of IPv6"
        );
        for broken in ["", "0: x", "0: 0100007F:1538", "0: 01:1 01:1 01 0 0 0 0 0 0"] {
            assert_eq!(parse(broken), None);
        }
    }
}
