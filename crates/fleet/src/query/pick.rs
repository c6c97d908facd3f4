//! Which of the nodes that answer a saved question is opened.

use std::cmp::Reverse;

use postern_model::{InstanceState, PickRule};

use crate::{Node, Ping};

/// What a rule chose of several nodes, by their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked {
    /// There is none that a session could be opened to.
    Nothing,
    /// This one.
    One(usize),
    /// These, in the order given: somebody has to choose, the best first.
    Choice(Vec<usize>),
    /// All of these, in the order given.
    All(Vec<usize>),
}

/// Applies a rule to nodes. One that is terminated, or about to be, is never chosen, whatever its name is; one that is stopped
/// only where none is on; and one whose agent is known not to answer only where no other one is.
#[must_use]
pub fn pick(rule: PickRule, nodes: &[&Node]) -> Picked {
    let mut places = reachable(nodes);
    if let [only] = places[..] {
        return match rule {
            PickRule::All => Picked::All(places),
            PickRule::Newest | PickRule::Healthiest | PickRule::Ask => Picked::One(only),
        };
    }
    let best = |better: fn(&Node) -> NodeStanding| {
        let first = places
            .iter()
            .copied()
            .min_by_key(|place| nodes.get(*place).map(|node| Reverse(better(node))));
        first.map_or(Picked::Nothing, Picked::One)
    };
    match rule {
        _ if places.is_empty() => Picked::Nothing,
        PickRule::Newest => best(newest),
        PickRule::Healthiest => best(healthiest),
        PickRule::Ask => {
            places.sort_by_key(|place| nodes.get(*place).map(|node| Reverse(healthiest(node))));
            Picked::Choice(places)
        }
        PickRule::All => Picked::All(places),
    }
}

/// Compared from the first to the last; more is better.
type NodeStanding = (u8, i64, Option<Vec<u64>>, i64);

/// The places of the nodes of the best class that there is.
fn reachable(nodes: &[&Node]) -> Vec<usize> {
    let classes: Vec<u8> = nodes.iter().map(|node| class(node)).collect();
    let best = classes.iter().copied().max().filter(|best| *best > GONE);
    let of_best = |class: u8| Some(class) == best;
    (0..nodes.len())
        .filter(|place| classes.get(*place).copied().is_some_and(of_best))
        .collect()
}

const GONE: u8 = 0;
const OFF: u8 = 1;
const SILENT: u8 = 2;
const READY: u8 = 3;

fn class(node: &Node) -> u8 {
    match (node.state, node.ping) {
        (InstanceState::Terminated | InstanceState::ShuttingDown, _) => GONE,
        (InstanceState::Stopped | InstanceState::Stopping, _) => OFF,
        (InstanceState::Pending, _) | (_, Some(Ping::ConnectionLost | Ping::Inactive | Ping::NoAgent)) => {
            SILENT
        }
        (InstanceState::Running | InstanceState::Unknown, Some(Ping::Online) | None) => READY,
    }
}

/// The one that was started last; of a hybrid node nobody knows when that was.
fn newest(node: &Node) -> NodeStanding {
    (0, node.launched_at_ms.unwrap_or(i64::MIN), None, ping_time(node))
}

/// The one whose agent is known to answer, has the newest version, and answered last.
fn healthiest(node: &Node) -> NodeStanding {
    let agent = node.agent_version.as_deref().map(numbers);
    let ping = match node.ping {
        Some(Ping::Online) => 4,
        None => 3,
        Some(Ping::ConnectionLost) => 2,
        Some(Ping::Inactive) => 1,
        Some(Ping::NoAgent) => 0,
    };
    (ping, 0, agent, ping_time(node))
}

fn ping_time(node: &Node) -> i64 {
    node.last_ping_at_ms.unwrap_or(i64::MIN)
}

fn numbers(version: &str) -> Vec<u64> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

#[cfg(test)]
mod tests {
    use postern_model::{NodeId, NodeKind};

    use super::*;

    fn node(state: InstanceState, ping: Option<Ping>, launched: i64) -> Node {
        Node {
            id: NodeId::parse("i-0a1b2c3d4e5f67890").unwrap(),
            name: "web-1".into(),
            account: None,
            kind: NodeKind::Ec2,
            state,
            ping,
            last_ping_at_ms: Some(1),
            agent_version: Some("3.2.0".into()),
            platform: None,
            platform_name: None,
            instance_type: None,
            zone: None,
            private_ip: None,
            public_ip: None,
            role: None,
            launched_at_ms: Some(launched),
            tags: Vec::new(),
        }
    }

    fn online(launched: i64) -> Node {
        node(InstanceState::Running, Some(Ping::Online), launched)
    }

    fn picked(rule: PickRule, nodes: &[Node]) -> Picked {
        pick(rule, &nodes.iter().collect::<Vec<_>>())
    }

    #[test]
    fn a_terminated_twin_is_never_chosen() {
        let gone = node(InstanceState::Terminated, Some(Ping::Online), 9);
        let going = node(InstanceState::ShuttingDown, None, 9);
        for rule in PickRule::ALL {
            assert_eq!(
                picked(rule, &[gone.clone(), going.clone()]),
                Picked::Nothing,
                "{rule}"
            );
            let with_one = picked(rule, &[gone.clone(), online(1), going.clone()]);
            let expected = if rule == PickRule::All {
                Picked::All(vec![1])
            } else {
                Picked::One(1)
            };
            assert_eq!(with_one, expected, "{rule}");
        }
    }

    #[test]
    fn newest_is_what_was_started_last_of_those_that_answer() {
        let silent = node(InstanceState::Running, Some(Ping::ConnectionLost), 9);
        assert_eq!(
            picked(PickRule::Newest, &[online(1), silent.clone(), online(2)]),
            Picked::One(2)
        );
        let off = node(InstanceState::Stopped, Some(Ping::ConnectionLost), 99);
        assert_eq!(picked(PickRule::Newest, &[silent, off.clone()]), Picked::One(0));
        assert_eq!(picked(PickRule::Newest, &[off]), Picked::One(0));
    }

    #[test]
    fn healthiest_answers_and_has_the_newest_agent() {
        let newer = Node {
            agent_version: Some("3.10.0".into()),
            ..online(1)
        };
        let unknown = Node {
            ping: None,
            ..newer.clone()
        };
        assert_eq!(
            picked(PickRule::Healthiest, &[online(5), unknown, newer]),
            Picked::One(2)
        );
        let later = Node {
            last_ping_at_ms: Some(2),
            ..online(1)
        };
        assert_eq!(
            picked(PickRule::Healthiest, &[online(1), later.clone()]),
            Picked::One(1)
        );
        assert_eq!(
            picked(PickRule::Ask, &[online(1), later]),
            Picked::Choice(vec![1, 0])
        );
    }

    #[test]
    fn of_equals_the_first_is_taken_and_all_are_all_of_the_best_class() {
        let off = node(InstanceState::Stopped, None, 5);
        assert_eq!(
            picked(PickRule::Newest, &[off.clone(), online(1), online(1)]),
            Picked::One(1)
        );
        assert_eq!(
            picked(PickRule::All, &[online(1), off, online(2)]),
            Picked::All(vec![0, 2])
        );
        assert_eq!(picked(PickRule::All, &[]), Picked::Nothing);
    }
}
