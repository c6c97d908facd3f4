//! StartSession, ResumeSession and TerminateSession.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::HeaderValue;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::documents::{Document, GrantError, documents, find, workload};
use crate::cloud::CloudState;
use crate::gateway::{Grant, SessionRequest};
use crate::services::Caller;
use crate::wire::{ApiError, AwsHost};
use crate::wire::{check_length, invalid, read};
use crate::world::SimulatedNode;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct StartSessionRequest {
    #[serde(default)]
    target: String,
    document_name: Option<String>,
    reason: Option<String>,
    #[serde(default)]
    parameters: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SessionIdRequest {
    #[serde(default)]
    session_id: String,
}

pub(super) fn start_session(
    cloud: &CloudState,
    caller: &Caller,
    body: &[u8],
    host: Option<&HeaderValue>,
) -> Result<Value, ApiError> {
    let request: StartSessionRequest = read(body)?;
    check(&request)?;
    let document = session_document(cloud, caller, request.document_name.as_deref())?;
    let parameters: Vec<(String, Vec<String>)> = request.parameters.into_iter().collect();
    // What is wrong with the document is said before what is wrong with the target.
    workload(&document, &parameters).map_err(refused)?;
    let session = SessionRequest {
        node: reachable_node(cloud, caller, &request.target)?,
        owner: caller.principal.arn.clone(),
        owner_name: caller.principal.name.clone(),
        document: document.name.clone(),
        reason: request.reason,
    };
    let grant = grant_session(cloud, session, &document, &parameters)?;
    Ok(granted(cloud, &grant, host))
}

/// Grants a session of `document` with these parameters, and starts its agent.
pub(crate) fn grant_session(
    cloud: &CloudState,
    request: SessionRequest,
    document: &Document,
    parameters: &[(String, Vec<String>)],
) -> Result<Grant, ApiError> {
    let workload = workload(document, parameters).map_err(refused)?;
    Ok(cloud.sessions.grant(request, workload))
}

/// The document that the caller means, as it is in the caller's Region.
pub(crate) fn session_document(
    cloud: &CloudState,
    caller: &Caller,
    name: Option<&str>,
) -> Result<Document, ApiError> {
    let key = cloud.preferences.key(&caller.profile.account, &caller.region);
    let found = find(documents(&caller.region, key.as_deref()), name);
    let text = || format!("Document with name {} does not exist.", name.unwrap_or(""));
    found.ok_or_else(|| ApiError::new("InvalidDocument", text()))
}

pub(super) fn resume_session(
    cloud: &CloudState,
    caller: &Caller,
    body: &[u8],
    host: Option<&HeaderValue>,
) -> Result<Value, ApiError> {
    let SessionIdRequest { session_id } = read(body)?;
    check_length(&session_id, "sessionId", 96)?;
    let own = owns(cloud, caller, &session_id)
        .then(|| cloud.sessions.resume(&session_id))
        .flatten();
    let gone = || {
        ApiError::new(
            "DoesNotExistException",
            format!("Session: {session_id} does not exist."),
        )
    };
    let grant = own.ok_or_else(gone)?;
    if cloud.faults.withholds_tokens() {
        return Ok(json!({ "SessionId": grant.session_id }));
    }
    Ok(granted(cloud, &grant, host))
}

/// Answers the id whether or not there was something to end: the API has no error for it.
pub(super) fn terminate_session(cloud: &CloudState, caller: &Caller, body: &[u8]) -> Result<Value, ApiError> {
    let SessionIdRequest { session_id } = read(body)?;
    check_length(&session_id, "sessionId", 96)?;
    if owns(cloud, caller, &session_id) {
        cloud.sessions.terminate(&session_id);
    }
    Ok(json!({ "SessionId": session_id }))
}

/// The node, if a session can be opened to it: AWS has one error for all reasons why not.
fn reachable_node(cloud: &CloudState, caller: &Caller, target: &str) -> Result<Arc<SimulatedNode>, ApiError> {
    let own =
        |node: &Arc<SimulatedNode>| node.account == caller.profile.account && node.region == caller.region;
    let node = cloud
        .world
        .node(target)
        .filter(own)
        .filter(|node| cloud.world.is_connected(node));
    node.ok_or_else(|| ApiError::new("TargetNotConnected", format!("{target} is not connected.")))
}

fn check(request: &StartSessionRequest) -> Result<(), ApiError> {
    check_length(&request.target, "target", 400)?;
    if let Some(reason) = &request.reason {
        check_length(reason, "reason", 256)?;
    }
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:/".contains(&byte);
    match &request.document_name {
        Some(name) if !((3..=128).contains(&name.len()) && name.bytes().all(legal)) => {
            let pattern = "Member must satisfy regular expression pattern: ^[a-zA-Z0-9_\\-.:/]{3,128}$";
            Err(invalid(name, "documentName", pattern))
        }
        Some(_) | None => Ok(()),
    }
}

fn refused(error: GrantError) -> ApiError {
    let text = error.to_string();
    match error {
        GrantError::UnsupportedDocument { .. } => ApiError::new("InvalidDocument", text),
        GrantError::Parameter(_) | GrantError::NoCommand { .. } => ApiError::new("InvalidParameters", text),
    }
}

fn owns(cloud: &CloudState, caller: &Caller, session: &str) -> bool {
    cloud.sessions.living(session).is_some_and(|session| {
        let node = &session.request().node;
        node.account == caller.profile.account && node.region == caller.region
    })
}

fn granted(cloud: &CloudState, grant: &Grant, host: Option<&HeaderValue>) -> Value {
    let [session, token, stream_url] = granted_members(cloud, grant, host);
    json!({ "SessionId": session, "TokenValue": token, "StreamUrl": stream_url })
}

/// The session's id, its token and its stream URL.
pub(crate) fn granted_members(cloud: &CloudState, grant: &Grant, host: Option<&HeaderValue>) -> [String; 3] {
    let stream_url = cloud
        .sessions
        .misdirection()
        .unwrap_or_else(|| stream_url(grant, host));
    [grant.session_id.clone(), grant.token.clone(), stream_url]
}

fn stream_url(grant: &Grant, host: Option<&HeaderValue>) -> String {
    let host = host.and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let origin = match AwsHost::read(host) {
        Some(own) => format!("wss://{}", own.of_data_channels()),
        None => format!("ws://{host}"),
    };
    let cell = cell_number(&grant.session_id);
    format!(
        "{origin}/v1/data-channel/{}?role=publish_subscribe&cell-number={cell}",
        grant.session_id
    )
}

/// Text with a raw `+`, `/` and `=`, as AWS's can have, so that every client's signature is tried on them.
fn cell_number(session: &str) -> String {
    let digest: [u8; 32] = Sha256::digest(session.as_bytes()).into();
    format!("AAEAA+/{}=", STANDARD.encode(digest).trim_end_matches('='))
}
