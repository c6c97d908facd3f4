//! The network as one node sees it: names, addresses, and connections to what listens there.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use tokio::net::TcpStream;

use super::connection::{NodeConnection, NodeDialError};
use super::listeners::{ListenerPlace, NodeListeners, SimulatedServer};
use super::servers;

/// What registered hosts without an address of their own resolve to: set aside for documentation (RFC 5737).
const ANY_HOST: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 10));

/// A node's view of the network; a clone is the same.
#[derive(Debug, Clone)]
pub(crate) struct NodeNetwork {
    listeners: Arc<NodeListeners>,
    node: String,
    address: Option<IpAddr>,
}

impl NodeNetwork {
    /// Of the node with this id and this private address.
    pub(crate) fn new(listeners: Arc<NodeListeners>, node: &str, address: &str) -> Self {
        Self {
            listeners,
            node: node.to_owned(),
            address: address.parse().ok(),
        }
    }

    /// The addresses of a host; none where nobody knows it.
    pub(crate) fn resolve(&self, host: &str) -> Vec<IpAddr> {
        if let Ok(address) = host.parse() {
            return vec![address];
        }
        if host.eq_ignore_ascii_case("localhost") {
            return vec![IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        }
        if self.listeners.has_host(host) {
            vec![ANY_HOST]
        } else {
            Vec::new()
        }
    }

    /// Every address that the agent refuses to forward to, but for those that hold everywhere: the first four of the
    /// node's network and its last (from the agent's source). The simulated networks have 16 bits.
    pub(crate) fn denied_addresses(&self) -> Vec<IpAddr> {
        let Some(IpAddr::V4(own)) = self.address else {
            return Vec::new();
        };
        let [first, second, ..] = own.octets();
        let last = |third, fourth| IpAddr::V4(Ipv4Addr::new(first, second, third, fourth));
        (0..4).map(|host| last(0, host)).chain([last(255, 255)]).collect()
    }

    /// Connects to a port of the node itself (no host), or of another host.
    pub(crate) async fn dial(&self, host: Option<&str>, port: u16) -> Result<NodeConnection, NodeDialError> {
        let places = match host {
            Some(host) if !self.is_own(host) => vec![ListenerPlace::Host(host.to_owned())],
            Some(_) | None => vec![ListenerPlace::Node(self.node.clone()), ListenerPlace::EveryNode],
        };
        let Some((server, orders)) = self.listeners.find(&places, port) else {
            return Err(NodeDialError::Refused);
        };
        match server {
            SimulatedServer::Refuses => Err(NodeDialError::Refused),
            SimulatedServer::NeverAnswers => std::future::pending().await,
            SimulatedServer::Loopback(port) => {
                let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
                Ok(NodeConnection::real(stream, orders))
            }
            simulated @ (SimulatedServer::Echo
            | SimulatedServer::Web
            | SimulatedServer::SpeaksFirst
            | SimulatedServer::ReadsSlowly { .. }
            | SimulatedServer::StopsReading { .. }
            | SimulatedServer::Sends { .. }
            | SimulatedServer::HalfCloses
            | SimulatedServer::EndsAtOnce) => {
                let (ours, server) = servers::start(simulated);
                Ok(NodeConnection::simulated(ours, server, orders))
            }
        }
    }

    fn is_own(&self, host: &str) -> bool {
        host.eq_ignore_ascii_case("localhost")
            || host
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback() || Some(address) == self.address)
    }
}
