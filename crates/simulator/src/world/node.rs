//! One managed node as the world made it: what EC2 and what Systems Manager say of it.

use std::time::Duration;

/// The operating system's family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NodePlatform {
    /// Any Linux: its agent runs a real shell.
    Linux,
    /// Windows: its agent runs a simulated shell that says what it is.
    Windows,
}

/// The life of an EC2 instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ec2State {
    Pending,
    Running,
    ShuttingDown,
    Terminated,
    Stopping,
    Stopped,
}

/// Whether the agent answers; a node without an agent has none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AgentPing {
    Online,
    ConnectionLost,
    Inactive,
}

/// One tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NodeTag {
    pub(crate) key: String,
    pub(crate) value: String,
}

/// What only EC2 knows.
#[derive(Debug, Clone)]
pub(crate) struct Ec2Facts {
    /// When the world was made.
    pub(crate) state: Ec2State,
    pub(crate) instance_type: &'static str,
    pub(crate) zone: String,
    pub(crate) image: String,
    pub(crate) vpc: String,
    pub(crate) subnet: String,
    pub(crate) security_group: String,
    /// Instances that were started by one call share it.
    pub(crate) reservation: String,
    /// The role's name; without one the agent has no permissions and never registers.
    pub(crate) instance_profile: Option<&'static str>,
    pub(crate) public_ip: Option<String>,
    /// Before the start of the simulator.
    pub(crate) launched_ago: Duration,
}

/// What only a hybrid activation knows.
#[derive(Debug, Clone)]
pub(crate) struct HybridFacts {
    pub(crate) activation: String,
    pub(crate) role: &'static str,
}

/// Where a node lives.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Ec2(Ec2Facts),
    Hybrid(HybridFacts),
    /// A container of an ECS task: a target, but no managed node.
    Container,
}

/// One managed node, EC2 or hybrid.
#[derive(Debug, Clone)]
pub(crate) struct SimulatedNode {
    /// `i-…`, `mi-…` or `ecs:<cluster>_<task>_<runtime>`.
    pub(crate) id: String,
    /// The value of the tag `Name`, or the activation's name; may be hostile text.
    pub(crate) name: String,
    /// The host name that the agent reports: letters, digits and hyphens only.
    pub(crate) computer_name: String,
    /// The operating system's family.
    pub(crate) platform: NodePlatform,
    /// For example `Amazon Linux`.
    pub(crate) platform_name: &'static str,
    /// For example `2023`.
    pub(crate) platform_version: &'static str,
    /// Twelve digits.
    pub(crate) account: String,
    /// For example `eu-central-1`.
    pub(crate) region: String,
    /// The agent's version, for example `3.3.987.0`.
    pub(crate) agent_version: &'static str,
    /// Whether the agent answered when the world was made; none means that the node had no agent.
    pub(crate) ping: Option<AgentPing>,
    /// How long ago a silent agent was last heard, before the start of the simulator.
    pub(crate) silent_for: Duration,
    /// When the agent registered, before the start of the simulator.
    pub(crate) registered_ago: Duration,
    pub(crate) private_ip: String,
    /// All tags, `Name` included; hybrid nodes have no `Name`.
    pub(crate) tags: Vec<NodeTag>,
    pub(crate) kind: Kind,
}

impl SimulatedNode {
    /// What EC2 knows; none for a hybrid node.
    pub(crate) fn ec2(&self) -> Option<&Ec2Facts> {
        match &self.kind {
            Kind::Ec2(facts) => Some(facts),
            Kind::Hybrid(_) | Kind::Container => None,
        }
    }

    /// The value of a tag.
    pub(crate) fn tag(&self, key: &str) -> Option<&str> {
        self.tags
            .iter()
            .find(|tag| tag.key == key)
            .map(|tag| tag.value.as_str())
    }
}

impl Ec2State {
    /// The API's code of the state (EC2 API, InstanceState).
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Running => 16,
            Self::ShuttingDown => 32,
            Self::Terminated => 48,
            Self::Stopping => 64,
            Self::Stopped => 80,
        }
    }

    /// The API's name of the state.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::ShuttingDown => "shutting-down",
            Self::Terminated => "terminated",
            Self::Stopping => "stopping",
            Self::Stopped => "stopped",
        }
    }

    /// Whether the instance still has its network interface and addresses.
    pub(crate) fn has_addresses(self) -> bool {
        self != Self::Terminated
    }
}

impl AgentPing {
    /// The API's word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Online => "Online",
            Self::ConnectionLost => "ConnectionLost",
            Self::Inactive => "Inactive",
        }
    }
}

impl NodePlatform {
    /// The API's word (SSM `PlatformType`).
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Linux => "Linux",
            Self::Windows => "Windows",
        }
    }
}
