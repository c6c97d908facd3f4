//! A host and a port: where a socket is dialled.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// A host and a port. The host is as a URL has it: in lower case, international names in their ASCII form, IPv6 addresses
/// without brackets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostPort {
    host: String,
    port: u16,
}

impl HostPort {
    /// Where a URL leads; none for one without a host, or with a scheme whose port nobody knows.
    #[must_use]
    pub fn of_url(url: &Url) -> Option<Self> {
        let usual = match url.scheme() {
            "ws" | "http" => 80,
            "wss" | "https" => 443,
            _ => return None,
        };
        Some(Self {
            host: match url.host()? {
                Host::Domain(name) => name.trim_end_matches('.').to_owned(),
                Host::Ipv4(ip) => ip.to_string(),
                Host::Ipv6(ip) => ip.to_string(),
            },
            port: url.port().unwrap_or(usual),
        })
    }

    /// A name or an address.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The TCP port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The host where it is an address and no name.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// Whether it is this computer.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.ip() {
            Some(ip) => ip.to_canonical().is_loopback(),
            None => self.host == "localhost" || self.host.ends_with(".localhost"),
        }
    }
}

/// As in a URL and in a CONNECT request, always with the port.
impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.host.contains(':') {
            true => write!(f, "[{}]:{}", self.host, self.port),
            false => write!(f, "{}:{}", self.host, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Option<HostPort> {
        HostPort::of_url(&Url::parse(url).unwrap())
    }

    #[test]
    fn a_url_has_its_own_port_or_that_of_its_scheme() {
        for (url, shown) in [
            ("https://Ssm.example", "ssm.example:443"),
            ("wss://ssm.example./x?y", "ssm.example:443"),
            ("http://127.0.0.1", "127.0.0.1:80"),
            ("ws://[::1]:4000/", "[::1]:4000"),
            ("https://büro.example:8443", "xn--bro-hoa.example:8443"),
        ] {
            assert_eq!(of(url).unwrap().to_string(), shown);
        }
        assert_eq!(of("ftp://ssm.example"), None);
        assert_eq!(of("data:x"), None);
    }

    #[test]
    fn this_computer_has_many_names() {
        for url in [
            "http://localhost",
            "http://127.1.2.3",
            "http://[::1]",
            "http://[::ffff:127.0.0.1]",
            "http://a.localhost",
        ] {
            assert!(of(url).unwrap().is_loopback(), "{url}");
        }
        assert!(!of("http://localhost.example").unwrap().is_loopback());
    }
}
