//! DescribeSessions: live sessions and the history, newest first.

use std::time::SystemTime;

use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::cloud::CloudState;
use crate::gateway::{SessionRecord, SessionStatus};
use crate::services::Caller;
use crate::wire::{ApiError, PageTokens};
use crate::wire::{epoch_seconds, put};
use crate::wire::{invalid, invalid_token, page_size, read};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeSessionsRequest {
    #[serde(default)]
    state: String,
    #[serde(default)]
    filters: Vec<SessionFilter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Default, Deserialize, Hash)]
#[serde(default)]
struct SessionFilter {
    key: String,
    value: String,
}

pub(super) fn describe_sessions(cloud: &CloudState, caller: &Caller, body: &[u8]) -> Result<Value, ApiError> {
    let request: DescribeSessionsRequest = read(body)?;
    let history = match request.state.as_str() {
        "Active" => false,
        "History" => true,
        other => {
            return Err(invalid(
                other,
                "state",
                "Member must satisfy enum value set: [Active, History]",
            ));
        }
    };
    let size = page_size(request.max_results, 1..=200, 50)?;
    request.filters.iter().try_for_each(check_filter)?;
    let mut sessions = cloud.sessions.list();
    sessions.reverse();
    let asked = |session| is_asked(&request, history, caller, session).then_some(session);
    let tokens = PageTokens::new((&caller.profile.account, &caller.region, &request.filters, history));
    let page = tokens
        .page(&sessions, asked, request.next_token.as_deref(), size)
        .ok_or_else(invalid_token)?;
    let list: Vec<Value> = page.items.into_iter().map(session_json).collect();
    let mut answer = json!({ "Sessions": list });
    put(&mut answer, "NextToken", page.next.map(Value::from));
    Ok(answer)
}

fn is_asked(
    request: &DescribeSessionsRequest,
    history: bool,
    caller: &Caller,
    session: &SessionRecord,
) -> bool {
    session.account == caller.profile.account
        && session.region == caller.region
        && (session.state == SessionStatus::Terminated) == history
        && request.filters.iter().all(|filter| passes(filter, session))
}

const FILTER_KEYS: &[&str] = &[
    "InvokedAfter",
    "InvokedBefore",
    "Target",
    "Owner",
    "Status",
    "SessionId",
];

fn check_filter(filter: &SessionFilter) -> Result<(), ApiError> {
    if !FILTER_KEYS.contains(&filter.key.as_str()) {
        let text = "Member must satisfy enum value set: [InvokedAfter, InvokedBefore, Target, Owner, Status, SessionId]";
        return Err(invalid(&filter.key, "filters.1.member.key", text));
    }
    if filter.key.starts_with("Invoked") && instant(&filter.value).is_none() {
        return Err(ApiError::new(
            "InvalidFilterValue",
            "The filter value is not valid: give a time as 2024-10-01T00:00:00Z.",
        ));
    }
    Ok(())
}

fn passes(filter: &SessionFilter, session: &SessionRecord) -> bool {
    match filter.key.as_str() {
        "InvokedAfter" => instant(&filter.value).is_some_and(|time| session.started > time),
        "InvokedBefore" => instant(&filter.value).is_some_and(|time| session.started < time),
        "Target" => session.target == filter.value,
        "Owner" => session.owner == filter.value,
        "Status" => status(session.state) == filter.value,
        "SessionId" => session.id == filter.value,
        // No other key passed the check.
        _ => false,
    }
}

fn instant(text: &str) -> Option<SystemTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok().map(SystemTime::from)
}

/// AWS's words for where a session stands.
fn status(state: SessionStatus) -> &'static str {
    match state {
        SessionStatus::Connecting => "Connecting",
        SessionStatus::Connected => "Connected",
        SessionStatus::Disconnected => "Disconnected",
        SessionStatus::Terminated => "Terminated",
    }
}

fn session_json(session: &SessionRecord) -> Value {
    let mut json = json!({
        "SessionId": session.id,
        "Target": session.target,
        "Status": status(session.state),
        "StartDate": epoch_seconds(session.started),
        "DocumentName": session.document,
        "Owner": session.owner,
        "OutputUrl": {},
        "AccessType": "Standard",
    });
    put(
        &mut json,
        "EndDate",
        session.ended.map(|ended| json!(epoch_seconds(ended))),
    );
    put(
        &mut json,
        "Reason",
        session.reason.as_ref().map(|reason| json!(reason)),
    );
    json
}
