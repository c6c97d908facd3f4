//! Nodes of the fleet.

use serde::Serialize;
use specta::Type;

/// One node of the fleet.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NodeView {
    /// Stable over syncs: `<pair>/<node id>`.
    pub key: String,
    /// The pair it belongs to.
    pub pair: i32,
    /// `i-…` or `mi-…`.
    pub id: String,
    /// Name to show: the tag `Name`, else what the agent reports, else empty.
    pub name: String,
    /// EC2 or hybrid.
    pub kind: NodeKindView,
    /// Life of the instance.
    pub state: NodeStateView,
    /// Whether the agent answers.
    pub ping: PingView,
    /// When the agent last did.
    pub last_ping_at_ms: Option<f64>,
    /// The agent's version.
    pub agent_version: Option<String>,
    /// `linux`, `windows`, `mac-os`.
    pub platform: Option<PlatformView>,
    /// For example `Amazon Linux 2023`.
    pub platform_name: Option<String>,
    /// For example `m7g.large`.
    pub instance_type: Option<String>,
    /// Availability zone.
    pub zone: Option<String>,
    /// Private address.
    pub private_ip: Option<String>,
    /// Public address.
    pub public_ip: Option<String>,
    /// Instance profile or activation role.
    pub role: Option<String>,
    /// When it was last started.
    pub launched_at_ms: Option<f64>,
    /// The account that it belongs to, twelve digits, where known.
    pub account: Option<String>,
    /// Its tags without `Name`.
    pub tags: Vec<TagView>,
}

/// EC2 or hybrid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum NodeKindView {
    /// An EC2 instance.
    Ec2,
    /// A hybrid node.
    Hybrid,
}

/// Life of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum NodeStateView {
    /// Starting.
    Pending,
    /// Running.
    Running,
    /// Stopping.
    Stopping,
    /// Stopped.
    Stopped,
    /// Shutting down for good.
    ShuttingDown,
    /// Gone.
    Terminated,
    /// Not known (hybrid nodes).
    Unknown,
}

/// Whether the agent answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum PingView {
    /// It does.
    Online,
    /// It fell silent.
    Lost,
    /// It was deactivated.
    Inactive,
    /// Systems Manager does not know this instance.
    NoAgent,
    /// Systems Manager could not be asked.
    Unknown,
}

/// The operating system's family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum PlatformView {
    /// Linux.
    Linux,
    /// Windows.
    Windows,
    /// macOS.
    MacOs,
}

/// One tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct TagView {
    /// Key.
    pub key: String,
    /// Value.
    pub value: String,
}
