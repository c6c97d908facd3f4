//! Nodes as a JSON list, for programs.

use std::collections::BTreeMap;

use postern_fleet::{Node, Ping};
use postern_model::{InstanceState, NodeKind, Pair, Platform};
use serde::Serialize;

/// One node. Times are milliseconds since the epoch; what AWS did not say is null.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeRow<'a> {
    profile: &'a str,
    region: &'a str,
    account: Option<&'a str>,
    id: &'a str,
    name: &'a str,
    kind: NodeKind,
    state: InstanceState,
    agent: Option<Ping>,
    last_ping_at_ms: Option<i64>,
    agent_version: Option<&'a str>,
    platform: Option<Platform>,
    platform_name: Option<&'a str>,
    instance_type: Option<&'a str>,
    zone: Option<&'a str>,
    private_ip: Option<&'a str>,
    public_ip: Option<&'a str>,
    role: Option<&'a str>,
    launched_at_ms: Option<i64>,
    tags: BTreeMap<&'a str, &'a str>,
}

/// The list, one node per line.
pub(super) fn render(nodes: &[(Pair, Node)]) -> String {
    let rows: Vec<String> = nodes
        .iter()
        .filter_map(|(pair, node)| serde_json::to_string(&row(pair, node)).ok())
        .collect();
    if rows.is_empty() {
        "[]\n".to_owned()
    } else {
        format!("[\n{}\n]\n", rows.join(",\n"))
    }
}

fn row<'a>(pair: &'a Pair, node: &'a Node) -> NodeRow<'a> {
    NodeRow {
        profile: pair.profile.as_str(),
        region: pair.region.as_str(),
        account: node.account.as_deref(),
        id: node.id.as_str(),
        name: &node.name,
        kind: node.kind,
        state: node.state,
        agent: node.ping,
        last_ping_at_ms: node.last_ping_at_ms,
        agent_version: node.agent_version.as_deref(),
        platform: node.platform,
        platform_name: node.platform_name.as_deref(),
        instance_type: node.instance_type.as_deref(),
        zone: node.zone.as_deref(),
        private_ip: node.private_ip.as_deref(),
        public_ip: node.public_ip.as_deref(),
        role: node.role.as_deref(),
        launched_at_ms: node.launched_at_ms,
        tags: node
            .tags
            .iter()
            .map(|tag| (tag.key.as_str(), tag.value.as_str()))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::node;
    use super::*;

    #[test]
    fn the_list_is_json_whatever_the_names_hold() {
        assert_eq!(render(&[]), "[]\n");
        let nodes = [
            node("web \"1\"\n", "i-0a1b2c3d4e5f67890"),
            node("東京", "mi-0a1b2c3d4e5f67890"),
        ];
        let list: serde_json::Value = serde_json::from_str(&render(&nodes)).unwrap();
        assert_eq!(list[0]["name"], "web \"1\"\n");
        assert_eq!(list[0]["state"], "running");
        assert_eq!(list[0]["agent"], "online");
        assert_eq!(list[0]["tags"]["env"], "prod");
        assert_eq!(list[1]["id"], "mi-0a1b2c3d4e5f67890");
        assert_eq!(list[1]["publicIp"], serde_json::Value::Null);
    }
}
