//! Which operation is asked for.

use axum::http::HeaderValue;

use super::{execute, listing};
use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::ApiError;
use crate::wire::unknown_operation;

/// Answers one authenticated and permitted call with a JSON object, whose members are lower camel case.
pub(crate) fn answer(
    cloud: &CloudState,
    caller: &Caller,
    operation: &str,
    body: &[u8],
    host: Option<&HeaderValue>,
) -> Result<Vec<u8>, ApiError> {
    let answer = match operation {
        "ListClusters" => Ok(listing::list_clusters(cloud, caller)),
        "DescribeClusters" => listing::describe_clusters(cloud, caller, body),
        "ListServices" => listing::list_services(cloud, caller, body),
        "ListTasks" => listing::list_tasks(cloud, caller, body),
        "DescribeTasks" => listing::describe_tasks(cloud, caller, body),
        "ExecuteCommand" => execute::execute_command(cloud, caller, body, host),
        other => Err(unknown_operation(other)),
    }?;
    Ok(answer.to_string().into_bytes())
}
