//! ECS ListClusters, and ListServices, ListTasks and DescribeTasks for what runs in each.

use async_trait::async_trait;
use aws_sdk_ecs::Client;
use aws_sdk_ecs::types::{Container, ManagedAgentName, Task};
use postern_model::{
    Containers, ControlError, EcsCluster, EcsClusterContents, EcsContainer, EcsTask, Scope, Target,
    display_text,
};

use crate::AwsControlPlane;
use crate::call::Call;
use crate::clients::Clients;
use crate::service::Service;
use crate::subject::Subject;

/// What is read of one listing. A longer one is for nobody to choose from.
const MOST: usize = 1_000;
/// The most that DescribeTasks takes.
const TASKS_PER_CALL: usize = 100;

#[async_trait]
impl Containers for AwsControlPlane {
    async fn ecs_clusters(&self, scope: &Scope) -> Result<Vec<EcsCluster>, ControlError> {
        self.call(scope, |clients| async move { clusters(&clients, scope).await })
            .await
    }

    async fn ecs_contents(
        &self,
        scope: &Scope,
        cluster: &EcsCluster,
    ) -> Result<EcsClusterContents, ControlError> {
        self.call(scope, |clients| async move {
            contents(&clients, scope, cluster).await
        })
        .await
    }
}

async fn clusters(clients: &Clients, scope: &Scope) -> Result<Vec<EcsCluster>, ControlError> {
    let call = call(clients, scope, "ListClusters");
    let client = clients.optional.ecs()?;
    let (mut found, mut page) = (Vec::new(), None);
    loop {
        let answer = client.list_clusters().set_next_token(page).send().await;
        let answer = answer.map_err(|error| call.failed(&error))?;
        found.extend(answer.cluster_arns().iter().map(|arn| EcsCluster {
            name: display_text(last_of(arn)),
            arn: arn.clone(),
        }));
        page = next_page(answer.next_token(), found.len());
        if page.is_none() {
            found.sort();
            return Ok(found);
        }
    }
}

async fn contents(
    clients: &Clients,
    scope: &Scope,
    cluster: &EcsCluster,
) -> Result<EcsClusterContents, ControlError> {
    let client = clients.optional.ecs()?;
    let services = services(clients, scope, &client, cluster).await?;
    let (arns, more_tasks) = task_arns(clients, scope, &client, cluster).await?;
    let call = call(clients, scope, "DescribeTasks");
    let mut tasks = Vec::new();
    for arns in arns.chunks(TASKS_PER_CALL) {
        let request = client.describe_tasks().cluster(&cluster.arn);
        let answer = request.set_tasks(Some(arns.to_vec())).send().await;
        let answer = answer.map_err(|error| call.failed(&error))?;
        tasks.extend(answer.tasks().iter().map(|described| task(cluster, described)));
    }
    Ok(EcsClusterContents {
        services,
        tasks,
        more_tasks,
    })
}

async fn services(
    clients: &Clients,
    scope: &Scope,
    client: &Client,
    cluster: &EcsCluster,
) -> Result<Vec<String>, ControlError> {
    let call = call(clients, scope, "ListServices");
    let (mut names, mut page) = (Vec::new(), None);
    loop {
        let request = client.list_services().cluster(&cluster.arn);
        let answer = request.set_next_token(page).send().await;
        let answer = answer.map_err(|error| call.failed(&error))?;
        names.extend(answer.service_arns().iter().map(|arn| display_text(last_of(arn))));
        page = next_page(answer.next_token(), names.len());
        if page.is_none() {
            names.sort();
            return Ok(names);
        }
    }
}

/// The tasks that should run, and whether there are more of them than were read.
async fn task_arns(
    clients: &Clients,
    scope: &Scope,
    client: &Client,
    cluster: &EcsCluster,
) -> Result<(Vec<String>, bool), ControlError> {
    let call = call(clients, scope, "ListTasks");
    let (mut arns, mut page) = (Vec::new(), None);
    loop {
        let request = client.list_tasks().cluster(&cluster.arn);
        let answer = request.set_next_token(page).send().await;
        let answer = answer.map_err(|error| call.failed(&error))?;
        arns.extend(answer.task_arns().iter().cloned());
        let is_last = answer.next_token().is_none_or(str::is_empty);
        page = next_page(answer.next_token(), arns.len());
        if page.is_none() {
            return Ok((arns, !is_last));
        }
    }
}

