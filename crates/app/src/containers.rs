//! Containers of ECS as a tree: clusters of a pair, and in each its services, tasks and containers.

use std::{cmp::Reverse, collections::BTreeMap, sync::Arc, time::Duration};

use postern_model::{
    ControlError, ControlPlane, EcsCluster, EcsClusterContents, EcsContainer, EcsTask, Scope,
};
use tokio::time::timeout;

use crate::{
    background::Background,
    clock::for_page,
    contract::{EcsClusterView, EcsContainerView, EcsContentsView, EcsServiceView, EcsTaskView, ErrorView},
    fleet::FleetWatch,
};

/// Somebody waits for the list. Each call has a limit of its own; this is that of all of them.
const LONGEST_READING: Duration = Duration::from_secs(60);

/// The containers of one world. Clones read from the same world.
#[derive(Clone)]
pub struct ContainerTree {
    control: Arc<dyn ControlPlane>,
    fleet: Arc<FleetWatch>,
    background: Background,
}

impl ContainerTree {
    pub(crate) fn new(
        control: &Arc<dyn ControlPlane>,
        fleet: &Arc<FleetWatch>,
        background: &Background,
    ) -> Self {
        Self {
            control: Arc::clone(control),
            fleet: Arc::clone(fleet),
            background: background.clone(),
        }
    }

    /// The clusters of a pair, by name.
    ///
    /// # Errors
    /// `unknown-pair`, `timed-out`, `world-left`, and any of AWS.
    pub async fn clusters(&self, pair: i32) -> Result<Vec<EcsClusterView>, ErrorView> {
        let scope = self.scope_of(pair)?;
        let clusters = self.read(self.control.ecs_clusters(&scope)).await?;
        let views = clusters
            .into_iter()
            .map(|EcsCluster { name, arn }| EcsClusterView { name, arn });
        Ok(views.collect())
    }

    /// What runs in a cluster of a pair.
    ///
    /// # Errors
    /// `unknown-pair`, `timed-out`, `world-left`, and any of AWS.
    pub async fn contents(&self, pair: i32, cluster: EcsClusterView) -> Result<EcsContentsView, ErrorView> {
        let scope = self.scope_of(pair)?;
        let cluster = EcsCluster {
            name: cluster.name,
            arn: cluster.arn,
        };
        let contents = self.read(self.control.ecs_contents(&scope, &cluster)).await?;
        Ok(contents_view(contents))
    }

    fn scope_of(&self, pair: i32) -> Result<Scope, ErrorView> {
        let pair = self
            .fleet
            .read(|fleet| fleet.row(pair).map(|row| row.pair.clone()));
        pair.map(Scope::from).ok_or_else(|| ErrorView::gone("pair"))
    }

    async fn read<T>(&self, reading: impl Future<Output = Result<T, ControlError>>) -> Result<T, ErrorView> {
        let reading = timeout(LONGEST_READING, reading);
        let answer = self.background.unless_closed(reading).await;
        Ok(answer.ok_or_else(left)?.map_err(|_| timed_out())??)
    }
}

fn contents_view(contents: EcsClusterContents) -> EcsContentsView {
    let mut services: BTreeMap<String, Vec<EcsTask>> = BTreeMap::new();
    for name in contents.services {
        services.entry(name).or_default();
    }
    let mut others = Vec::new();
    for task in contents.tasks {
        match task.service.clone() {
            Some(name) => services.entry(name).or_default().push(task),
            None => others.push(task),
        }
    }
    let mut views: Vec<EcsServiceView> = services
        .into_iter()
        .map(|(name, tasks)| service_view(Some(name), tasks))
        .collect();
    if !others.is_empty() {
        views.push(service_view(None, others));
    }
    EcsContentsView {
        services: views,
        more_tasks: contents.more_tasks,
    }
}

fn service_view(name: Option<String>, mut tasks: Vec<EcsTask>) -> EcsServiceView {
    tasks.sort_by(|a, b| {
        let newest_first = Reverse(a.started_at_ms).cmp(&Reverse(b.started_at_ms));
        newest_first.then_with(|| a.id.cmp(&b.id))
    });
    EcsServiceView {
        name,
        tasks: tasks.into_iter().map(task_view).collect(),
    }
}

fn task_view(task: EcsTask) -> EcsTaskView {
    EcsTaskView {
        id: task.id,
        definition: task.definition,
        status: task.status,
        takes_commands: task.takes_commands,
        started_at_ms: task.started_at_ms.map(for_page),
        containers: task.containers.into_iter().map(container_view).collect(),
    }
}

fn container_view(container: EcsContainer) -> EcsContainerView {
    EcsContainerView {
        name: container.name,
        image: container.image,
        status: container.status,
        agent_status: container.agent_status,
        target: container.target.map(|target| target.to_string()),
    }
}

fn left() -> ErrorView {
    ErrorView::new(
        "world-left",
        "The containers were not read to the end, because the window shows something else now.",
        "Open the list again.",
    )
}

fn timed_out() -> ErrorView {
    ErrorView::new(
        "timed-out",
        "ECS did not list the containers in a minute.",
        "Open the list again.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(id: &str, service: Option<&str>, started_at_ms: Option<i64>) -> EcsTask {
        EcsTask {
            id: id.into(),
            service: service.map(Into::into),
            definition: "app:1".into(),
            status: "RUNNING".into(),
            takes_commands: true,
            started_at_ms,
            containers: Vec::new(),
        }
    }

    #[test]
    fn services_stand_by_name_with_their_newest_task_first_and_other_tasks_last() {
        let view = contents_view(EcsClusterContents {
            services: vec!["web".into(), "idle".into()],
            tasks: vec![
                task("a", Some("web"), Some(1)),
                task("b", None, Some(9)),
                task("c", Some("web"), Some(2)),
                task("d", Some("unlisted"), None),
            ],
            more_tasks: false,
        });
        let shown: Vec<_> = view
            .services
            .iter()
            .map(|service| {
                let tasks: Vec<_> = service.tasks.iter().map(|task| task.id.as_str()).collect();
                (service.name.as_deref(), tasks)
            })
            .collect();
        assert_eq!(
            shown,
            [
                (Some("idle"), vec![]),
                (Some("unlisted"), vec!["d"]),
                (Some("web"), vec!["c", "a"]),
                (None, vec!["b"]),
            ]
        );
    }
}
