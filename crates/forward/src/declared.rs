//! A forward as it is declared: data, and the short form in which people write it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;

use postern_model::{DocumentName, InvalidName, StartRequest, Target};
use thiserror::Error;

/// The document for a port of the node itself.
const TO_NODE: &str = "AWS-StartPortForwardingSession";
/// The document for a port of another host, as seen from the node.
const TO_HOST: &str = "AWS-StartPortForwardingSessionToRemoteHost";
/// The document for the standard streams of one program.
const STREAM: &str = "AWS-StartSSHSession";
/// The longest name that DNS knows.
const HOST_CHARS: usize = 253;

/// Where connections come in here, and where they are to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredForward {
    /// The end on this computer.
    pub local: LocalEnd,
    /// The other end.
    pub destination: PortDestination,
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

/// Where the connections of a forward go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortDestination {
    /// A host as the node sees it; none is the node itself.
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
}

/// What is wrong with a forward as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidForward {
    /// It has too few or too many parts, or none of them is a port.
    #[error("A forward looks like 5432, 15432:5432, 6379:cache.internal:6379 or cache.internal:6379.")]
    Form,
    /// A number that no port has.
    #[error("A port is a number from 1 to 65535, and a local one may be 0 for any free one; {0:?} is not.")]
    Port(String),
    /// A name that no host has.
    #[error("{0:?} is no name or address of a host; an IPv6 address stands in brackets.")]
    Host(String),
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
        Ok(Self { local, destination })
    }
}

impl PortDestination {
    /// A port of the node itself.
    #[must_use]
    pub fn node(port: u16) -> Self {
        Self { host: None, port }
    }

    /// A port of a host that the node can reach. The name is resolved there.
    ///
    /// # Errors
    /// [`InvalidForward::Host`].
    pub fn host(name: &str, port: u16) -> Result<Self, InvalidForward> {
        let is_legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
        if name.is_empty() || name.len() > HOST_CHARS || !name.chars().all(is_legal) {
            return Err(InvalidForward::Host(name.to_owned()));
        }
        Ok(Self {
            host: Some(name.to_owned()),
            port,
        })
    }

    /// What AWS is asked for, to reach it by `target`. The local port is a note for whoever lists sessions.
    ///
    /// # Errors
    /// Never in practice: the names of AWS's documents are legal.
    pub fn start_request(
        &self,
        target: Target,
        local_port: Option<u16>,
        reason: Option<String>,
    ) -> Result<StartRequest, InvalidName> {
        let mut parameters = vec![parameter("portNumber", &self.port)];
        if let Some(port) = local_port {
            parameters.push(parameter("localPortNumber", &port));
        }
        if let Some(host) = &self.host {
            parameters.push(parameter("host", host));
        }
        let document = if self.host.is_some() { TO_HOST } else { TO_NODE };
        Ok(StartRequest {
            target,
            document: Some(DocumentName::parse(document)?),
            parameters,
            reason,
        })
    }

    /// What AWS is asked for, to reach a port of the node by the two standard streams of a program.
    ///
    /// # Errors
    /// Never in practice, as for [`Self::start_request`].
    pub fn stream_request(
        target: Target,
        port: u16,
        reason: Option<String>,
    ) -> Result<StartRequest, InvalidName> {
        Ok(StartRequest {
            target,
            document: Some(DocumentName::parse(STREAM)?),
            parameters: vec![parameter("portNumber", &port)],
            reason,
        })
    }
}

impl fmt::Display for PortDestination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            None => write!(f, "port {}", self.port),
            Some(host) if host.contains(':') => write!(f, "[{host}]:{}", self.port),
            Some(host) => write!(f, "{host}:{}", self.port),
        }
    }
}

fn parameter(name: &str, value: &impl ToString) -> (String, Vec<String>) {
    (name.to_owned(), vec![value.to_string()])
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

    #[test]
    fn aws_is_asked_for_the_document_of_the_destination() {
        let target = || Target::parse("i-0a1b2c3d4e5f67890").unwrap();
        let node = PortDestination::node(5432)
            .start_request(target(), Some(15432), None)
            .unwrap();
        assert_eq!(node.document.unwrap().as_str(), TO_NODE);
        assert_eq!(
            node.parameters,
            [
                parameter("portNumber", &5432),
                parameter("localPortNumber", &15432)
            ]
        );
        let host = PortDestination::host("db", 5432).unwrap();
        let host = host
            .start_request(target(), None, Some("on call".into()))
            .unwrap();
        assert_eq!(host.document.unwrap().as_str(), TO_HOST);
        assert_eq!(
            host.parameters,
            [parameter("portNumber", &5432), parameter("host", &"db")]
        );
        let stream = PortDestination::stream_request(target(), 22, None).unwrap();
        assert_eq!(stream.document.unwrap().as_str(), STREAM);
    }
}
