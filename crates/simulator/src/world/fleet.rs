//! All nodes of all accounts and Regions, how they stand, and which agents outside hands have silenced.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, SystemTime};

use rand::RngExt as _;

use super::company::Company;
use super::containers::{self, Cluster};
use super::generate;
use super::life::{InstanceOrder, InstanceStanding, InstanceTiming, Told, standing};
use super::node::{AgentPing, Ec2Facts, SimulatedNode};
use super::regions::OptIns;
use super::roster::{PairRoster, Roster};
use crate::service_clock::ServiceClock;

/// The made-up company and its nodes.
#[derive(Debug)]
pub(crate) struct World {
    company: Company,
    roster: RwLock<Roster>,
    clusters: Vec<Cluster>,
    /// By target.
    containers: HashMap<String, Arc<SimulatedNode>>,
    silenced: RwLock<HashSet<String>>,
    /// What instances were told last, by id.
    told: RwLock<HashMap<String, Told>>,
    timing: InstanceTiming,
    opt_ins: OptIns,
    clock: Arc<ServiceClock>,
    /// Times of nodes count from here backwards.
    made_at: SystemTime,
}

impl World {
    /// The same world for the same three numbers, but for its times, which count back from now.
    pub(crate) fn new(
        seed: u64,
        (nodes, pairs): (usize, usize),
        timing: InstanceTiming,
        clock: &Arc<ServiceClock>,
    ) -> Self {
        let company = Company::new(seed, pairs);
        let mut roster = Roster::default();
        for (pair, nodes) in generate::nodes(&company, seed, nodes) {
            roster.add_pair(pair, nodes);
        }
        let clusters = containers::clusters(&company, seed);
        let containers = clusters.iter().flat_map(Cluster::containers);
        let containers = containers
            .map(|container| (container.node.id.clone(), Arc::clone(&container.node)))
            .collect();
        Self {
            company,
            roster: RwLock::new(roster),
            clusters,
            containers,
            silenced: RwLock::default(),
            told: RwLock::default(),
            timing,
            opt_ins: OptIns::default(),
            clock: Arc::clone(clock),
            made_at: clock.now(),
        }
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
    pub(crate) fn nodes(&self, account: &str, region: &str) -> PairRoster {
        read(&self.roster).pair(account, region)
    }

    /// The node or container with this id, wherever it is.
    pub(crate) fn node(&self, id: &str) -> Option<Arc<SimulatedNode>> {
        let node = read(&self.roster).get(id);
        node.or_else(|| self.containers.get(id).cloned())
    }

    /// The ECS clusters of one account in one Region.
    pub(crate) fn clusters(&self, account: &str, region: &str) -> impl Iterator<Item = &Cluster> {
        self.clusters
            .iter()
            .filter(move |cluster| cluster.account == account && cluster.region == region)
    }

    /// How an instance stands now, before outside hands silence its agent; none for what is no instance.
    pub(crate) fn standing(&self, node: &SimulatedNode) -> Option<InstanceStanding> {
        let times = (self.made_at, self.clock.now());
        Some(standing(node, node.ec2()?, self.told(node), &self.timing, times))
    }

    /// The agent's state now; none when the node has no agent.
    pub(crate) fn ping(&self, node: &SimulatedNode) -> Option<AgentPing> {
        let ping = match self.standing(node) {
            Some(standing) => standing.ping,
            None => node.ping,
        }?;
        let lost = ping == AgentPing::Online && read(&self.silenced).contains(&node.id);
        Some(if lost { AgentPing::ConnectionLost } else { ping })
    }

    /// Whether a session can be opened to the node now.
    pub(crate) fn is_connected(&self, node: &SimulatedNode) -> bool {
        self.ping(node) == Some(AgentPing::Online)
    }

    /// Whether the instance was told to do something since the world was made.
    pub(crate) fn was_told(&self, node: &SimulatedNode) -> bool {
        self.told(node).is_some()
    }

    /// Tells an instance what to do, whatever it does now.
    pub(crate) fn tell(&self, node: &str, order: InstanceOrder) {
        let told = Told {
            order,
            at: self.clock.now(),
        };
        write(&self.told).insert(node.to_owned(), told);
    }

    /// Terminates an instance and starts another one of the same name and tags; answers its id, or none when there
    /// is no such instance.
    pub(crate) fn replace(&self, id: &str) -> Option<String> {
        let old = self.node(id).filter(|node| node.ec2().is_some())?;
        let (number, host): (u64, u8) = (rand::rng().random(), rand::rng().random_range(4..250));
        let new = SimulatedNode {
            id: format!("i-0{number:016x}"),
            private_ip: format!("10.7.250.{host}"),
            ..SimulatedNode::clone(&old)
        };
        let new_id = new.id.clone();
        self.tell(id, InstanceOrder::Terminate);
        self.tell(&new_id, InstanceOrder::Start);
        write(&self.roster).add(new);
        Some(new_id)
    }

    /// When an instance was started last.
    pub(crate) fn launched_at(&self, node: &SimulatedNode, facts: &Ec2Facts) -> SystemTime {
        let told = self.told(node).filter(|told| told.order == InstanceOrder::Start);
        told.map_or_else(|| self.before(facts.launched_ago), |told| told.at)
    }

    /// Silences the agent of a node, or lets it speak again; false when there is no such node.
    pub(crate) fn silence_agent(&self, id: &str, silent: bool) -> bool {
        if silent {
            write(&self.silenced).insert(id.to_owned());
        } else {
            write(&self.silenced).remove(id);
        }
        self.node(id).is_some()
    }

    /// The moment `ago` before the world was made.
    pub(crate) fn before(&self, ago: Duration) -> SystemTime {
        self.made_at.checked_sub(ago).unwrap_or(self.made_at)
    }

    fn told(&self, node: &SimulatedNode) -> Option<Told> {
        read(&self.told).get(&node.id).copied()
    }
}

fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
