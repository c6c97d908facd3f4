//! What a client of SOCKS5 says before its bytes go on their way (RFC 1928), read without input or output.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::reply::{ReplyCode, failed};
use crate::{PortDestination, SocksFault};

const VERSION: u8 = 5;
const VERSION_4: u8 = 4;
const NO_AUTHENTICATION: u8 = 0;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// The answer to a greeting: no authentication is wanted.
pub(crate) const GREETED: [u8; 2] = [VERSION, NO_AUTHENTICATION];

/// What a client has said.
#[derive(Debug, PartialEq, Eq)]
pub enum SocksStep {
    /// It greets; the answer is [`GREETED`].
    Greeted,
    /// It wants to be connected; there is an answer when that is done.
    Asked(PortDestination),
}

/// The beginning of a client's connection: a greeting, then a request.
#[derive(Default)]
pub struct SocksOpening {
    received: Vec<u8>,
    greeted: bool,
}

impl SocksOpening {
    /// Takes what came, cut anywhere.
    pub fn receive(&mut self, bytes: &[u8]) {
        self.received.extend_from_slice(bytes);
    }

    /// The next that is complete. Nothing complete is longer than 262 bytes.
    ///
    /// # Errors
    /// [`SocksFault`] as soon as it is certain; nothing can be made of the connection then.
    pub fn poll(&mut self) -> Result<Option<SocksStep>, SocksFault> {
        if self.greeted {
            let asked = request(&self.received)?;
            return Ok(asked.map(|(destination, length)| {
                self.received.drain(..length);
                SocksStep::Asked(destination)
            }));
        }
        let length = greeting(&self.received)?;
        Ok(length.map(|length| {
            self.received.drain(..length);
            self.greeted = true;
            SocksStep::Greeted
        }))
    }

    /// What came behind the request.
    #[must_use]
    pub fn into_rest(self) -> Vec<u8> {
        self.received
    }

    /// The last words to a client with this fault; none where it would understand none.
    #[must_use]
    pub fn last_words(&self, fault: &SocksFault) -> Vec<u8> {
        match fault {
            SocksFault::OtherProtocol(VERSION_4) => vec![0, 91, 0, 0, 0, 0, 0, 0],
            SocksFault::OtherProtocol(first) if first.is_ascii_alphabetic() => NO_HTTP.as_bytes().to_vec(),
            SocksFault::OtherProtocol(_) => Vec::new(),
            SocksFault::NoMethod => vec![VERSION, 0xFF],
            SocksFault::Silent => Vec::new(),
            SocksFault::TimedOut | SocksFault::Ended if !self.greeted => Vec::new(),
            SocksFault::Malformed
            | SocksFault::Command(_)
            | SocksFault::AddressType(_)
            | SocksFault::Name(_)
            | SocksFault::Port
            | SocksFault::TimedOut
            | SocksFault::Ended => failed(code(fault)).to_vec(),
        }
    }
}

/// For browsers that were told of an HTTP proxy.
const NO_HTTP: &str = "HTTP/1.1 501 Not Implemented\r\nContent-Type: text/plain; charset=utf-8\r\n\
Connection: close\r\n\r\nThis port of Postern is a SOCKS5 proxy, not one for HTTP. Set it as socks5h://.\n";

fn code(fault: &SocksFault) -> ReplyCode {
    match fault {
        SocksFault::Command(_) => ReplyCode::CommandNotSupported,
        SocksFault::AddressType(_) => ReplyCode::AddressTypeNotSupported,
        SocksFault::OtherProtocol(_)
        | SocksFault::NoMethod
        | SocksFault::Malformed
        | SocksFault::Name(_)
        | SocksFault::Port
        | SocksFault::TimedOut
        | SocksFault::Silent
        | SocksFault::Ended => ReplyCode::GeneralFailure,
    }
}

