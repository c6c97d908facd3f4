//! ListClusters, DescribeClusters, ListServices, ListTasks and DescribeTasks. The company has few of them, so there are no pages.

use std::collections::BTreeSet;
use std::time::SystemTime;

use serde::Deserialize;
use serde_json::{Value, json};

use super::cluster::cluster;
use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::ApiError;
use crate::wire::{epoch_seconds, read};
use crate::world::{Cluster, Container, Task, World};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ClusterRequest {
    cluster: Option<String>,
    clusters: Vec<String>,
    tasks: Vec<String>,
    service_name: Option<String>,
}

pub(super) fn list_clusters(cloud: &CloudState, caller: &Caller) -> Value {
    let own = cloud.world.clusters(&caller.profile.account, &caller.region);
    let arns: Vec<&str> = own.map(|cluster| cluster.arn.as_str()).collect();
    json!({ "clusterArns": arns })
}

pub(super) fn describe_clusters(cloud: &CloudState, caller: &Caller, body: &[u8]) -> Result<Value, ApiError> {
    let mut asked = read::<ClusterRequest>(body)?.clusters;
    if asked.is_empty() {
        asked.push("default".to_owned());
    }
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for name in &asked {
        match cluster(cloud, caller, Some(name)) {
            Ok(cluster) => found.push(cluster_json(cluster)),
            Err(_) => failures.push(json!({ "arn": name, "reason": "MISSING" })),
        }
    }
    Ok(json!({ "clusters": found, "failures": failures }))
}

pub(super) fn list_services(cloud: &CloudState, caller: &Caller, body: &[u8]) -> Result<Value, ApiError> {
    let request: ClusterRequest = read(body)?;
    let cluster = cluster(cloud, caller, request.cluster.as_deref())?;
    let names: BTreeSet<&str> = cluster.tasks.iter().map(|task| task.service).collect();
    let arns: Vec<String> = names
        .into_iter()
        .map(|name| format!("{}/{name}", cluster.arn.replace(":cluster/", ":service/")))
        .collect();
    Ok(json!({ "serviceArns": arns }))
}

pub(super) fn list_tasks(cloud: &CloudState, caller: &Caller, body: &[u8]) -> Result<Value, ApiError> {
    let request: ClusterRequest = read(body)?;
    let cluster = cluster(cloud, caller, request.cluster.as_deref())?;
    let of_service = |task: &&Task| {
        request
            .service_name
            .as_deref()
            .is_none_or(|name| name == task.service)
    };
    let arns: Vec<&str> = cluster
        .tasks
        .iter()
        .filter(of_service)
        .map(|task| task.arn.as_str())
        .collect();
    Ok(json!({ "taskArns": arns }))
}

pub(super) fn describe_tasks(cloud: &CloudState, caller: &Caller, body: &[u8]) -> Result<Value, ApiError> {
    let request: ClusterRequest = read(body)?;
    let cluster = cluster(cloud, caller, request.cluster.as_deref())?;
    if request.tasks.is_empty() {
        return Err(ApiError::new(
            "InvalidParameterException",
            "Tasks cannot be empty.",
        ));
    }
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for name in &request.tasks {
        match cluster.find_task(name) {
            Some(task) => found.push(task_json(&cloud.world, cluster, task)),
            None => failures.push(json!({ "arn": name, "reason": "MISSING" })),
        }
    }
    Ok(json!({ "tasks": found, "failures": failures }))
}

fn cluster_json(cluster: &Cluster) -> Value {
    json!({
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": "ACTIVE",
        "registeredContainerInstancesCount": 0,
        "runningTasksCount": cluster.tasks.len(),
        "pendingTasksCount": 0,
        "activeServicesCount": if cluster.tasks.is_empty() { 0 } else { 3 },
    })
}

fn task_json(world: &World, cluster: &Cluster, task: &Task) -> Value {
    let containers: Vec<Value> = task
        .containers
        .iter()
        .map(|container| container_json(task, container))
        .collect();
    let started: SystemTime = world.before(task.started_ago);
    json!({
        "taskArn": task.arn,
        "clusterArn": cluster.arn,
        "taskDefinitionArn": task.definition_arn,
        "group": format!("service:{}", task.service),
        "launchType": "FARGATE",
        "lastStatus": "RUNNING",
        "desiredStatus": "RUNNING",
        "enableExecuteCommand": task.takes_commands,
        "startedAt": epoch_seconds(started),
        "containers": containers,
    })
}

fn container_json(task: &Task, container: &Container) -> Value {
    let agent = if task.takes_commands {
        json!([{ "name": "ExecuteCommandAgent", "lastStatus": "RUNNING" }])
    } else {
        json!([])
    };
    json!({
        "containerArn": container.arn,
        "taskArn": task.arn,
        "name": container.name,
        "image": container.image,
        "runtimeId": container.runtime_id,
        "lastStatus": "RUNNING",
        "managedAgents": agent,
    })
}
