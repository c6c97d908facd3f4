//! Where the connections of a port session go, and where they may not.

use std::net::IpAddr;

use crate::agent::port_parameters::PortParameters;
use crate::network::{NodeConnection, NodeDialError, NodeNetwork};

/// Addresses that no node forwards to: the instance metadata, time and name services of AWS (the agent's defaults).
const DENIED: [&str; 9] = [
    "169.254.169.254",
    "fd00:ec2::254",
    "169.254.169.253",
    "fd00:ec2::253",
    "169.254.169.123",
    "fd00:ec2::123",
    "169.254.169.250",
    "169.254.169.251",
    "fd00:ec2::240",
];

/// A port of the node or of a host that it reaches. The host's name is looked up once, when the session begins.
#[derive(Debug, Clone)]
pub(super) struct AgentDestination {
    network: NodeNetwork,
    host: Option<String>,
    port: String,
    is_known: bool,
}

impl AgentDestination {
    /// What the parameters name; an error is what the agent says of a host that it does not forward to.
    pub(super) fn new(parameters: &PortParameters, network: NodeNetwork) -> Result<Self, String> {
        let host = parameters.host();
        let addresses = host.map_or(Vec::new(), |host| network.resolve(host));
        let denied = network.denied_addresses();
        if let Some(host) = host
            && addresses.iter().any(|address| is_denied(address, &denied))
        {
            return Err(format!("Forwarding to IP address {host} is forbidden."));
        }
        Ok(Self {
            is_known: host.is_none() || !addresses.is_empty(),
            host: host.map(str::to_owned),
            port: parameters.port().to_owned(),
            network,
        })
    }

    /// Connects. It may take for ever, as behind a firewall.
    pub(super) async fn dial(&self) -> Result<NodeConnection, NodeDialError> {
        let port = self.port.parse().map_err(|_| NodeDialError::InvalidPort)?;
        if !self.is_known {
            return Err(NodeDialError::UnknownHost);
        }
        self.network.dial(self.host.as_deref(), port).await
    }
}

fn is_denied(address: &IpAddr, also: &[IpAddr]) -> bool {
    let address = address.to_canonical();
    let always = DENIED
        .iter()
        .filter_map(|denied| denied.parse::<IpAddr>().ok())
        .any(|denied| denied == address);
    always || also.contains(&address)
}
