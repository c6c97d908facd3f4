use std::collections::BTreeMap;

use postern_model::{ControlError, InstanceState, NodeKind, ProfileName, Region, Tag};
use proptest::prelude::*;

use super::*;

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
        account: None,
        tags: Vec::new(),
        id,
    }
}

fn ids(nodes: &[Node]) -> Vec<&str> {
    nodes.iter().map(|node| node.id.as_str()).collect()
}

fn failure() -> Option<ControlError> {
    Some(ControlError::Throttled {
        operation: "x:Y".into(),
    })
}

fn without_agents(nodes: Vec<Node>) -> Listing {
    Listing {
        agents_error: failure(),
        ..Listing::complete(nodes)
    }
}

fn without_instances(nodes: Vec<Node>, only_agents: Vec<Node>) -> Listing {
    Listing {
        only_agents,
        instances_error: failure(),
        ..Listing::complete(nodes)
    }
}

fn known(inventory: &Inventory, id: &str) -> Node {
    inventory
        .get(&pair("a"), &NodeId::parse(id).unwrap())
        .unwrap()
        .clone()
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
fn a_listing_without_agents_keeps_hybrid_nodes_and_what_was_known_of_agents_with_its_date() {
    let mut inventory = Inventory::default();
    let nodes = vec![
        node("i-00000001", "gone"),
        node("i-00000002", "web"),
        node("mi-00000001", "till"),
    ];
    inventory.apply(&pair("a"), Listing::complete(nodes), 1);
    let unasked = |id: &str| Node {
        ping: None,
        zone: Some("b".into()),
        ..node(id, "web")
    };
    let read = vec![unasked("i-00000002"), unasked("i-00000003")];
    let difference = inventory.apply(&pair("a"), without_agents(read), 2);
    assert_eq!(ids(&difference.upserts), ["i-00000002", "i-00000003"]);
    assert_eq!(difference.removals, [NodeId::parse("i-00000001").unwrap()]);
    let web = known(&inventory, "i-00000002");
    assert_eq!((web.ping, web.zone.as_deref()), (Some(Ping::Online), Some("b")));
    assert_eq!(
        known(&inventory, "i-00000003").ping,
        None,
        "it was never asked for"
    );
    let times = inventory.times(&pair("a"));
    assert_eq!((times.instances, times.agents), (Some(2), Some(1)));
}

#[test]
fn a_listing_without_instances_keeps_them_and_tells_anew_of_their_agents() {
    let mut inventory = Inventory::default();
    let web = Node {
        zone: Some("b".into()),
        ..node("i-00000001", "web")
    };
    let nodes = vec![web, node("i-00000002", "silent"), node("mi-00000001", "gone")];
    inventory.apply(&pair("a"), Listing::complete(nodes), 1);
    let lost = Node {
        ping: Some(Ping::ConnectionLost),
        ..node("i-00000001", "ip-10-0-0-1")
    };
    let listing = without_instances(
        vec![node("mi-00000002", "till")],
        vec![lost, node("i-00000003", "new")],
    );
    let difference = inventory.apply(&pair("a"), listing, 2);
    assert_eq!(difference.removals, [NodeId::parse("mi-00000001").unwrap()]);
    let web = known(&inventory, "i-00000001");
    assert_eq!(
        (web.name.as_str(), web.zone.as_deref(), web.ping),
        ("web", Some("b"), Some(Ping::ConnectionLost))
    );
    assert_eq!(known(&inventory, "i-00000002").ping, Some(Ping::NoAgent));
    assert_eq!(known(&inventory, "i-00000003").ping, Some(Ping::Online));
    let times = inventory.times(&pair("a"));
    assert_eq!(
        (times.instances, times.agents, times.last()),
        (Some(1), Some(2), Some(2))
    );
}

#[test]
fn where_both_break_off_nothing_is_removed() {
    let mut inventory = Inventory::default();
    let before = vec![
        node("i-00000001", "a"),
        node("i-00000002", "b"),
        node("mi-00000001", "c"),
    ];
    inventory.apply(&pair("a"), Listing::complete(before), 1);
    let listing = Listing {
        agents_error: failure(),
        ..without_instances(vec![node("i-00000001", "renamed")], Vec::new())
    };
    let difference = inventory.apply(&pair("a"), listing, 2);
    assert_eq!(
        (ids(&difference.upserts), difference.removals.len()),
        (vec!["i-00000001"], 0)
    );
    assert_eq!(inventory.times(&pair("a")), Times::at(1));
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
    let missing = prop::bool::weighted(0.2);
    (nodes, missing, missing).prop_map(|(mut nodes, no_agents, no_instances)| {
        if no_agents {
            nodes.retain(|node| !node.id.is_hybrid());
            nodes.iter_mut().for_each(|node| node.ping = None);
        }
        let is_agent = |node: &Node| no_instances && !node.id.is_hybrid() && node.ping.is_some();
        let (only_agents, nodes) = nodes.into_iter().partition(is_agent);
        Listing {
            nodes,
            only_agents,
            instances_error: failure().filter(|_| no_instances),
            agents_error: failure().filter(|_| no_agents),
        }
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
