//! The agent's part of the handshake: what it asks and how it judges the answer.

use bytes::Bytes;
use postern_protocol::{ActionStatus, HandshakeComplete, HandshakeResponse, JsonPayload};
use std::time::Duration;

/// The agent asks clients up to and including this version to update when output streams are separate.
const LAST_VERSION_WITHOUT_SEPARATE_STREAMS: [u64; 3] = [1, 2, 295];
/// The real agent's words (observed).
const UPDATE_ADVICE: &str = "Please update session manager plugin version (minimum required version 1.2.312.0) \
                             for fully support of separate StdOut/StdErr output.\r\n";

/// The HandshakeRequest for `session_type`.
pub(super) fn request(agent_version: &str, session_type: &str) -> Bytes {
    serde_json::json!({
        "AgentVersion": agent_version,
        "RequestedClientActions": [{
            "ActionType": "SessionType",
            "ActionParameters": { "SessionType": session_type, "Properties": null },
        }],
    })
    .to_string()
    .into()
}

/// The HandshakeComplete.
pub(super) fn complete(taken: Duration, customer_message: &str) -> Bytes {
    HandshakeComplete {
        handshake_time_to_complete: i64::try_from(taken.as_nanos()).unwrap_or(i64::MAX),
        customer_message: customer_message.to_owned(),
    }
    .to_payload()
}

/// The client's answer in `payload`; none when it is not the JSON of one.
pub(super) fn response(payload: &[u8]) -> Option<HandshakeResponse> {
    HandshakeResponse::from_payload(payload).ok()
}

/// Why the agent cannot accept the answer. A list without any action is accepted.
pub(super) fn refusal(response: &HandshakeResponse) -> Option<String> {
    let failed = response
        .processed_client_actions
        .iter()
        .find(|a| a.action_status != ActionStatus::Success)?;
    let status = u8::from(failed.action_status);
    Some(format!(
        "{} failed on client with status {status} error: {}",
        failed.action_type, failed.error
    ))
}

/// What HandshakeComplete says to the user of a session with separate output streams.
pub(super) fn advice(response: &HandshakeResponse) -> &'static str {
    let old =
        version(&response.client_version).is_some_and(|own| own <= LAST_VERSION_WITHOUT_SEPARATE_STREAMS);
    if old { UPDATE_ADVICE } else { "" }
}

/// The first three numbers of a version; missing ones count as 0.
fn version(text: &str) -> Option<[u64; 3]> {
    let mut numbers = text.split('.').map(|part| part.parse().ok());
    let mut next = || numbers.next().unwrap_or(Some(0));
    Some([next()?, next()?, next()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_status_one_is_accepted_and_the_error_is_quoted() {
        let answer = |status: i64| {
            let text = format!(
                r#"{{"ClientVersion":"1.2.896.0","ProcessedClientActions":[{{"ActionType":"SessionType",
                "ActionStatus":{status},"ActionResult":null,"Error":"Unknown session type sample"}}],"Errors":null}}"#
            );
            refusal(&response(text.as_bytes()).unwrap())
        };
        assert_eq!(answer(1), None);
        let quoted = "SessionType failed on client with status 3 error: Unknown session type sample";
        assert_eq!(answer(3).unwrap(), quoted);
        assert!(answer(0).is_some() && answer(2).is_some());
    }

    #[test]
    fn an_empty_list_of_actions_is_accepted() {
        for text in [
            r#"{"ProcessedClientActions":[]}"#,
            r#"{"ClientVersion":"1","ProcessedClientActions":null}"#,
        ] {
            assert_eq!(refusal(&response(text.as_bytes()).unwrap()), None);
        }
        assert!(response(b"[").is_none());
    }

    #[test]
    fn only_old_clients_are_asked_to_update() {
        let says = |version: &str| {
            let text = format!(r#"{{"ClientVersion":"{version}","ProcessedClientActions":[]}}"#);
            !advice(&response(text.as_bytes()).unwrap()).is_empty()
        };
        assert!(says("1.2.295") && says("1.2.0.0") && says("1.2.295.0"));
        assert!(!says("1.2.296.0") && !says("1.3") && !says("abc"));
    }
}
