//! Which operation is asked for.

use axum::http::HeaderValue;
use serde_json::Value;

use super::{connection, documents, information, session_listing, sessions, tags};
use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::ApiError;
use crate::wire::unknown_operation;

/// Answers one authenticated and permitted call with a JSON object. `host` is the request's Host header: stream URLs
/// lead back to where the caller came from.
pub(crate) fn answer(
    cloud: &CloudState,
    caller: &Caller,
    operation: &str,
    body: &[u8],
    host: Option<&HeaderValue>,
) -> Result<Vec<u8>, ApiError> {
    let answer: Value = match operation {
        "DescribeInstanceInformation" => information::describe_instance_information(cloud, caller, body),
        "ListTagsForResource" => tags::list_tags_for_resource(cloud, caller, body),
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
