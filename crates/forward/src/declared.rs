//! A forward as it is declared: data, and the short form in which people write it.

use std::net::IpAddr;
use std::path::PathBuf;

use crate::{ForwardDestination, InvalidForward, PortDestination};

/// Where connections come in here, and where they are to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredForward {
    /// The end on this computer.
    pub local: LocalEnd,
    /// The other end.
    pub destination: ForwardDestination,
    /// Whether browsers use it: then pages of other sites are kept out of it, and nothing but HTTP goes through.
    pub is_web: bool,
}

/// The end of a forward on this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocalEnd {
    /// A port of the loopback addresses of IPv4 and IPv6; 0 is any that is free on both.
    Port(u16),
    /// A port of one address, which other computers or containers may reach. Whoever declares it asked the user.
    Exposed(IpAddr, u16),
    /// A Unix socket for this user only.
    UnixSocket(PathBuf),
}

impl LocalEnd {
    /// The address, where others than programs of this computer can reach it: ask the user first.
    #[must_use]
    pub fn exposed_address(&self) -> Option<IpAddr> {
        match self {
            Self::Exposed(address, _) if !address.is_loopback() => Some(*address),
            Self::Exposed(..) | Self::Port(_) | Self::UnixSocket(_) => None,
        }
    }
}

impl DeclaredForward {
    /// Reads `PORT`, `LOCAL:PORT`, `HOST:PORT` or `LOCAL:HOST:PORT`. `LOCAL` is a port, or the path of a Unix socket, which
    /// has a slash in it; without it the local port is that of the destination.
    ///
    /// # Errors
    /// [`InvalidForward`] with the form that is expected.
    pub fn parse(text: &str) -> Result<Self, InvalidForward> {
        let parts = split(text);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let (local, destination) = match parts.as_slice() {
            [port] => (None, PortDestination::node(remote_port(port)?)),
            [first, port] if is_local(first) => (Some(*first), PortDestination::node(remote_port(port)?)),
            [host, port] => (None, PortDestination::host(host, remote_port(port)?)?),
            [local, host, port] => (Some(*local), PortDestination::host(host, remote_port(port)?)?),
            _ => return Err(InvalidForward::Form),
        };
        let local = match local {
            Some(path) if path.contains('/') => LocalEnd::UnixSocket(PathBuf::from(path)),
            Some(port) => LocalEnd::Port(port.parse().map_err(|_| InvalidForward::Port(port.to_owned()))?),
            None => LocalEnd::Port(destination.port),
        };
        Ok(Self {
            local,
            destination: ForwardDestination::Port(destination),
            is_web: false,
        })
    }
}

/// The parts between colons; brackets keep an IPv6 address together.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut part, mut inside) = (Vec::new(), String::new(), false);
    for c in text.chars() {
        match c {
            '[' if part.is_empty() => inside = true,
            ']' if inside => inside = false,
            ':' if !inside => parts.push(std::mem::take(&mut part)),
            c => part.push(c),
        }
    }
    parts.push(part);
    parts
}

fn is_local(part: &str) -> bool {
    part.contains('/') || (!part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
}

fn remote_port(text: &str) -> Result<u16, InvalidForward> {
    let port = text.parse().ok().filter(|port| *port != 0);
    port.ok_or_else(|| InvalidForward::Port(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (LocalEnd, String) {
        let declared = DeclaredForward::parse(text).unwrap();
        (declared.local, declared.destination.to_string())
    }

    #[test]
    fn the_short_forms_say_what_goes_where() {
        let port = LocalEnd::Port;
        for (text, local, destination) in [
            ("5432", port(5432), "port 5432"),
            ("15432:5432", port(15432), "port 5432"),
            ("0:5432", port(0), "port 5432"),
            ("cache.internal:6379", port(6379), "cache.internal:6379"),
            ("6380:cache.internal:6379", port(6380), "cache.internal:6379"),
            ("0:10.0.0.7:443", port(0), "10.0.0.7:443"),
            ("8443:[fd00::7]:443", port(8443), "[fd00::7]:443"),
            ("[fd00::7]:443", port(443), "[fd00::7]:443"),
            (
                "/run/user/7/db.sock:5432",
                LocalEnd::UnixSocket("/run/user/7/db.sock".into()),
                "port 5432",
            ),
            (
                "./db.sock:db:5432",
                LocalEnd::UnixSocket("./db.sock".into()),
                "db:5432",
            ),
        ] {
            assert_eq!(parse(text), (local, destination.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_a_forward_is_named() {
        for (text, named) in [
            ("", "A port is a number"),
            ("0", "A port is a number"),
            ("65536", "A port is a number"),
            ("70000:80", "A port is a number"),
            ("x:db:80", "A port is a number"),
            (":80", "is no name or address"),
            ("80:db host:80", "is no name or address"),
            ("80:db:80:81", "A forward looks like"),
            ("fd00::7:443", "A forward looks like"),
        ] {
            let error = DeclaredForward::parse(text).unwrap_err().to_string();
            assert!(error.contains(named), "{text}: {error}");
        }
    }
}
