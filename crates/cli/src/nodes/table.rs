//! Nodes as a table for people.

use postern_fleet::{Node, Ping};
use postern_model::{InstanceState, Pair};

use crate::columns::{aligned, cut};

const HEADER: [&str; 7] = ["NAME", "ID", "STATE", "AGENT", "ADDRESS", "PROFILE", "REGION"];

/// The table with its header, columns aligned by what a terminal shows.
pub(super) fn render(nodes: &[(Pair, Node)]) -> String {
    let mut rows = vec![HEADER.map(str::to_owned)];
    rows.extend(nodes.iter().map(|(pair, node)| row(pair, node)));
    aligned(&rows)
}

fn row(pair: &Pair, node: &Node) -> [String; 7] {
    [
        cut(if node.name.is_empty() { "-" } else { &node.name }),
        node.id.to_string(),
        state(node.state).to_owned(),
        agent(node.ping).to_owned(),
        node.private_ip.clone().unwrap_or_else(|| "-".to_owned()),
        pair.profile.to_string(),
        pair.region.to_string(),
    ]
}

fn state(state: InstanceState) -> &'static str {
    match state {
        InstanceState::Pending => "pending",
        InstanceState::Running => "running",
        InstanceState::Stopping => "stopping",
        InstanceState::Stopped => "stopped",
        InstanceState::ShuttingDown => "shutting-down",
        InstanceState::Terminated => "terminated",
        InstanceState::Unknown => "-",
    }
}

fn agent(ping: Option<Ping>) -> &'static str {
    match ping {
        Some(Ping::Online) => "online",
        Some(Ping::ConnectionLost) => "lost",
        Some(Ping::Inactive) => "inactive",
        Some(Ping::NoAgent) => "none",
        None => "not known",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use postern_model::{NodeId, NodeKind, ProfileName, Region, Tag};

    use super::*;

    pub(in crate::nodes) fn node(name: &str, id: &str) -> (Pair, Node) {
        let pair = Pair {
            profile: ProfileName::parse("acme-prod").unwrap(),
            region: Region::parse("eu-central-1").unwrap(),
        };
        let node = Node {
            id: NodeId::parse(id).unwrap(),
            name: name.to_owned(),
            kind: NodeKind::Ec2,
            state: InstanceState::Running,
            ping: Some(Ping::Online),
            last_ping_at_ms: None,
            agent_version: None,
            platform: None,
            platform_name: None,
            instance_type: None,
            zone: None,
            private_ip: Some("10.0.0.1".to_owned()),
            public_ip: None,
            role: None,
            launched_at_ms: None,
            account: None,
            tags: vec![Tag {
                key: "env".to_owned(),
                value: "prod".to_owned(),
            }],
        };
        (pair, node)
    }

    #[test]
    fn columns_are_aligned_by_what_a_terminal_shows() {
        let nodes = [
            node("web-1", "i-0a1b2c3d"),
            node("東京", "i-0a1b2c3d4e5f67890"),
            node("", "mi-0a1b2c3d"),
        ];
        let text = render(&nodes);
        let expected = "\
NAME   ID                   STATE    AGENT   ADDRESS   PROFILE    REGION
web-1  i-0a1b2c3d           running  online  10.0.0.1  acme-prod  eu-central-1
東京   i-0a1b2c3d4e5f67890  running  online  10.0.0.1  acme-prod  eu-central-1
-      mi-0a1b2c3d          running  online  10.0.0.1  acme-prod  eu-central-1
";
        assert_eq!(text, expected);
    }
}
