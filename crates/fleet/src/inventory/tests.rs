use std::collections::{BTreeMap, HashSet};

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

fn of_account(account: &str, node: Node) -> Node {
    Node {
        account: Some(account.into()),
        ..node
    }
}

fn arrived(nodes: Vec<Node>, only_agents: Vec<Node>) -> Arrived {
    Arrived { nodes, only_agents }
}

#[test]
fn a_node_of_another_account_is_another_node_of_which_nothing_is_known() {
    let tag = Tag {
        key: "env".into(),
        value: "prod".into(),
    };
    let before = Node {
        tags: vec![tag],
        ..node("mi-00000001", "till")
    };
    let mut inventory = Inventory::default();
    let first = ["i-00000001", "i-00000002"].map(|id| of_account("111122223333", node(id, "web")));
    let hybrid = of_account("111122223333", before);
    inventory.apply(&pair("a"), Listing::complete([&first[..], &[hybrid]].concat()), 1);
    let unasked = Node {
        ping: None,
        ..node("i-00000001", "web")
    };
    let now = vec![
        of_account("444455556666", unasked),
        of_account("444455556666", node("mi-00000001", "till")),
    ];
    let difference = inventory.apply(&pair("a"), without_agents(now), 2);
    assert_eq!(difference.removals, [NodeId::parse("i-00000002").unwrap()]);
    assert_eq!(known(&inventory, "i-00000001").ping, None);
    assert!(known(&inventory, "mi-00000001").tags.is_empty());
}

#[test]
fn a_node_of_another_region_or_id_is_another_node_and_a_restarted_one_the_same() {
    let mut inventory = Inventory::default();
    let other_region = Pair {
        region: Region::parse("us-east-1").unwrap(),
        ..pair("a")
    };
    inventory.apply(&pair("a"), Listing::complete(vec![node("i-00000001", "web")]), 1);
    inventory.apply(
        &other_region,
        Listing::complete(vec![node("i-00000001", "web")]),
        1,
    );
    assert_eq!(inventory.len(), 2, "each Region has its own");
    let replaced = inventory.apply(&pair("a"), Listing::complete(vec![node("i-00000002", "web")]), 2);
    assert_eq!(
        (ids(&replaced.upserts), replaced.removals.len()),
        (vec!["i-00000002"], 1)
    );
    for (state, launched) in [(InstanceState::Stopped, 5), (InstanceState::Running, 9)] {
        let again = Node {
            state,
            launched_at_ms: Some(launched),
            ..node("i-00000002", "web")
        };
        let restarted = inventory.apply(&pair("a"), Listing::complete(vec![again]), launched);
        assert_eq!(
            (ids(&restarted.upserts), restarted.removals.len()),
            (vec!["i-00000002"], 0)
        );
    }
}

#[test]
fn hybrid_nodes_have_the_account_that_another_region_of_their_profile_told() {
    let mut inventory = Inventory::default();
    let other_region = Pair {
        region: Region::parse("us-east-1").unwrap(),
        ..pair("a")
    };
    let told = vec![of_account("111122223333", node("i-00000001", "web"))];
    inventory.apply(&other_region, Listing::complete(told), 1);
    inventory.apply(
        &pair("a"),
        Listing::complete(vec![node("mi-00000001", "till")]),
        1,
    );
    inventory.apply(
        &pair("b"),
        Listing::complete(vec![node("mi-00000001", "till")]),
        1,
    );
    let account = |name: &str| {
        let id = NodeId::parse("mi-00000001").unwrap();
        inventory.get(&pair(name), &id).unwrap().account.clone()
    };
    assert_eq!((account("a"), account("b")), (Some("111122223333".into()), None));
}

