//! Pairs and their sync.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Environment, ErrorView};

/// What the user writes about a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PairDraft {
    /// The AWS profile.
    pub profile: String,
    /// The Region.
    pub region: String,
    /// Whether it takes part in sync.
    pub enabled: bool,
    /// Where its services are dialled; without it they stay as they are, for a new pair at AWS's own hosts.
    #[serde(default)]
    #[specta(optional)]
    pub endpoints: Option<EndpointsView>,
}

/// Where the services of a pair are dialled instead of at AWS's own hosts, as host or URL; empty for those.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EndpointsView {
    /// The data channels of sessions.
    pub ssmmessages: String,
    /// Systems Manager.
    pub ssm: String,
    /// EC2.
    pub ec2: String,
    /// KMS.
    pub kms: String,
    /// STS.
    pub sts: String,
}

/// How many nodes a profile has in a Region.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NodeCountView {
    /// Those that were read.
    pub nodes: u32,
    /// Why there may be more: one of the calls failed.
    pub error: Option<ErrorView>,
}

/// One pair with its state.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PairView {
    /// Its number; nodes refer to it.
    pub id: i32,
    /// The AWS profile.
    pub profile: String,
    /// The Region.
    pub region: String,
    /// Whether it takes part in sync.
    pub enabled: bool,
    /// Where its services are dialled.
    pub endpoints: EndpointsView,
    /// The profile's colour.
    pub environment: Environment,
    /// Something wrong with the row itself, such as a profile that does not exist.
    pub problem: Option<ErrorView>,
    /// What sync says.
    pub sync: SyncView,
}

/// The state of a pair's sync. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SyncView {
    /// What is going on.
    pub phase: SyncPhase,
    /// Pages read so far by a running sync.
    pub pages_read: u32,
    /// Nodes read so far by a running sync.
    pub nodes_read: u32,
    /// When the data shown was read; none if never.
    pub data_at_ms: Option<f64>,
    /// When what is shown of agents and hybrid nodes was read; none if never.
    pub agents_at_ms: Option<f64>,
    /// When the last sync failed, wholly or in part; what it did not bring is then older.
    pub failed_at_ms: Option<f64>,
    /// When it is read again by itself, where what failed may pass.
    pub again_at_ms: Option<f64>,
    /// Why it failed; with the phase `partial`, which call did and why.
    pub error: Option<ErrorView>,
}

/// What is going on with a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum SyncPhase {
    /// Not synced yet.
    Never,
    /// Waiting for its turn.
    Queued,
    /// Being read.
    Running,
    /// The data is complete.
    Done,
    /// One of the calls failed in the last sync: what it would have told is older, or not known.
    Partial,
    /// The last sync failed.
    Failed,
    /// The last sync was stopped by the user.
    Cancelled,
}
