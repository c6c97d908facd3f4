//! Containers of ECS, which take sessions as nodes do.

use serde::{Deserialize, Serialize};
use specta::Type;

#[cfg(doc)]
use super::ConnectRequest;

/// A cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EcsClusterView {
    /// Its name.
    pub name: String,
    /// Its ARN, by which its contents are asked for.
    pub arn: String,
}

/// What runs in a cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EcsContentsView {
    /// Its services by name, then what no service started.
    pub services: Vec<EcsServiceView>,
    /// Whether there are more tasks than were read.
    pub more_tasks: bool,
}

/// A service with its tasks.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EcsServiceView {
    /// Its name; none for tasks that no service started.
    pub name: Option<String>,
    /// Its tasks, the newest first.
    pub tasks: Vec<EcsTaskView>,
}

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EcsTaskView {
    /// The last part of its ARN.
    pub id: String,
    /// Family and revision of its definition.
    pub definition: String,
    /// As ECS says it last, such as `RUNNING`.
    pub status: String,
    /// Whether commands may be run in its containers, which is decided when it is started.
    pub takes_commands: bool,
    /// When it began to run, in milliseconds since the epoch.
    pub started_at_ms: Option<f64>,
    /// Its containers.
    pub containers: Vec<EcsContainerView>,
}

/// A container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EcsContainerView {
    /// Its name.
    pub name: String,
    /// The image that it was made of.
    pub image: String,
    /// As ECS says it last, such as `RUNNING`.
    pub status: String,
    /// As the agent for commands says it last.
    pub agent_status: Option<String>,
    /// For [`ConnectRequest::Typed`]; none before it runs.
    pub target: Option<String>,
}