/// How long the greeting is: version, how many methods, methods.
fn greeting(bytes: &[u8]) -> Result<Option<usize>, SocksFault> {
    match bytes {
        [] | [VERSION] => Ok(None),
        [VERSION, count, rest @ ..] => {
            let count = usize::from(*count);
            match rest.get(..count) {
                None => Ok(None),
                Some(methods) if methods.contains(&NO_AUTHENTICATION) => Ok(Some(2 + count)),
                Some(_) => Err(SocksFault::NoMethod),
            }
        }
        [first, ..] => Err(SocksFault::OtherProtocol(*first)),
    }
}

/// The destination and how long the request is: version, command, a zero, kind of address, address, port.
fn request(bytes: &[u8]) -> Result<Option<(PortDestination, usize)>, SocksFault> {
    match bytes {
        [] | [VERSION] | [VERSION, CONNECT] | [VERSION, CONNECT, 0] => Ok(None),
        [VERSION, CONNECT, 0, kind, rest @ ..] => {
            Ok(address(*kind, rest)?.map(|(destination, length)| (destination, 4 + length)))
        }
        [VERSION, CONNECT, ..] => Err(SocksFault::Malformed),
        [VERSION, command, ..] => Err(SocksFault::Command(*command)),
        [_, ..] => Err(SocksFault::Malformed),
    }
}

fn address(kind: u8, bytes: &[u8]) -> Result<Option<(PortDestination, usize)>, SocksFault> {
    match kind {
        IPV4 => with_port(bytes, |octets: &[u8; 4]| Ipv4Addr::from(*octets).to_string()),
        IPV6 => with_port(bytes, |octets: &[u8; 16]| {
            Ipv6Addr::from(*octets).to_canonical().to_string()
        }),
        NAME => named(bytes),
        other => Err(SocksFault::AddressType(other)),
    }
}

fn with_port<const N: usize>(
    bytes: &[u8],
    host: impl FnOnce(&[u8; N]) -> String,
) -> Result<Option<(PortDestination, usize)>, SocksFault> {
    let Some((octets, rest)) = bytes.split_first_chunk::<N>() else {
        return Ok(None);
    };
    let Some(port) = rest.first_chunk::<2>() else {
        return Ok(None);
    };
    Ok(Some((destination(&host(octets), *port)?, N + 2)))
}

fn named(bytes: &[u8]) -> Result<Option<(PortDestination, usize)>, SocksFault> {
    let Some((length, rest)) = bytes.split_first() else {
        return Ok(None);
    };
    let Some((name, rest)) = rest.split_at_checked(usize::from(*length)) else {
        return Ok(None);
    };
    let Some(port) = rest.first_chunk::<2>() else {
        return Ok(None);
    };
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    // Some clients write an IPv6 address as a name, in brackets.
    let name = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
        .unwrap_or(&name);
    Ok(Some((destination(name, *port)?, 1 + usize::from(*length) + 2)))
}

