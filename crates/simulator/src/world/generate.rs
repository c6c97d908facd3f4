//! Makes the nodes of every pair from the seed: a deck says which sort each is, chance says the rest.

use std::collections::HashMap;
use std::time::Duration;

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::company::{Company, Profile};
use super::hostile;
use super::names::{
    AGENT_VERSIONS, HYBRID_LINES, LINUX_LINES, LINUX_SYSTEMS, ServiceLine, System, WINDOWS_LINES,
    WINDOWS_SYSTEMS,
};
use super::node::{AgentPing, Ec2Facts, Ec2State, HybridFacts, Kind, NodePlatform, NodeTag, SimulatedNode};

/// Account and Region, and the nodes there.
type PairNodes = ((String, String), Vec<SimulatedNode>);

/// All nodes, shared out to the pairs by their weights.
pub(super) fn nodes(company: &Company, seed: u64, count: usize) -> Vec<PairNodes> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let shares = shares(&company.weights(), count);
    let mut made: Vec<PairNodes> = Vec::new();
    for ((profile, region), share) in company.pairs().zip(shares) {
        let mut pair = PairMaker::new(profile, region, &mut rng);
        let mut nodes: Vec<SimulatedNode> = (0..share).map(|index| pair.node(&mut rng, index)).collect();
        if made.is_empty() {
            hostile::plant(&mut nodes);
        }
        made.push(((profile.account.clone(), region.to_owned()), nodes));
    }
    made
}

/// Cuts `count` into parts by weight; what rounding leaves over goes to the first parts.
fn shares(weights: &[usize], count: usize) -> Vec<usize> {
    let total = weights.iter().sum::<usize>().max(1);
    let mut shares: Vec<usize> = weights.iter().map(|weight| count * weight / total).collect();
    // Rounding leaves less than one node for each part that has a weight.
    let left = count.saturating_sub(shares.iter().sum());
    for (share, _) in shares
        .iter_mut()
        .zip(weights)
        .filter(|(_, weight)| **weight > 0)
        .take(left)
    {
        *share += 1;
    }
    shares
}

/// What sort of node the deck deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Online,
    Windows,
    Lost,
    NoAgent,
    Hybrid,
    HybridInactive,
    Ec2(Ec2State),
}

/// Dealt over and over in each pair, so that small fleets have every sort too.
const DECK: &[Sort] = {
    use Ec2State::{Pending, ShuttingDown, Stopped, Stopping, Terminated};
    use Sort::{Ec2, Hybrid, HybridInactive, Lost, NoAgent, Online, Windows};
    &[
        Online,
        Online,
        Online,
        Online,
        Ec2(Stopped),
        Online,
        Windows,
        Online,
        Lost,
        Online,
        Online,
        Hybrid,
        Online,
        NoAgent,
        Online,
        Ec2(Pending),
        Online,
        Online,
        Ec2(Stopping),
        Online,
        Ec2(Stopped),
        Online,
        Ec2(Terminated),
        Online,
        Online,
        Ec2(ShuttingDown),
        Online,
        Windows,
        Online,
        Hybrid,
        HybridInactive,
        Online,
    ]
};

/// What the nodes of a pair share.
struct PairMaker<'a> {
    profile: &'a Profile,
    region: &'a str,
    vpc: String,
    security_group: String,
    /// Subnet of each zone a, b, c.
    subnets: [String; 3],
    image: String,
    activation: String,
    /// Second octet of the pair's network.
    network: u8,
    reservation: String,
    counters: HashMap<&'static str, usize>,
}

impl<'a> PairMaker<'a> {
    fn new(profile: &'a Profile, region: &'a str, rng: &mut ChaCha8Rng) -> Self {
        Self {
            profile,
            region,
            vpc: hex_id("vpc-", rng),
            security_group: hex_id("sg-", rng),
            subnets: [
                hex_id("subnet-", rng),
                hex_id("subnet-", rng),
                hex_id("subnet-", rng),
            ],
            image: hex_id("ami-", rng),
            activation: format!(
                "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
                rng.next_u32(),
                rng.random_range(0..0x1_0000_u32),
                rng.random_range(0..0x1000_u32),
                rng.random_range(0..0x1000_u32),
                rng.next_u64() >> 16
            ),
            network: rng.random_range(8..250),
            reservation: String::new(),
            counters: HashMap::new(),
        }
    }

    fn node(&mut self, rng: &mut ChaCha8Rng, index: usize) -> SimulatedNode {
        let sort = DECK.get(index % DECK.len()).copied().unwrap_or(Sort::Online);
        let (lines, systems, platform) = sort.choices();
        // The first three nodes of a pair are known by name to people and to tests.
        let line = if index < 3 { lines.get(index) } else { None }.unwrap_or_else(|| pick(lines, rng));
        let number = self
            .counters
            .entry(line.name)
            .and_modify(|number| *number += 1)
            .or_insert(1);
        let name = format!("{}-{number}", line.name);
        let system = pick(systems, rng);
        let private_ip = self.private_ip(index);
        let hybrid = matches!(sort, Sort::Hybrid | Sort::HybridInactive);
        let age = Duration::from_secs(rng.random_range(3_600..200 * 86_400));
        SimulatedNode {
            id: hex_id(if hybrid { "mi-" } else { "i-" }, rng),
            computer_name: self.computer_name(platform, hybrid, &name, &private_ip),
            platform,
            platform_name: system.name,
            platform_version: system.version,
            account: self.profile.account.clone(),
            region: self.region.to_owned(),
            agent_version: pick::<&str>(AGENT_VERSIONS, rng),
            ping: ping(sort),
            silent_for: Duration::from_secs(rng.random_range(1_800..5 * 86_400)).min(age),
            registered_ago: age,
            tags: self.tags(line, &name, hybrid, rng),
            kind: if hybrid {
                self.hybrid()
            } else {
                self.ec2(sort, line, system, age, rng)
            },
            name,
            private_ip,
        }
    }

