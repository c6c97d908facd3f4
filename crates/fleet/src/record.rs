//! The nodes of a pair as text that outlives this version of the program (the inventory cache).

use std::{borrow::Cow, collections::HashMap};

use postern_model::{InstanceState, NodeId, NodeKind, Platform, Tag};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Node, Ping};

/// Raised whenever an older text would be read wrongly; the pair is then read anew from AWS.
const VERSION: u32 = 2;

/// Why kept nodes cannot be read. It costs nothing: the next sync brings them again.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("The kept nodes cannot be read: {detail}")]
pub struct UnreadableNodes {
    detail: String,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// All nodes of a pair. What many nodes have in common stands once, so that 50,000 nodes are read in a moment.
#[derive(Serialize, Deserialize)]
struct Record<'a> {
    version: u32,
    #[serde(borrow)]
    texts: Vec<RecordText<'a>>,
    #[serde(borrow)]
    nodes: Vec<RecordRow<'a>>,
}

/// A text that is borrowed from the record where nothing in it is escaped.
#[derive(Serialize, Deserialize)]
struct RecordText<'a>(#[serde(borrow)] Cow<'a, str>);

/// Where a text stands among those of the record.
type RecordPlace = u32;

/// One node, field by field: names would be most of the text.
#[derive(Serialize, Deserialize)]
struct RecordRow<'a>(
    NodeId,
    #[serde(borrow)] RecordText<'a>,
    NodeKind,
    InstanceState,
    Option<Ping>,
    Option<i64>,
    Option<RecordPlace>,
    Option<Platform>,
    Option<RecordPlace>,
    Option<RecordPlace>,
    Option<RecordPlace>,
    #[serde(borrow)] Option<RecordText<'a>>,
    #[serde(borrow)] Option<RecordText<'a>>,
    Option<RecordPlace>,
    Option<i64>,
    Option<RecordPlace>,
    Vec<(RecordPlace, RecordPlace)>,
);

/// `nodes` as one line of JSON with the version of its form.
#[must_use]
pub fn encode_nodes(nodes: &[Node]) -> String {
    let mut texts = RecordTexts::default();
    let rows = nodes.iter().map(|node| texts.row(node)).collect();
    let record = Record {
        version: VERSION,
        nodes: rows,
        texts: texts.in_order.into_iter().map(text).collect(),
    };
    // A record holds only texts, numbers and lists of them, which serde_json always can write.
    serde_json::to_string(&record).unwrap_or_default()
}

/// Reads what [`encode_nodes`] wrote.
///
/// # Errors
/// [`UnreadableNodes`] when `kept` is something else or was written in another form.
pub fn decode_nodes(kept: &str) -> Result<Vec<Node>, UnreadableNodes> {
    match serde_json::from_str::<Record<'_>>(kept) {
        Ok(record) if record.version == VERSION => record.into_nodes(),
        Ok(Record { version, .. }) => Err(other_form(version)),
        // A later form may look like anything, and is told by its number alone.
        Err(error) => Err(match serde_json::from_str::<Version>(kept) {
            Ok(Version { version }) if version != VERSION => other_form(version),
            Ok(_) | Err(_) => unreadable(error.to_string()),
        }),
    }
}

fn other_form(version: u32) -> UnreadableNodes {
    unreadable(format!("they have form {version}, not {VERSION}"))
}

fn unreadable(detail: String) -> UnreadableNodes {
    UnreadableNodes { detail }
}

fn text(text: &str) -> RecordText<'_> {
    RecordText(text.into())
}

/// The texts of a record while it is made.
#[derive(Default)]
struct RecordTexts<'a> {
    in_order: Vec<&'a str>,
    places: HashMap<&'a str, RecordPlace>,
}

impl<'a> RecordTexts<'a> {
    fn place(&mut self, text: &'a str) -> RecordPlace {
        let next = RecordPlace::try_from(self.in_order.len()).unwrap_or(RecordPlace::MAX);
        let in_order = &mut self.in_order;
        *self.places.entry(text).or_insert_with(|| {
            in_order.push(text);
            next
        })
    }

    fn place_of(&mut self, text: Option<&'a String>) -> Option<RecordPlace> {
        text.map(|text| self.place(text))
    }

    fn row(&mut self, node: &'a Node) -> RecordRow<'a> {
        let own = |one: &'a Option<String>| one.as_deref().map(text);
        let tags = node.tags.iter();
        RecordRow(
            node.id.clone(),
            text(&node.name),
            node.kind,
            node.state,
            node.ping,
            node.last_ping_at_ms,
            self.place_of(node.agent_version.as_ref()),
            node.platform,
            self.place_of(node.platform_name.as_ref()),
            self.place_of(node.instance_type.as_ref()),
            self.place_of(node.zone.as_ref()),
            own(&node.private_ip),
            own(&node.public_ip),
            self.place_of(node.role.as_ref()),
            node.launched_at_ms,
            self.place_of(node.account.as_ref()),
            tags.map(|tag| (self.place(&tag.key), self.place(&tag.value)))
                .collect(),
        )
    }
}

impl Record<'_> {
    fn into_nodes(self) -> Result<Vec<Node>, UnreadableNodes> {
        let texts = &self.texts;
        self.nodes.into_iter().map(|row| row.into_node(texts)).collect()
    }
}

