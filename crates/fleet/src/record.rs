//! A node as text that outlives this version of the program (the inventory cache).

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Node;

/// Raised whenever an older text would be read wrongly; older texts are then read anew from AWS.
const VERSION: u32 = 1;

/// Why a kept node cannot be read. It costs nothing: the next sync brings it again.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("The kept node cannot be read: {detail}")]
pub struct UnreadableNode {
    detail: String,
}

#[derive(Serialize, Deserialize)]
struct Record<T> {
    version: u32,
    node: T,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// `node` as one line of JSON with the version of its form.
#[must_use]
pub fn encode_node(node: &Node) -> String {
    // A node holds only texts, numbers and lists of them, which serde_json always can write.
    serde_json::to_string(&Record {
        version: VERSION,
        node,
    })
    .unwrap_or_default()
}

/// Reads what [`encode_node`] wrote.
///
/// # Errors
/// [`UnreadableNode`] when `text` is something else or was written in another form.
pub fn decode_node(text: &str) -> Result<Node, UnreadableNode> {
    let Version { version } = parse(text)?;
    if version != VERSION {
        return Err(UnreadableNode {
            detail: format!("it has form {version}, not {VERSION}"),
        });
    }
    parse::<Record<Node>>(text).map(|record| record.node)
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, UnreadableNode> {
    serde_json::from_str(text).map_err(|error| UnreadableNode {
        detail: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use postern_model::{InstanceState, NodeId, NodeKind, Platform, Tag};

    use super::*;
    use crate::Ping;

    fn node() -> Node {
        Node {
            id: NodeId::parse("i-0a1b2c3d4e5f67890").unwrap(),
            name: "web-1".into(),
            kind: NodeKind::Ec2,
            state: InstanceState::ShuttingDown,
            ping: Some(Ping::ConnectionLost),
            last_ping_at_ms: Some(5),
            agent_version: None,
            platform: Some(Platform::MacOs),
            platform_name: None,
            instance_type: Some("m7g.large".into()),
            zone: None,
            private_ip: None,
            public_ip: None,
            role: None,
            launched_at_ms: Some(3),
            account: None,
            tags: vec![Tag {
                key: "env".into(),
                value: "prod".into(),
            }],
        }
    }

    #[test]
    fn a_node_comes_back_as_it_was() {
        assert_eq!(decode_node(&encode_node(&node())).unwrap(), node());
    }

    #[test]
    fn the_form_on_disk_is_the_one_of_version_1() {
        let kept = r#"{"version":1,"node":{"id":"i-0a1b2c3d4e5f67890","name":"web-1","kind":"ec2",
            "state":"shutting-down","ping":"connection-lost","last-ping-at-ms":5,"platform":"mac-os",
            "instance-type":"m7g.large","launched-at-ms":3,"tags":[{"key":"env","value":"prod"}],"later":1}}"#;
        assert_eq!(decode_node(kept).unwrap(), node());
    }

    #[test]
    fn anything_else_is_an_error() {
        let bad_id = encode_node(&node()).replace("i-0a1b2c3d4e5f67890", "../../etc");
        let later = encode_node(&node()).replace("\"version\":1", "\"version\":2");
        for text in ["", "null", "{}", "[1]", &bad_id, &later] {
            assert!(decode_node(text).is_err(), "{text}");
        }
    }
}
