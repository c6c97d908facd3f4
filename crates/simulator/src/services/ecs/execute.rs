//! ExecuteCommand: a session in a container, granted by ECS instead of StartSession.

use std::sync::Arc;

use axum::http::HeaderValue;
use serde::Deserialize;
use serde_json::{Value, json};

use super::cluster::cluster;
use crate::cloud::CloudState;
use crate::gateway::SessionRequest;
use crate::services::Caller;
use crate::services::ssm::{grant_session, granted_members, session_document};
use crate::wire::ApiError;
use crate::wire::read;
use crate::world::{Container, Task};

/// The first part of the ids of sessions that ECS starts.
const OWNER_NAME: &str = "ecs-execute-command";
const DOCUMENT: &str = "AmazonECS-ExecuteInteractiveCommand";

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ExecuteCommandRequest {
    cluster: Option<String>,
    container: Option<String>,
    command: String,
    interactive: bool,
    task: String,
}

pub(super) fn execute_command(
    cloud: &CloudState,
    caller: &Caller,
    body: &[u8],
    host: Option<&HeaderValue>,
) -> Result<Value, ApiError> {
    let request: ExecuteCommandRequest = read(body)?;
    let cluster = cluster(cloud, caller, request.cluster.as_deref())?;
    let task = cluster
        .find_task(&request.task)
        .ok_or_else(|| invalid("The task provided in the request was not found."))?;
    check(&request, task)?;
    let container = container(task, request.container.as_deref())?;
    let session = SessionRequest {
        node: Arc::clone(&container.node),
        owner: caller.principal.arn.clone(),
        owner_name: OWNER_NAME.to_owned(),
        document: DOCUMENT.to_owned(),
        reason: None,
    };
    let document = session_document(cloud, caller, Some(DOCUMENT))?;
    let parameters = [("command".to_owned(), vec![request.command])];
    let grant = grant_session(cloud, session, &document, &parameters)?;
    let [session, token, stream_url] = granted_members(cloud, &grant, host);
    Ok(json!({
        "clusterArn": cluster.arn,
        "containerArn": container.arn,
        "containerName": container.name,
        "interactive": true,
        "session": { "sessionId": session, "streamUrl": stream_url, "tokenValue": token },
        "taskArn": task.arn,
    }))
}

fn check(request: &ExecuteCommandRequest, task: &Task) -> Result<(), ApiError> {
    if !request.interactive {
        return Err(invalid("Interactive is the only mode supported currently."));
    }
    if request.command.trim().is_empty() {
        return Err(invalid("Command cannot be blank."));
    }
    if !task.takes_commands {
        return Err(invalid(
            "The execute command failed because execute command was not enabled when the task was run or the execute \
             command agent isn't running. Wait and try again or run a new task with execute command enabled and try again.",
        ));
    }
    Ok(())
}

/// The container may be left out where the task has only one.
fn container<'t>(task: &'t Task, named: Option<&str>) -> Result<&'t Container, ApiError> {
    match (named, task.containers.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => Err(invalid(
            "The task has more than one container. Specify a container name and try again.",
        )),
        (Some(name), containers) => containers
            .iter()
            .find(|container| container.name == name)
            .ok_or_else(|| invalid("The container provided in the request was not found.")),
    }
}

fn invalid(text: &str) -> ApiError {
    ApiError::new("InvalidParameterException", text)
}
