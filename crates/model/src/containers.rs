//! Containers of ECS, which take sessions as nodes do: clusters, their services, tasks and containers.

use async_trait::async_trait;

use crate::{ControlError, Scope, Target};

/// A cluster of ECS.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EcsCluster {
    /// Its name, which every target in it carries.
    pub name: String,
    /// Its ARN, by which it is asked for.
    pub arn: String,
}

/// What runs in a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EcsClusterContents {
    /// The names of its services, those without a task too, in the order of their names.
    pub services: Vec<String>,
    /// Its tasks that run or start.
    pub tasks: Vec<EcsTask>,
    /// Whether there are more tasks than were read.
    pub more_tasks: bool,
}

/// A task of ECS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EcsTask {
    /// The last part of its ARN.
    pub id: String,
    /// The service that started it; none where something else did.
    pub service: Option<String>,
    /// Family and revision of its definition, such as `storefront:12`.
    pub definition: String,
    /// As ECS says it last, such as `RUNNING`.
    pub status: String,
    /// Whether commands may be run in its containers, which is decided when it is started.
    pub takes_commands: bool,
    /// When it began to run, in milliseconds since the epoch.
    pub started_at_ms: Option<i64>,
    /// Its containers.
    pub containers: Vec<EcsContainer>,
}

/// A container of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EcsContainer {
    /// Its name in the task's definition.
    pub name: String,
    /// The image that it was made of.
    pub image: String,
    /// As ECS says it last, such as `RUNNING`.
    pub status: String,
    /// As the agent for commands says it last; none where it has none.
    pub agent_status: Option<String>,
    /// What a session to it is asked for; none before it runs.
    pub target: Option<Target>,
}

/// Asks ECS for containers.
#[async_trait]
pub trait Containers: Send + Sync {
    /// ECS ListClusters, all pages.
    ///
    /// # Errors
    /// Any [`ControlError`].
    async fn ecs_clusters(&self, scope: &Scope) -> Result<Vec<EcsCluster>, ControlError>;

    /// ECS ListServices, ListTasks and DescribeTasks of one cluster, all pages up to a bound.
    ///
    /// # Errors
    /// Any [`ControlError`].
    async fn ecs_contents(
        &self,
        scope: &Scope,
        cluster: &EcsCluster,
    ) -> Result<EcsClusterContents, ControlError>;
}