fn task(cluster: &EcsCluster, from: &Task) -> EcsTask {
    let id = last_of(from.task_arn().unwrap_or_default());
    let service = from.group().and_then(|group| group.strip_prefix("service:"));
    let containers = from.containers().iter();
    EcsTask {
        id: display_text(id),
        service: service.map(display_text),
        definition: display_text(last_of(from.task_definition_arn().unwrap_or_default())),
        status: display_text(from.last_status().unwrap_or_default()),
        takes_commands: from.enable_execute_command(),
        started_at_ms: from.started_at().and_then(|at| at.to_millis().ok()),
        containers: containers.map(|one| container(cluster, id, one)).collect(),
    }
}

fn container(cluster: &EcsCluster, task: &str, from: &Container) -> EcsContainer {
    let is_for_commands = Some(&ManagedAgentName::ExecuteCommandAgent);
    let mut agents = from.managed_agents().iter();
    let agent = agents.find(|agent| agent.name() == is_for_commands);
    let target = from
        .runtime_id()
        .and_then(|runtime| Target::parse(&format!("ecs:{}_{task}_{runtime}", cluster.name)).ok());
    EcsContainer {
        name: display_text(from.name().unwrap_or_default()),
        image: display_text(from.image().unwrap_or_default()),
        status: display_text(from.last_status().unwrap_or_default()),
        agent_status: agent.and_then(|agent| agent.last_status()).map(display_text),
        target,
    }
}

fn call<'a>(clients: &'a Clients, scope: &'a Scope, operation: &'static str) -> Call<'a> {
    Call {
        scope,
        service: Service::Ecs,
        operation,
        subject: Subject::Listing,
        clients,
    }
}

fn last_of(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

/// The token of the next page; none behind the last, and where enough was read.
fn next_page(token: Option<&str>, read: usize) -> Option<String> {
    let token = token.filter(|token| !token.is_empty() && read < MOST);
    token.map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cluster() -> EcsCluster {
        EcsCluster {
            name: "shop".into(),
            arn: "arn:aws:ecs:eu-central-1:111122223333:cluster/shop".into(),
        }
    }

    #[test]
    fn a_container_has_a_target_when_it_runs_and_its_texts_are_safe() {
        let running = Container::builder()
            .name("a\u{202e}pp")
            .runtime_id("0123abcd-42")
            .build();
        let starting = Container::builder().name("proxy").build();
        let described = Task::builder()
            .task_arn("arn:aws:ecs:eu-central-1:111122223333:task/shop/0123abcd")
            .task_definition_arn("arn:aws:ecs:eu-central-1:111122223333:task-definition/storefront:12")
            .group("service:storefront")
            .containers(running)
            .containers(starting)
            .build();
        let task = task(&cluster(), &described);
        assert_eq!(
            (task.id.as_str(), task.service.as_deref()),
            ("0123abcd", Some("storefront"))
        );
        assert_eq!(task.definition, "storefront:12");
        let targets = task.containers.iter();
        let targets: Vec<_> = targets
            .map(|one| (one.name.as_str(), one.target.as_ref().map(Target::as_str)))
            .collect();
        assert_eq!(
            targets,
            [("app", Some("ecs:shop_0123abcd_0123abcd-42")), ("proxy", None)]
        );
    }

    #[test]
    fn a_task_that_nobody_s_service_started_has_none() {
        let described = Task::builder().group("family:migrate").build();
        assert_eq!(task(&cluster(), &described).service, None);
    }

    #[test]
    fn pages_end_with_the_last_and_with_enough() {
        assert_eq!(next_page(Some("a"), 10).as_deref(), Some("a"));
        assert_eq!(next_page(Some(""), 10), None);
        assert_eq!(next_page(None, 10), None);
        assert_eq!(next_page(Some("a"), MOST), None);
    }
}
