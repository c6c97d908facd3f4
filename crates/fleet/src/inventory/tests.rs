use std::collections::BTreeMap;

use postern_model::{ControlError, InstanceState, NodeKind, ProfileName, Region, Tag};
use proptest::prelude::*;

use super::*;
use crate::Ping;

fn pair(profile: &str) -> Pair {
    Pair {
        profile: ProfileName::parse(profile).unwrap(),
        region: Region::parse("eu-central-1").unwrap(),
    }
}

fn node(id: &str, name: &str) -> Node {
    let id = NodeId::parse(id).unwrap();
    Node {
        name: name.to_owned(),
        kind: if id.is_hybrid() {
            NodeKind::Hybrid
        } else {
            NodeKind::Ec2
        },
        state: InstanceState::Running,
        ping: Some(Ping::Online),
        last_ping_at_ms: None,
        agent_version: None,
        platform: None,
        platform_name: None,
        instance_type: None,
        zone: None,
        private_ip: None,
        public_ip: None,
        role: None,
        launched_at_ms: None,
        tags: Vec::new(),
        id,
    }
}

fn ids(nodes: &[Node]) -> Vec<&str> {
    nodes.iter().map(|node| node.id.as_str()).collect()
}

fn without_agents(nodes: Vec<Node>) -> Listing {
    let agents_error = ControlError::Denied {
        who: "p".into(),
        action: "a".into(),
        detail: String::new(),
    };
    Listing {
        nodes,
        agents_error: Some(agents_error),
    }
}

#[test]
fn only_what_changed_is_in_the_difference() {
    let mut inventory = Inventory::default();
    let before = vec![
        node("i-00000001", "same"),
        node("i-00000002", "old"),
        node("i-00000003", "gone"),
    ];
    assert_eq!(
        inventory
            .apply(&pair("a"), Listing::complete(before), 1)
            .upserts
            .len(),
        3
    );
    let after = vec![
        node("i-00000004", "new"),
        node("i-00000001", "same"),
        node("i-00000002", "renamed"),
    ];
    let difference = inventory.apply(&pair("a"), Listing::complete(after.clone()), 2);
    assert_eq!(ids(&difference.upserts), ["i-00000004", "i-00000002"]);
    assert_eq!(difference.removals, [NodeId::parse("i-00000003").unwrap()]);
    assert!(
        inventory
            .apply(&pair("a"), Listing::complete(after), 3)
            .is_empty()
    );
    assert_eq!(inventory.read_at_ms(&pair("a")), Some(3));
}

#[test]
fn nodes_are_in_the_order_of_their_names_then_ids_and_nameless_ones_last() {
    let mut inventory = Inventory::default();
    let nodes = vec![
        node("i-00000001", ""),
        node("i-00000002", "web"),
        node("i-00000003", "Api"),
        node("mi-00000001", "WEB"),
        node("i-00000004", "web"),
    ];
    inventory.apply(&pair("a"), Listing::complete(nodes), 1);
    let expected = [
        "i-00000003",
        "i-00000002",
        "i-00000004",
        "mi-00000001",
        "i-00000001",
    ];
    assert_eq!(ids(inventory.nodes(&pair("a"))), expected);
    assert_eq!(
        inventory
            .get(&pair("a"), &NodeId::parse("mi-00000001").unwrap())
            .unwrap()
            .name,
        "WEB"
    );
}

#[test]
fn a_node_that_is_listed_twice_is_there_once() {
    let mut inventory = Inventory::default();
    let nodes = vec![
        node("i-00000001", "b"),
        node("i-00000002", "c"),
        node("i-00000001", "a"),
    ];
    inventory.apply(&pair("a"), Listing::complete(nodes), 1);
    assert_eq!(ids(inventory.nodes(&pair("a"))), ["i-00000001", "i-00000002"]);
    let second = NodeId::parse("i-00000002").unwrap();
    assert_eq!(inventory.get(&pair("a"), &second).unwrap().id, second);
}

