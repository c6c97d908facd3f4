//! The company's ECS clusters: a few tasks whose containers take sessions as nodes do.

use std::sync::Arc;
use std::time::Duration;

use rand::{Rng as _, RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::company::Company;
use super::node::{AgentPing, Kind, NodePlatform, SimulatedNode};

/// An ECS cluster.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) name: &'static str,
    pub(crate) arn: String,
    pub(crate) account: String,
    pub(crate) region: String,
    pub(crate) tasks: Vec<Task>,
}

/// A running task.
#[derive(Debug)]
pub(crate) struct Task {
    /// 32 hexadecimal digits.
    pub(crate) id: String,
    pub(crate) arn: String,
    pub(crate) service: &'static str,
    pub(crate) definition_arn: String,
    /// Whether commands can be run in its containers (ECS Exec).
    pub(crate) takes_commands: bool,
    pub(crate) started_ago: Duration,
    pub(crate) containers: Vec<Container>,
}

/// A container of a task.
#[derive(Debug)]
pub(crate) struct Container {
    pub(crate) name: &'static str,
    pub(crate) arn: String,
    pub(crate) image: String,
    /// The last part of the target.
    pub(crate) runtime_id: String,
    /// The target of its sessions, as the rest of the simulator sees it.
    pub(crate) node: Arc<SimulatedNode>,
}

/// Service, containers, and whether commands can be run in them.
const SERVICES: &[(&str, &[&str], bool)] = &[
    ("storefront", &["app", "proxy"], true),
    ("storefront", &["app", "proxy"], true),
    ("mailer", &["mailer"], true),
    // Its tasks were started without ECS Exec.
    ("ledger", &["ledger"], false),
];

/// Two clusters in every pair of the company that is not denied: one with tasks and one without.
pub(super) fn clusters(company: &Company, seed: u64) -> Vec<Cluster> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0xec5);
    let pairs = company.pairs().filter(|(profile, _)| !profile.denied);
    pairs
        .flat_map(|(profile, region)| {
            let mut shop = Cluster::new("acme-shop", &profile.account, region);
            shop.tasks = SERVICES
                .iter()
                .map(|(service, containers, takes_commands)| {
                    shop.task(&mut rng, service, containers, *takes_commands)
                })
                .collect();
            [shop, Cluster::new("acme-batch", &profile.account, region)]
        })
        .collect()
}

impl Cluster {
    /// Every container of every task.
    pub(crate) fn containers(&self) -> impl Iterator<Item = &Container> {
        self.tasks.iter().flat_map(|task| &task.containers)
    }

    /// The task with this id or ARN.
    pub(crate) fn find_task(&self, named: &str) -> Option<&Task> {
        self.tasks
            .iter()
            .find(|task| task.id == named || task.arn == named)
    }

    fn new(name: &'static str, account: &str, region: &str) -> Self {
        Self {
            name,
            arn: format!("arn:aws:ecs:{region}:{account}:cluster/{name}"),
            account: account.to_owned(),
            region: region.to_owned(),
            tasks: Vec::new(),
        }
    }

    fn task(
        &self,
        rng: &mut ChaCha8Rng,
        service: &'static str,
        containers: &[&'static str],
        takes_commands: bool,
    ) -> Task {
        let id = format!("{:016x}{:016x}", rng.next_u64(), rng.next_u64());
        let (account, region) = (&self.account, &self.region);
        let own = |kind: &str, rest: String| format!("arn:aws:ecs:{region}:{account}:{kind}/{rest}");
        let started_ago = Duration::from_secs(rng.random_range(600..30 * 86_400));
        Task {
            arn: own("task", format!("{}/{id}", self.name)),
            service,
            definition_arn: own(
                "task-definition",
                format!("{service}:{}", rng.random_range(1..90)),
            ),
            takes_commands,
            started_ago,
            containers: containers
                .iter()
                .map(|name| self.container(rng, &id, name, started_ago))
                .collect(),
            id,
        }
    }

    fn container(
        &self,
        rng: &mut ChaCha8Rng,
        task: &str,
        name: &'static str,
        started_ago: Duration,
    ) -> Container {
        let (account, region) = (&self.account, &self.region);
        let runtime_id = format!("{task}-{:010}", rng.random_range(0..10_000_000_000_u64));
        let target = format!("ecs:{}_{task}_{runtime_id}", self.name);
        let id = uuid::Builder::from_random_bytes(rng.random()).into_uuid();
        Container {
            name,
            arn: format!(
                "arn:aws:ecs:{region}:{account}:container/{}/{task}/{id}",
                self.name
            ),
            image: format!("{account}.dkr.ecr.{region}.amazonaws.com/{name}:stable"),
            node: Arc::new(self.node(rng, target, name, started_ago)),
            runtime_id,
        }
    }

    fn node(&self, rng: &mut ChaCha8Rng, target: String, name: &str, started_ago: Duration) -> SimulatedNode {
        SimulatedNode {
            id: target,
            name: name.to_owned(),
            computer_name: name.to_owned(),
            platform: NodePlatform::Linux,
            platform_name: "Amazon Linux",
            platform_version: "2023",
            account: self.account.clone(),
            region: self.region.clone(),
            agent_version: "3.3.987.0",
            ping: Some(AgentPing::Online),
            silent_for: Duration::ZERO,
            registered_ago: started_ago,
            private_ip: format!("10.7.{}.{}", rng.random_range(0..4), rng.random_range(4..250)),
            tags: Vec::new(),
            kind: Kind::Container,
        }
    }
}
