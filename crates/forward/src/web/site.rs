//! The names by which a forward may be asked for.

use std::net::IpAddr;

use crate::PortDestination;

/// The names of loopback.
const OWN_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
/// What containers call their computer. They end in what belongs to no site.
const NAMES_FOR_CONTAINERS: [&str; 2] = ["host.docker.internal", "host.containers.internal"];

/// The names by which a forward may be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebSite {
    /// The local port; a Unix socket has none, and any is right there.
    port: Option<u16>,
    destination: PortDestination,
    /// The address other than loopback that the client has connected to.
    exposed: Option<IpAddr>,
}

impl WebSite {
    /// Of a forward with this local port to this destination, for a client that has connected to this address.
    #[must_use]
    pub fn new(port: Option<u16>, destination: PortDestination, address: Option<IpAddr>) -> Self {
        Self {
            port,
            destination,
            exposed: address.filter(|address| !address.is_loopback()),
        }
    }

    /// Whether `Host`, or the target of a request, means this forward.
    pub(super) fn is_host(&self, authority: &str) -> bool {
        split(authority).is_some_and(|(host, port)| self.is_named(host, port, 80))
    }

    /// Whether `Origin` does.
    pub(super) fn is_origin(&self, origin: &str) -> bool {
        let named = |authority: &str, default| {
            split(authority).is_some_and(|(host, port)| self.is_named(host, port, default))
        };
        match origin.split_once("://") {
            Some(("http", authority)) => named(authority, 80),
            Some(("https", authority)) => named(authority, 443),
            Some(_) | None => false,
        }
    }

    fn is_named(&self, host: &str, port: Option<u16>, default: u16) -> bool {
        let is_own_port = self.port.is_none_or(|own| port.unwrap_or(default) == own);
        if self.is_destination(host) {
            return is_own_port || port.is_none_or(|port| port == self.destination.port);
        }
        is_own_port && (is_one_of(&OWN_NAMES, host) || self.is_exposed_as(host))
    }

    fn is_destination(&self, host: &str) -> bool {
        let Some(own) = &self.destination.host else {
            return false;
        };
        let bare = |name: &str| {
            let name = name
                .strip_prefix('[')
                .and_then(|name| name.strip_suffix(']'))
                .unwrap_or(name);
            name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
        };
        bare(own) == bare(host)
    }

    fn is_exposed_as(&self, host: &str) -> bool {
        let Some(exposed) = self.exposed else {
            return false;
        };
        let host_address = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        host_address.is_ok_and(|address| address.to_canonical() == exposed)
            || is_one_of(&NAMES_FOR_CONTAINERS, host)
    }
}

fn is_one_of(names: &[&str], host: &str) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(host))
}

/// Host and port; an IPv6 address keeps its brackets.
fn split(authority: &str) -> Option<(&str, Option<u16>)> {
    let host_end = match authority.strip_prefix('[') {
        Some(rest) => rest.find(']')? + 2,
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, rest) = authority.split_at_checked(host_end)?;
    if host.is_empty() {
        return None;
    }
    match rest.strip_prefix(':') {
        None if rest.is_empty() => Some((host, None)),
        None => None,
        Some(digits) => Some((host, Some(port_as_browsers_write_it(digits)?))),
    }
}

/// Digits without zeros before them: what is written otherwise may be read as another port behind the forward.
fn port_as_browsers_write_it(digits: &str) -> Option<u16> {
    let port: u16 = digits.parse().ok()?;
    (port.to_string() == digits).then_some(port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(port: Option<u16>, exposed: Option<&str>) -> WebSite {
        let destination = PortDestination::host("Grafana.internal", 3000).unwrap();
        WebSite::new(port, destination, exposed.map(|address| address.parse().unwrap()))
    }

    #[test]
    fn its_own_names_with_its_port_mean_the_forward() {
        let site = site(Some(8080), Some("127.0.0.1"));
        for host in [
            "localhost:8080",
            "LocalHost:8080",
            "127.0.0.1:8080",
            "[::1]:8080",
            "grafana.internal",
            "grafana.internal:3000",
            "GRAFANA.internal.:8080",
        ] {
            assert!(site.is_host(host), "{host}");
        }
        for host in [
            "",
            "localhost",
            "localhost:80",
            "localhost:8081",
            "localhost:+8080",
            "localhost:08080",
            "localhost:",
            "127.0.0.2:8080",
            "127.1:8080",
            "::1:8080",
            "[::1]8080",
            "[::1",
            "evil.test:8080",
            "localhost.evil.test:8080",
            "evil.test#localhost:8080",
            "user@localhost:8080",
            "grafana.internal:81",
            "xgrafana.internal",
            "host.docker.internal:8080",
            "172.17.0.1:8080",
            "localhost:8080:8080",
            "localhost:18446744073709559696",
        ] {
            assert!(!site.is_host(host), "{host}");
        }
    }

    #[test]
    fn a_port_that_goes_without_saying_need_not_be_said() {
        let site = site(Some(80), None);
        assert!(
            site.is_host("localhost") && site.is_host("localhost:80") && site.is_origin("http://localhost")
        );
        assert!(!site.is_origin("https://localhost"));
    }

    #[test]
    fn an_exposed_forward_has_the_address_that_was_connected_to() {
        let site = site(Some(8080), Some("172.17.0.1"));
        for host in [
            "172.17.0.1:8080",
            "host.docker.internal:8080",
            "host.containers.internal:8080",
            "localhost:8080",
        ] {
            assert!(site.is_host(host), "{host}");
        }
        assert!(!site.is_host("172.17.0.2:8080") && !site.is_host("172.17.0.1"));
    }

    #[test]
    fn a_unix_socket_has_any_port() {
        let site = site(None, None);
        assert!(site.is_host("localhost") && site.is_host("localhost:1"));
        assert!(!site.is_host("evil.test"));
    }

    #[test]
    fn an_origin_is_the_forward_or_none() {
        let site = site(Some(8080), None);
        for origin in [
            "http://localhost:8080",
            "https://localhost:8080",
            "http://grafana.internal",
            "http://[::1]:8080",
        ] {
            assert!(site.is_origin(origin), "{origin}");
        }
        for origin in [
            "null",
            "",
            "http://localhost:3000",
            "http://localhost",
            "http://evil.test",
            "file://",
            "chrome-extension://localhost:8080",
            "localhost:8080",
        ] {
            assert!(!site.is_origin(origin), "{origin}");
        }
    }
}
