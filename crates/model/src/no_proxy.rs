//! `NO_PROXY`: the hosts that are reached without the proxy.
//!
//! What the AWS CLI, Python's requests or curl reaches without the proxy is reached without it here: a name stands for
//! itself and all names below it, with or without dots in front; `host:port` for that port only; addresses and networks
//! (`10.0.0.0/8`); `*` alone for everything. Three rules of Go, which the official plugin is written in, are here too:
//! `*.name`, `host:443` for a URL that does not write its port, and networks of IPv6.

use std::net::IpAddr;

use ipnet::IpNet;
use url::Host;

use crate::HostPort;

/// A parsed list of hosts that are reached without the proxy. An entry that is none of the known forms matches nothing,
/// as in all other tools.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NoProxy {
    rules: Vec<NoProxyRule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct NoProxyRule {
    hosts: Hosts,
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Hosts {
    All,
    /// A name and all names below it.
    Domain(String),
    Network(IpNet),
}

impl NoProxy {
    /// Parses a list whose entries are separated by commas or white space.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        if text.trim() == "*" {
            let all = NoProxyRule {
                hosts: Hosts::All,
                port: None,
            };
            return Self { rules: vec![all] };
        }
        let entries = text.split(|c: char| c == ',' || c.is_whitespace());
        Self {
            rules: entries.filter_map(NoProxyRule::parse).collect(),
        }
    }

    /// Whether `place` is reached without the proxy.
    #[must_use]
    pub fn covers(&self, place: &HostPort) -> bool {
        let ip = place.ip().map(|ip| ip.to_canonical());
        self.rules.iter().any(|rule| rule.covers(place, ip))
    }
}

impl NoProxyRule {
    fn parse(entry: &str) -> Option<Self> {
        if let Some(hosts) = Hosts::parse(entry) {
            return Some(Self { hosts, port: None });
        }
        let (host, port) = entry.rsplit_once(':')?;
        Some(Self {
            hosts: Hosts::parse(host)?,
            port: Some(port.parse().ok()?),
        })
    }

    fn covers(&self, place: &HostPort, ip: Option<IpAddr>) -> bool {
        self.port.is_none_or(|port| port == place.port())
            && match (&self.hosts, ip) {
                (Hosts::All, _) => true,
                (Hosts::Network(network), Some(ip)) => network.contains(&ip),
                (Hosts::Domain(name), None) => is_or_is_below(place.host(), name),
                (Hosts::Network(_), None) | (Hosts::Domain(_), Some(_)) => false,
            }
    }
}

impl Hosts {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(network) = text.parse::<IpNet>() {
            return Some(Self::Network(network));
        }
        if let Ok(ip) = text.trim_matches(['[', ']']).parse::<IpAddr>() {
            return Some(Self::Network(ip.to_canonical().into()));
        }
        let name = text.strip_prefix("*.").unwrap_or(text);
        let name = name.trim_start_matches('.').trim_end_matches('.');
        match Host::parse(name) {
            Ok(Host::Domain(name)) if !name.contains('*') => Some(Self::Domain(name)),
            Ok(_) | Err(_) => None,
        }
    }
}

fn is_or_is_below(host: &str, name: &str) -> bool {
    host.strip_suffix(name)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests;
