//! Which operation is asked for, and the cluster that most of them are about.

use axum::http::HeaderValue;

use super::{execute, listing};
use crate::cloud::CloudState;
use crate::server::{Caller, Failure};
use crate::ssm::unknown_operation;
use crate::world::Cluster;

/// Answers one authenticated and permitted call with a JSON object, whose members are lower camel case.
pub(crate) fn answer(
    cloud: &CloudState,
    caller: &Caller,
    operation: &str,
    body: &[u8],
    host: Option<&HeaderValue>,
) -> Result<Vec<u8>, Failure> {
    let answer = match operation {
        "ListClusters" => Ok(listing::list_clusters(cloud, caller)),
        "DescribeClusters" => listing::describe_clusters(cloud, caller, body),
        "ListTasks" => listing::list_tasks(cloud, caller, body),
        "DescribeTasks" => listing::describe_tasks(cloud, caller, body),
        "ExecuteCommand" => execute::execute_command(cloud, caller, body, host),
        other => Err(unknown_operation(other)),
    }?;
    Ok(answer.to_string().into_bytes())
}

/// The caller's cluster with this name or ARN; `default` without one, as ECS does.
pub(super) fn cluster<'c>(
    cloud: &'c CloudState,
    caller: &Caller,
    named: Option<&str>,
) -> Result<&'c Cluster, Failure> {
    let named = named.unwrap_or("default");
    cloud
        .world
        .clusters(&caller.profile.account, &caller.region)
        .find(|cluster| cluster.name == named || cluster.arn == named)
        .ok_or_else(|| Failure::new("ClusterNotFoundException", "Cluster not found."))
}