#[test]
fn what_arrives_changes_nodes_and_removes_none() {
    let mut inventory = Inventory::default();
    let before = vec![
        node("i-00000001", "b"),
        node("i-00000002", "c"),
        node("mi-00000001", "till"),
    ];
    inventory.apply(&pair("a"), Listing::complete(before), 1);
    let unasked = |id: &str, name: &str| Node {
        ping: None,
        ..node(id, name)
    };
    let page = vec![
        unasked("i-00000001", "b"),
        unasked("i-00000002", "a"),
        unasked("i-00000003", ""),
    ];
    let difference = inventory.arrive(&pair("a"), arrived(page, Vec::new()));
    assert_eq!(ids(&difference.upserts), ["i-00000002", "i-00000003"]);
    assert!(difference.removals.is_empty());
    assert_eq!(
        ids(inventory.nodes(&pair("a"))),
        ["i-00000002", "i-00000001", "mi-00000001", "i-00000003"]
    );
    assert_eq!(
        known(&inventory, "i-00000002").ping,
        Some(Ping::Online),
        "as it was known"
    );
    assert_eq!(known(&inventory, "i-00000003").ping, None);
    let lost = Node {
        ping: Some(Ping::ConnectionLost),
        ..node("i-00000003", "ip-10-0-0-3")
    };
    let agents = arrived(
        vec![node("mi-00000002", "till")],
        vec![lost, node("i-00000009", "stopped")],
    );
    let difference = inventory.arrive(&pair("a"), agents);
    assert_eq!(ids(&difference.upserts), ["i-00000003", "mi-00000002"]);
    assert_eq!(known(&inventory, "i-00000003").ping, Some(Ping::ConnectionLost));
    assert_eq!(inventory.times(&pair("a")), Times::at(1), "it is not all yet");
}

#[test]
fn tags_of_hybrid_nodes_are_remembered_and_those_that_were_read_longest_ago_come_first() {
    let mut inventory = Inventory::default();
    let tagged = |id: &str, value: &str| Node {
        tags: vec![Tag {
            key: "env".into(),
            value: value.into(),
        }],
        ..node(id, "till")
    };
    let id = |text: &str| NodeId::parse(text).unwrap();
    let reading = |nodes: Vec<Node>, tags_of: &[&str]| Listing {
        tagged: tags_of.iter().map(|text| id(text)).collect(),
        ..Listing::complete(nodes)
    };
    let bare = |text: &str| node(text, "till");
    let all = vec![
        tagged("mi-00000001", "old"),
        tagged("mi-00000002", "old"),
        bare("mi-00000003"),
    ];
    inventory.apply(&pair("a"), reading(all, &["mi-00000001", "mi-00000002"]), 1);
    let again = vec![tagged("mi-00000001", "new"), bare("mi-00000002")];
    let difference = inventory.apply(&pair("a"), reading(again, &["mi-00000001"]), 2);
    assert_eq!(ids(&difference.upserts), ["mi-00000001"]);
    assert_eq!(known(&inventory, "mi-00000001").tags[0].value, "new");
    assert_eq!(known(&inventory, "mi-00000002").tags[0].value, "old");
    assert_eq!(
        inventory.known(&pair("a")).tagged,
        ["mi-00000002", "mi-00000001"].map(id)
    );
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
            tagged: HashSet::new(),
            instances_error: failure().filter(|_| no_instances),
            agents_error: failure().filter(|_| no_agents),
        }
    })
}

proptest! {
    #[test]
    fn a_mirror_that_applies_the_differences_equals_the_inventory(
        steps in prop::collection::vec((0..3_usize, prop::option::weighted(0.9, listing()), any::<bool>()), 1..20),
    ) {
        let mut inventory = Inventory::default();
        let mut mirror: BTreeMap<(Pair, NodeId), Node> = BTreeMap::new();
        for (at, (which, listing, by_pages)) in steps.into_iter().enumerate() {
            let pair = pair(["a", "b", "c"][which]);
            let Some(listing) = listing else {
                for id in inventory.remove_pair(&pair) {
                    prop_assert!(mirror.remove(&(pair.clone(), id)).is_some());
                }
                continue;
            };
            let difference = if by_pages {
                inventory.arrive(&pair, arrived(listing.nodes, listing.only_agents))
            } else {
                inventory.apply(&pair, listing, at as i64)
            };
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
