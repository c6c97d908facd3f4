//! The made-up world and the life of its instances.

use super::*;
use crate::world::{Ec2State, Kind, NodePlatform};

fn world(nodes: usize, pairs: usize) -> World {
    clocked(nodes, pairs).0
}

fn clocked(nodes: usize, pairs: usize) -> (World, Arc<ServiceClock>) {
    let clock = Arc::default();
    (
        World::new(1, (nodes, pairs), InstanceTiming::lifelike(), &clock),
        clock,
    )
}

fn all(world: &World) -> Vec<Arc<SimulatedNode>> {
    read(&world.roster).all()
}

fn state(world: &World, node: &SimulatedNode) -> Option<Ec2State> {
    Some(world.standing(node)?.state)
}

#[test]
fn a_world_has_exactly_the_nodes_that_were_asked_for() {
    for (nodes, pairs) in [(0, 1), (1, 1), (240, 8), (7, 8), (1000, 40)] {
        let world = world(nodes, pairs);
        assert_eq!(all(&world).len(), nodes, "{nodes} nodes, {pairs} pairs");
        assert_eq!(world.company.pairs().count(), pairs);
    }
}

#[test]
fn the_same_seed_makes_the_same_world_and_another_seed_another() {
    let shape = |seed| {
        let world = World::new(seed, (100, 8), InstanceTiming::quick(), &Arc::default());
        let mut ids: Vec<String> = all(&world).iter().map(|node| node.id.clone()).collect();
        ids.sort();
        ids
    };
    assert_eq!(shape(7), shape(7));
    assert_ne!(shape(7), shape(8));
}

#[test]
fn the_default_world_has_every_sort_of_node() {
    let world = world(240, 8);
    for state in [
        "pending",
        "running",
        "stopping",
        "stopped",
        "shutting-down",
        "terminated",
    ] {
        assert!(
            all(&world)
                .iter()
                .any(|n| n.ec2().is_some_and(|f| f.state.name() == state)),
            "{state}"
        );
    }
    assert!(
        all(&world)
            .iter()
            .any(|n| matches!(n.kind, Kind::Hybrid(_)) && n.id.starts_with("mi-"))
    );
    assert!(
        all(&world)
            .iter()
            .any(|n| n.platform == NodePlatform::Windows && world.is_connected(n))
    );
    assert!(
        all(&world)
            .iter()
            .any(|n| n.ping.is_none() && n.ec2().is_some_and(|facts| facts.state == Ec2State::Running))
    );
    assert!(
        all(&world)
            .iter()
            .any(|n| n.ping == Some(AgentPing::ConnectionLost)
                && n.ec2().is_some_and(|facts| facts.state == Ec2State::Running))
    );
    assert!(all(&world).iter().any(|n| n.ping == Some(AgentPing::Inactive)));
}

#[test]
fn every_pair_begins_with_a_linux_node_that_can_be_reached() {
    let world = world(240, 8);
    for (profile, region) in world.company.pairs().filter(|(profile, _)| !profile.denied) {
        let first = &world.nodes(&profile.account, region)[0];
        assert!(
            world.is_connected(first) && first.platform == NodePlatform::Linux,
            "{} {region}",
            profile.name
        );
        assert_eq!(first.name, "checkout-api-1");
    }
}

#[test]
fn nodes_that_do_not_run_are_not_connected() {
    let world = world(240, 8);
    for node in all(&world) {
        let running = state(&world, &node).is_none_or(|state| state == Ec2State::Running);
        assert!(running || !world.is_connected(&node), "{}", node.id);
    }
}

#[test]
fn a_silenced_agent_is_lost_until_it_speaks_again() {
    let world = world(10, 1);
    let node = all(&world)
        .into_iter()
        .find(|node| world.is_connected(node))
        .unwrap();
    assert!(world.silence_agent(&node.id, true));
    assert_eq!(world.ping(&node), Some(AgentPing::ConnectionLost));
    assert!(world.silence_agent(&node.id, false));
    assert!(world.is_connected(&node));
    assert!(!world.silence_agent("i-0000000000000000f", true));
}

#[test]
fn host_names_are_plain_even_where_names_are_hostile() {
    let world = world(240, 8);
    assert!(
        all(&world).iter().any(|node| node.name.contains('<')),
        "a hostile name exists"
    );
    for node in all(&world) {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        assert!(
            !node.computer_name.is_empty() && node.computer_name.chars().all(plain),
            "{:?}",
            node.computer_name
        );
    }
}

#[test]
fn a_fleet_of_fifty_thousand_is_made_in_seconds_even_unoptimised() {
    let started = std::time::Instant::now();
    assert_eq!(all(&world(50_000, 8)).len(), 50_000);
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn what_was_under_way_when_the_world_was_made_comes_to_its_end() {
    let (world, clock) = clocked(240, 8);
    let found = |wanted: Ec2State| {
        let nodes = all(&world).into_iter();
        let mut found = nodes.filter(|node| node.ec2().is_some_and(|facts| facts.state == wanted));
        found.next().unwrap()
    };
    let under_way = [Ec2State::Pending, Ec2State::Stopping, Ec2State::ShuttingDown].map(found);
    let states = || under_way.each_ref().map(|node| state(&world, node).unwrap());
    assert_eq!(
        states(),
        [Ec2State::Pending, Ec2State::Stopping, Ec2State::ShuttingDown]
    );
    clock.set_ahead(700);
    assert_eq!(
        states(),
        [Ec2State::Running, Ec2State::Stopped, Ec2State::Terminated]
    );
    assert!(world.is_connected(&under_way[0]));
}

#[test]
fn an_instance_moves_by_the_clock_of_the_services() {
    let (world, clock) = clocked(32, 1);
    let node = all(&world)
        .into_iter()
        .find(|node| state(&world, node) == Some(Ec2State::Stopped))
        .unwrap();
    world.tell(&node.id, InstanceOrder::Start);
    assert_eq!(state(&world, &node), Some(Ec2State::Pending));
    clock.set_ahead(10);
    assert_eq!(
        (state(&world, &node), world.is_connected(&node)),
        (Some(Ec2State::Running), false)
    );
    clock.set_ahead(24);
    assert!(world.is_connected(&node));
    assert!(world.silence_agent(&node.id, true) && !world.is_connected(&node));
}

#[test]
fn a_replaced_instance_has_a_successor_of_its_name_in_its_pair() {
    let world = world(32, 1);
    let old = all(&world)
        .into_iter()
        .find(|node| world.is_connected(node) && node.ec2().is_some())
        .unwrap();
    let listed = world.nodes(&old.account, &old.region);
    let new = world.node(&world.replace(&old.id).unwrap()).unwrap();
    assert_eq!(
        (&new.name, &new.tags, new.id == old.id),
        (&old.name, &old.tags, false)
    );
    assert_eq!(state(&world, &old), Some(Ec2State::ShuttingDown));
    assert_eq!(state(&world, &new), Some(Ec2State::Pending));
    assert_eq!(
        listed.len() + 1,
        world.nodes(&old.account, &old.region).len(),
        "who lists meanwhile keeps his list"
    );
    assert!(world.replace("i-0000000000000000f").is_none());
}
