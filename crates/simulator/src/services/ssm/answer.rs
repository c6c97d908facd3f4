//! Which operation is asked for.

use axum::http::HeaderValue;
use serde_json::Value;

use super::{connection, documents, information, session_listing, sessions};
use crate::cloud::CloudState;
use crate::server::{Caller, Failure};

/// Answers one authenticated and permitted call with a JSON object. `host` is the request's Host header: stream URLs
/// lead back to where the caller came from.
pub(crate) fn answer(
    cloud: &CloudState,
    caller: &Caller,
    operation: &str,
    body: &[u8],
    host: Option<&HeaderValue>,
) -> Result<Vec<u8>, Failure> {
    let answer: Value = match operation {
        "DescribeInstanceInformation" => information::describe_instance_information(cloud, caller, body),
        "StartSession" => sessions::start_session(cloud, caller, body, host),
        "ResumeSession" => sessions::resume_session(cloud, caller, body, host),
        "TerminateSession" => sessions::terminate_session(cloud, caller, body),
        "DescribeSessions" => session_listing::describe_sessions(cloud, caller, body),
        "GetConnectionStatus" => connection::get_connection_status(cloud, caller, body),
        "GetDocument" => documents::get_document(cloud, caller, body),
        "DescribeDocument" => documents::describe_document(cloud, caller, body),
        "ListDocuments" => documents::list_documents(cloud, caller, body),
        other => Err(unknown_operation(other)),
    }?;
    Ok(answer.to_string().into_bytes())
}

/// What AWS says to an operation that no service has, with the operation's name.
pub(crate) fn unknown_operation(name: &str) -> Failure {
    let text = if name.is_empty() {
        "The request names no operation: the header X-Amz-Target is missing.".to_owned()
    } else {
        format!("The simulator does not have the operation {name}.")
    };
    Failure::new("UnknownOperationException", text)
}