fn destination(host: &str, port: [u8; 2]) -> Result<PortDestination, SocksFault> {
    let port = u16::from_be_bytes(port);
    if port == 0 {
        return Err(SocksFault::Port);
    }
    PortDestination::host(host, port).map_err(|_| SocksFault::Name(host.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What is read of bytes that come in these pieces.
    fn read(pieces: &[&[u8]]) -> Result<Vec<SocksStep>, SocksFault> {
        let (mut opening, mut steps) = (SocksOpening::default(), Vec::new());
        for piece in pieces {
            opening.receive(piece);
            while let Some(step) = opening.poll()? {
                let is_asked = matches!(step, SocksStep::Asked(_));
                steps.push(step);
                if is_asked {
                    return Ok(steps);
                }
            }
        }
        Ok(steps)
    }

    fn asked(request: &[u8]) -> Result<String, SocksFault> {
        let steps = read(&[&[5, 1, 0], request])?;
        match steps.last() {
            Some(SocksStep::Asked(destination)) => Ok(destination.to_string()),
            Some(SocksStep::Greeted) | None => Ok("more".into()),
        }
    }

    fn by_name(name: &[u8]) -> Vec<u8> {
        [&[5, 1, 0, 3, u8::try_from(name.len()).unwrap()], name, &[1, 187]].concat()
    }

    #[test]
    fn destinations_are_read_in_every_form() {
        for (request, destination) in [
            (vec![5, 1, 0, 1, 10, 88, 0, 7, 21, 56], "10.88.0.7:5432"),
            (by_name(b"DB.internal"), "db.internal:443"),
            (by_name(b"[fd00::7]"), "[fd00::7]:443"),
            (by_name(&[b'a'; 253]), &format!("{}:443", "a".repeat(253))),
            (
                [&[5, 1, 0, 4, 0xFD], &[0; 14][..], &[7, 1, 187]].concat(),
                "[fd00::7]:443",
            ),
            (
                [&[5, 1, 0, 4][..], &[0; 10], &[0xFF, 0xFF, 10, 88, 0, 7, 1, 187]].concat(),
                "10.88.0.7:443",
            ),
        ] {
            assert_eq!(asked(&request).as_deref(), Ok(destination));
            for short in 0..request.len() {
                assert_eq!(asked(&request[..short]).as_deref(), Ok("more"));
            }
        }
    }

    #[test]
    fn faults_are_named_and_answered() {
        let greeted = SocksOpening {
            greeted: true,
            ..SocksOpening::default()
        };
        for (request, fault, code) in [
            (vec![5, 2, 0, 1], SocksFault::Command(2), 7),
            (vec![5, 3], SocksFault::Command(3), 7),
            (vec![5, 1, 0, 2], SocksFault::AddressType(2), 8),
            (vec![5, 1, 1, 1], SocksFault::Malformed, 1),
            (vec![4, 1], SocksFault::Malformed, 1),
            (vec![5, 1, 0, 1, 10, 0, 0, 7, 0, 0], SocksFault::Port, 1),
            (by_name(b""), SocksFault::Name(String::new()), 1),
            (by_name(b"db internal"), SocksFault::Name("db internal".into()), 1),
            (by_name(&[b'a'; 254]), SocksFault::Name("a".repeat(254)), 1),
        ] {
            assert_eq!(asked(&request), Err(fault.clone()));
            assert_eq!(greeted.last_words(&fault), [5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
        }
    }

    #[test]
    fn other_greetings_are_answered_in_their_own_way() {
        let words = |bytes: &[u8]| {
            let fault = read(&[bytes]).unwrap_err();
            SocksOpening::default().last_words(&fault)
        };
        assert_eq!(words(&[5, 1, 2]), [5, 0xFF]);
        assert_eq!(words(&[5, 0]), [5, 0xFF]);
        assert_eq!(words(&[4, 1, 0, 80]), [0, 91, 0, 0, 0, 0, 0, 0]);
        assert!(words(b"GET / HTTP/1.1\r\n").starts_with(b"HTTP/1.1 501 "));
        assert!(words(&[22, 3, 1]).is_empty());
    }

    proptest! {
        #[test]
        fn pieces_change_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0..400_usize) {
            let (first, second) = bytes.split_at(cut.min(bytes.len()));
            prop_assert_eq!(read(&[first, second]), read(&[&bytes]));
        }

        #[test]
        fn what_is_asked_for_can_be_asked_of_aws(name in proptest::collection::vec(any::<u8>(), 0..=255), port in 1..=u16::MAX) {
            let mut request = by_name(&name);
            let port_at = request.len() - 2;
            request[port_at..].copy_from_slice(&port.to_be_bytes());
            if let Ok(steps) = read(&[&[5, 2, 1, 0], &request]) {
                let Some(SocksStep::Asked(destination)) = steps.last() else { panic!("{steps:?}") };
                prop_assert_eq!(destination.port, port);
                let host = destination.host.clone().unwrap();
                prop_assert!(PortDestination::host(&host, port).is_ok() && host.len() <= 253);
            }
        }
    }
}