    fn private_ip(&self, index: usize) -> String {
        // 250 hosts in each /24, beginning at .4 as in a VPC.
        format!("10.{}.{}.{}", self.network, (index / 250) % 256, 4 + index % 250)
    }

    fn computer_name(&self, platform: NodePlatform, hybrid: bool, name: &str, private_ip: &str) -> String {
        if hybrid {
            return name.to_owned();
        }
        match platform {
            NodePlatform::Linux => format!("ip-{}", private_ip.replace('.', "-")),
            NodePlatform::Windows => format!("EC2AMAZ-{}", name.to_ascii_uppercase()),
        }
    }

    fn tags(&self, line: &ServiceLine, name: &str, hybrid: bool, rng: &mut ChaCha8Rng) -> Vec<NodeTag> {
        let release = format!(
            "v{}.{}.{}",
            rng.random_range(1..9),
            rng.random_range(0..40),
            rng.random_range(0..10)
        );
        let tag = |key: &str, value: &str| NodeTag {
            key: key.to_owned(),
            value: value.to_owned(),
        };
        let mut tags = vec![
            tag("team", line.team),
            tag("role", line.role),
            tag("env", &self.profile.environment),
            tag("tier", line.tier),
            tag("owner", &format!("{}@acme.example", line.owner)),
            tag("release", &release),
        ];
        if !hybrid {
            tags.insert(0, tag("Name", name));
        }
        tags
    }

    fn hybrid(&self) -> Kind {
        Kind::Hybrid(HybridFacts {
            activation: self.activation.clone(),
            role: "service-role/AmazonSSMRole",
        })
    }

    fn ec2(
        &mut self,
        sort: Sort,
        line: &ServiceLine,
        system: &System,
        age: Duration,
        rng: &mut ChaCha8Rng,
    ) -> Kind {
        let state = sort.state();
        let zone = rng.random_range(0..3_usize);
        if self.reservation.is_empty() || !rng.random_ratio(1, 4) {
            self.reservation = hex_id("r-", rng);
        }
        let addresses = line.public && state == Ec2State::Running;
        Kind::Ec2(Ec2Facts {
            state,
            instance_type: pick::<&str>(&line.instance_types, rng),
            zone: format!(
                "{}{}",
                self.region,
                ["a", "b", "c"].get(zone).copied().unwrap_or("a")
            ),
            image: if system.name == "Amazon Linux" {
                self.image.clone()
            } else {
                hex_id("ami-", rng)
            },
            vpc: self.vpc.clone(),
            subnet: self.subnets.get(zone).cloned().unwrap_or_default(),
            security_group: self.security_group.clone(),
            reservation: self.reservation.clone(),
            instance_profile: (sort != Sort::NoAgent).then_some("NodeAgent"),
            // 203.0.113.0/24 is set aside for documentation (RFC 5737).
            public_ip: addresses.then(|| format!("203.0.113.{}", rng.random_range(1..255))),
            launched_ago: if state == Ec2State::Pending {
                Duration::from_secs(40)
            } else {
                age
            },
        })
    }
}

impl Sort {
    /// The services and systems that a node of this sort can have.
    fn choices(self) -> (&'static [ServiceLine], &'static [System], NodePlatform) {
        match self {
            Self::Windows => (WINDOWS_LINES, WINDOWS_SYSTEMS, NodePlatform::Windows),
            Self::Hybrid | Self::HybridInactive => (HYBRID_LINES, LINUX_SYSTEMS, NodePlatform::Linux),
            Self::Online | Self::Lost | Self::NoAgent | Self::Ec2(_) => {
                (LINUX_LINES, LINUX_SYSTEMS, NodePlatform::Linux)
            }
        }
    }

    fn state(self) -> Ec2State {
        match self {
            Self::Ec2(state) => state,
            Self::Online
            | Self::Windows
            | Self::Lost
            | Self::NoAgent
            | Self::Hybrid
            | Self::HybridInactive => Ec2State::Running,
        }
    }
}

fn ping(sort: Sort) -> Option<AgentPing> {
    match sort {
        Sort::Online | Sort::Windows | Sort::Hybrid => Some(AgentPing::Online),
        // Systems Manager remembers the agent of an instance that stopped.
        Sort::Lost | Sort::Ec2(Ec2State::Stopped | Ec2State::Stopping) => Some(AgentPing::ConnectionLost),
        Sort::HybridInactive => Some(AgentPing::Inactive),
        Sort::NoAgent
        | Sort::Ec2(Ec2State::Pending | Ec2State::Running | Ec2State::ShuttingDown | Ec2State::Terminated) => {
            None
        }
    }
}

fn hex_id(prefix: &str, rng: &mut ChaCha8Rng) -> String {
    format!("{prefix}0{:016x}", rng.next_u64())
}

/// One of `from`; the tables are never empty.
#[expect(
    clippy::indexing_slicing,
    reason = "the index comes from the length, and the tables are constants"
)]
fn pick<'t, T>(from: &'t [T], rng: &mut ChaCha8Rng) -> &'t T {
    &from[rng.random_range(0..from.len())]
}
