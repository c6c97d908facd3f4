//! All nodes of all accounts and Regions, and which agents outside hands have silenced.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use super::company::Company;
use super::containers::{self, Cluster};
use super::generate;
use super::node::{AgentPing, SimulatedNode};
use super::regions::OptIns;

/// The made-up company and its nodes.
#[derive(Debug)]
pub(crate) struct World {
    company: Company,
    pairs: HashMap<(String, String), Vec<Arc<SimulatedNode>>>,
    by_id: HashMap<String, Arc<SimulatedNode>>,
    clusters: Vec<Cluster>,
    /// By target.
    containers: HashMap<String, Arc<SimulatedNode>>,
    silenced: RwLock<HashSet<String>>,
    opt_ins: OptIns,
    /// Times of nodes count from here backwards.
    made_at: SystemTime,
}

impl World {
    /// The same world for the same three numbers, but for its times, which count back from `made_at`.
    pub(crate) fn new(seed: u64, nodes: usize, pairs: usize, made_at: SystemTime) -> Self {
        let company = Company::new(seed, pairs);
        let mut world = Self {
            pairs: HashMap::new(),
            by_id: HashMap::with_capacity(nodes),
            clusters: containers::clusters(&company, seed),
            containers: HashMap::new(),
            silenced: RwLock::default(),
            opt_ins: OptIns::default(),
            company,
            made_at,
        };
        for (pair, nodes) in generate::nodes(&world.company, seed, nodes) {
            let nodes: Vec<Arc<SimulatedNode>> = nodes.into_iter().map(Arc::new).collect();
            world
                .by_id
                .extend(nodes.iter().map(|node| (node.id.clone(), Arc::clone(node))));
            world.pairs.insert(pair, nodes);
        }
        let containers = world.clusters.iter().flat_map(Cluster::containers);
        world.containers = containers
            .map(|container| (container.node.id.clone(), Arc::clone(&container.node)))
            .collect();
        world
    }

    /// Accounts and profiles.
    pub(crate) fn company(&self) -> &Company {
        &self.company
    }

    /// Which account opted in to which Region.
    pub(crate) fn opt_ins(&self) -> &OptIns {
        &self.opt_ins
    }

    /// The nodes of one account in one Region; empty where the company has none.
    pub(crate) fn nodes(&self, account: &str, region: &str) -> &[Arc<SimulatedNode>] {
        self.pairs
            .get(&(account.to_owned(), region.to_owned()))
            .map_or(&[], Vec::as_slice)
    }

    /// The node or container with this id, wherever it is.
    pub(crate) fn node(&self, id: &str) -> Option<Arc<SimulatedNode>> {
        self.by_id.get(id).or_else(|| self.containers.get(id)).cloned()
    }

    /// The ECS clusters of one account in one Region.
    pub(crate) fn clusters(&self, account: &str, region: &str) -> impl Iterator<Item = &Cluster> {
        self.clusters
            .iter()
            .filter(move |cluster| cluster.account == account && cluster.region == region)
    }

    /// The agent's state now; none when the node has no agent.
    pub(crate) fn ping(&self, node: &SimulatedNode) -> Option<AgentPing> {
        let ping = node.ping?;
        let lost = ping == AgentPing::Online && (self.is_silenced(&node.id) || !node.answers());
        Some(if lost { AgentPing::ConnectionLost } else { ping })
    }

    /// Whether a session can be opened to the node now.
    pub(crate) fn is_connected(&self, node: &SimulatedNode) -> bool {
        self.ping(node) == Some(AgentPing::Online)
    }

    /// Silences the agent of a node, or lets it speak again; false when there is no such node.
    pub(crate) fn silence_agent(&self, id: &str, silent: bool) -> bool {
        let mut silenced = self.silenced.write().unwrap_or_else(PoisonError::into_inner);
        if silent {
            silenced.insert(id.to_owned());
        } else {
            silenced.remove(id);
        }
        self.node(id).is_some()
    }

    /// The moment `ago` before the world was made.
    pub(crate) fn before(&self, ago: Duration) -> SystemTime {
        self.made_at.checked_sub(ago).unwrap_or(self.made_at)
    }

    fn is_silenced(&self, id: &str) -> bool {
        self.silenced
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::{Ec2State, Kind, NodePlatform};

    fn world(nodes: usize, pairs: usize) -> World {
        World::new(
            1,
            nodes,
            pairs,
            SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000),
        )
    }

    fn all(world: &World) -> impl Iterator<Item = &Arc<SimulatedNode>> {
        world.by_id.values()
    }

    #[test]
    fn a_world_has_exactly_the_nodes_that_were_asked_for() {
        for (nodes, pairs) in [(0, 1), (1, 1), (240, 8), (7, 8), (1000, 40)] {
            let world = world(nodes, pairs);
            assert_eq!(world.by_id.len(), nodes, "{nodes} nodes, {pairs} pairs");
            assert_eq!(world.company.pairs().count(), pairs);
        }
    }

    #[test]
    fn the_same_seed_makes_the_same_world_and_another_seed_another() {
        let shape = |seed| {
            let world = World::new(seed, 100, 8, SystemTime::UNIX_EPOCH);
            let mut ids: Vec<String> = world.by_id.into_keys().collect();
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
                all(&world).any(|n| n.ec2().is_some_and(|f| f.state.name() == state)),
                "{state}"
            );
        }
        assert!(all(&world).any(|n| matches!(n.kind, Kind::Hybrid(_)) && n.id.starts_with("mi-")));
        assert!(all(&world).any(|n| n.platform == NodePlatform::Windows && n.answers()));
        assert!(
            all(&world)
                .any(|n| n.ping.is_none() && n.ec2().is_some_and(|facts| facts.state == Ec2State::Running))
        );
        assert!(all(&world).any(|n| n.ping == Some(AgentPing::ConnectionLost)
            && n.ec2().is_some_and(|facts| facts.state == Ec2State::Running)));
        assert!(all(&world).any(|n| n.ping == Some(AgentPing::Inactive)));
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
            let running = node.ec2().is_none_or(|facts| facts.state == Ec2State::Running);
            assert!(running || !world.is_connected(node), "{}", node.id);
        }
    }

    #[test]
    fn a_silenced_agent_is_lost_until_it_speaks_again() {
        let world = world(10, 1);
        let node = Arc::clone(all(&world).find(|node| node.answers()).unwrap());
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
            all(&world).any(|node| node.name.contains('<')),
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
        assert_eq!(world(50_000, 8).by_id.len(), 50_000);
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "{:?}",
            started.elapsed()
        );
    }
}