impl RecordRow<'_> {
    fn into_node(self, texts: &[RecordText<'_>]) -> Result<Node, UnreadableNodes> {
        let text = |place: RecordPlace| {
            let found = usize::try_from(place).ok().and_then(|place| texts.get(place));
            let found = found.map(|RecordText(text)| text.to_string());
            found.ok_or_else(|| unreadable(format!("there is no text {place}")))
        };
        let shared = |place: Option<RecordPlace>| place.map(text).transpose();
        let own = |text: Option<RecordText<'_>>| text.map(|RecordText(text)| text.into_owned());
        let tag = |(key, value)| {
            Ok(Tag {
                key: text(key)?,
                value: text(value)?,
            })
        };
        Ok(Node {
            id: self.0,
            name: self.1.0.into_owned(),
            kind: self.2,
            state: self.3,
            ping: self.4,
            last_ping_at_ms: self.5,
            agent_version: shared(self.6)?,
            platform: self.7,
            platform_name: shared(self.8)?,
            instance_type: shared(self.9)?,
            zone: shared(self.10)?,
            private_ip: own(self.11),
            public_ip: own(self.12),
            role: shared(self.13)?,
            launched_at_ms: self.14,
            account: shared(self.15)?,
            tags: self.16.into_iter().map(tag).collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn node() -> Node {
        Node {
            id: NodeId::parse("i-0a1b2c3d4e5f67890").unwrap(),
            name: "web-1 \"a\"".into(),
            kind: NodeKind::Ec2,
            state: InstanceState::ShuttingDown,
            ping: Some(Ping::ConnectionLost),
            last_ping_at_ms: Some(5),
            agent_version: None,
            platform: Some(Platform::MacOs),
            platform_name: None,
            instance_type: Some("m7g.large".into()),
            zone: None,
            private_ip: Some("10.0.0.1".into()),
            public_ip: None,
            role: None,
            launched_at_ms: Some(3),
            account: Some("111122223333".into()),
            tags: vec![Tag {
                key: "env".into(),
                value: "prod".into(),
            }],
        }
    }

    #[test]
    fn the_form_on_disk_is_the_one_of_version_2() {
        let kept = concat!(
            r#"{"version":2,"texts":["m7g.large","111122223333","env","prod"],"#,
            r#""nodes":[["i-0a1b2c3d4e5f67890","web-1 \"a\"","ec2","shutting-down","connection-lost",5,"#,
            r#"null,"mac-os",null,0,null,"10.0.0.1",null,null,3,1,[[2,3]]]]}"#,
        );
        assert_eq!(encode_nodes(&[node()]), kept);
        assert_eq!(decode_nodes(kept).unwrap(), [node()]);
    }

    #[test]
    fn anything_else_is_an_error() {
        let bad_id = encode_nodes(&[node()]).replace("i-0a1b2c3d4e5f67890", "../../etc");
        let no_text = encode_nodes(&[node()]).replace("[[2,3]]", "[[2,4]]");
        for text in ["", "null", "{}", "[1]", &bad_id, &no_text] {
            assert!(decode_nodes(text).is_err(), "{text}");
        }
        let error = |text: &str| decode_nodes(text).unwrap_err().to_string();
        assert!(error(r#"{"version":3,"columns":{}}"#).contains("form 3, not 2"));
        let one_node_of_version_1 = r#"{"version":1,"node":{"id":"i-0a1b2c3d4e5f67890"}}"#;
        assert!(error(one_node_of_version_1).contains("form 1"));
    }

    fn any_node() -> impl Strategy<Value = Node> {
        let text = || prop::option::of("[a-c\"\\\\ é]{0,3}");
        let texts = (text(), text(), text(), text(), text(), text(), text(), text());
        let tags = prop::collection::vec(("[a-b]{0,2}", "[a-b]{0,2}"), 0..4);
        (0..99_u32, texts, prop::option::of(any::<i64>()), tags).prop_map(|(number, texts, at, tags)| Node {
            id: NodeId::parse(&format!("mi-{number:08}")).unwrap(),
            name: texts.0.unwrap_or_default(),
            agent_version: texts.1,
            platform_name: texts.2,
            instance_type: texts.3,
            zone: texts.4,
            private_ip: texts.5,
            public_ip: texts.6,
            role: texts.7.clone(),
            account: texts.7,
            last_ping_at_ms: at,
            launched_at_ms: at,
            tags: tags.into_iter().map(|(key, value)| Tag { key, value }).collect(),
            ..node()
        })
    }

    proptest! {
        #[test]
        fn nodes_come_back_as_they_were(nodes in prop::collection::vec(any_node(), 0..20)) {
            prop_assert_eq!(decode_nodes(&encode_nodes(&nodes)).unwrap(), nodes);
        }

        #[test]
        fn nothing_that_is_cut_off_or_damaged_panics(
            nodes in prop::collection::vec(any_node(), 1..4), at in any::<prop::sample::Index>(), byte in any::<u8>(),
        ) {
            let kept = encode_nodes(&nodes);
            let mut damaged = kept.clone().into_bytes();
            let place = at.index(damaged.len());
            damaged[place] = byte;
            let _ = decode_nodes(&String::from_utf8_lossy(&damaged));
            damaged.truncate(place);
            prop_assert!(decode_nodes(&String::from_utf8_lossy(&damaged)).is_err());
        }
    }
}
