//! One node of the fleet: what EC2 and the SSM agent say of the same machine, made safe to show.

use postern_model::{InstanceState, NodeId, NodeKind, PingStatus, Platform, Tag};
use serde::{Deserialize, Serialize};

/// A node as it is known from one reading of its pair. Every text went through [`postern_model::display_text`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Node {
    /// `i-…` or `mi-…`.
    pub id: NodeId,
    /// The name to show: the tag `Name`, else the activation's name, else the computer's name, else empty.
    pub name: String,
    /// EC2 or hybrid.
    pub kind: NodeKind,
    /// Life of the instance; [`InstanceState::Unknown`] for hybrid nodes.
    pub state: InstanceState,
    /// Whether the agent answers; none where Systems Manager could never be asked.
    pub ping: Option<Ping>,
    /// When the agent last did, in milliseconds since the epoch.
    pub last_ping_at_ms: Option<i64>,
    /// As the agent reported it last, such as `3.3.2299.0`.
    pub agent_version: Option<String>,
    /// The family of its operating system.
    pub platform: Option<Platform>,
    /// Name and version of its operating system, for example `Amazon Linux 2023`.
    pub platform_name: Option<String>,
    /// For example `m7g.large`.
    pub instance_type: Option<String>,
    /// Availability zone.
    pub zone: Option<String>,
    /// Private address.
    pub private_ip: Option<String>,
    /// Public address.
    pub public_ip: Option<String>,
    /// Name of the instance profile, or role of the activation.
    pub role: Option<String>,
    /// When it was last started, in milliseconds since the epoch.
    pub launched_at_ms: Option<i64>,
    /// The account that it belongs to, twelve digits; none until something of its pair told.
    pub account: Option<String>,
    /// Its tags by key, without `Name`.
    pub tags: Vec<Tag>,
}

impl Node {
    /// This node with what another reading says of its agent.
    pub(crate) fn with_agent_of(mut self, other: &Self) -> Self {
        self.ping = other.ping;
        self.last_ping_at_ms = other.last_ping_at_ms;
        self.agent_version.clone_from(&other.agent_version);
        self.platform_name.clone_from(&other.platform_name);
        self.platform = other.platform.or(self.platform);
        self.private_ip = self.private_ip.or_else(|| other.private_ip.clone());
        if self.name.is_empty() {
            self.name.clone_from(&other.name);
        }
        self
    }

    /// This node with that account, where it has none.
    pub(crate) fn of_account(mut self, account: Option<&str>) -> Self {
        self.account = self.account.or_else(|| account.map(ToOwned::to_owned));
        self
    }

    /// This node as Systems Manager, which was asked, does not know it.
    pub(crate) fn without_agent(self) -> Self {
        Self {
            ping: Some(Ping::NoAgent),
            last_ping_at_ms: None,
            agent_version: None,
            ..self
        }
    }
}

/// What Systems Manager says of a node's agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ping {
    /// The agent answered lately: a session can be opened.
    Online,
    /// The agent was there and fell silent.
    ConnectionLost,
    /// The agent was deactivated.
    Inactive,
    /// Systems Manager was asked and does not know this instance.
    NoAgent,
}

impl From<PingStatus> for Ping {
    fn from(status: PingStatus) -> Self {
        match status {
            PingStatus::Online => Self::Online,
            PingStatus::ConnectionLost => Self::ConnectionLost,
            PingStatus::Inactive => Self::Inactive,
        }
    }
}