#[test]
fn the_same_id_in_two_pairs_is_two_nodes() {
    let mut inventory = Inventory::default();
    for name in ["a", "b"] {
        inventory.apply(&pair(name), Listing::complete(vec![node("i-00000001", name)]), 1);
    }
    assert_eq!(inventory.len(), 2);
    assert_eq!(
        inventory.remove_pair(&pair("a")),
        [NodeId::parse("i-00000001").unwrap()]
    );
    assert_eq!(
        inventory
            .iter()
            .map(|(_, node)| node.name.as_str())
            .collect::<Vec<_>>(),
        ["b"]
    );
    assert_eq!(inventory.read_at_ms(&pair("a")), None);
}

#[test]
fn a_listing_without_agents_keeps_hybrid_nodes_but_claims_nothing_of_their_agents() {
    let mut inventory = Inventory::default();
    let nodes = vec![
        node("i-00000001", "gone"),
        node("i-00000002", "web"),
        node("mi-00000001", "till"),
    ];
    inventory.apply(&pair("a"), Listing::complete(nodes), 1);
    let web = Node {
        ping: None,
        ..node("i-00000002", "web")
    };
    let difference = inventory.apply(&pair("a"), without_agents(vec![web]), 2);
    assert_eq!(ids(&difference.upserts), ["mi-00000001", "i-00000002"]);
    assert_eq!(difference.removals, [NodeId::parse("i-00000001").unwrap()]);
    assert!(inventory.nodes(&pair("a")).iter().all(|node| node.ping.is_none()));
}

/// Listings of a small world, so that the same nodes come, change and go.
fn listing() -> impl Strategy<Value = Listing> {
    let one = (0..12_u8, any::<bool>(), 0..4_u8, 0..3_i64, "[a-c]?");
    let nodes = prop::collection::vec(one, 0..12).prop_map(|nodes| {
        nodes
            .into_iter()
            .map(|(number, hybrid, tag, ping, name)| Node {
                last_ping_at_ms: Some(ping),
                tags: vec![Tag {
                    key: "t".into(),
                    value: tag.to_string(),
                }],
                ..node(&format!("{}-{number:08}", if hybrid { "mi" } else { "i" }), &name)
            })
            .collect::<Vec<_>>()
    });
    (nodes, prop::bool::weighted(0.2)).prop_map(|(mut nodes, agents_missing)| {
        if !agents_missing {
            return Listing::complete(nodes);
        }
        nodes.retain(|node| !node.id.is_hybrid());
        nodes.iter_mut().for_each(|node| node.ping = None);
        without_agents(nodes)
    })
}

proptest! {
    #[test]
    fn a_mirror_that_applies_the_differences_equals_the_inventory(
        steps in prop::collection::vec((0..3_usize, prop::option::weighted(0.9, listing())), 1..20),
    ) {
        let mut inventory = Inventory::default();
        let mut mirror: BTreeMap<(Pair, NodeId), Node> = BTreeMap::new();
        for (at, (which, listing)) in steps.into_iter().enumerate() {
            let pair = pair(["a", "b", "c"][which]);
            let Some(listing) = listing else {
                for id in inventory.remove_pair(&pair) {
                    prop_assert!(mirror.remove(&(pair.clone(), id)).is_some());
                }
                continue;
            };
            let difference = inventory.apply(&pair, listing, at as i64);
            for node in difference.upserts {
                let key = (pair.clone(), node.id.clone());
                prop_assert_ne!(mirror.get(&key), Some(&node), "an unchanged node was named");
                mirror.insert(key, node);
            }
            for id in difference.removals {
                prop_assert!(mirror.remove(&(pair.clone(), id)).is_some());
            }
        }
        let known: BTreeMap<(Pair, NodeId), Node> =
            inventory.iter().map(|(pair, node)| ((pair.clone(), node.id.clone()), node.clone())).collect();
        prop_assert_eq!(&mirror, &known);
        prop_assert_eq!(known.len(), inventory.len());
        for ((pair, id), node) in &known {
            prop_assert_eq!(inventory.get(pair, id), Some(node));
        }
    }
}
