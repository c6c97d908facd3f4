//! The agent's part of the handshake: what it asks and how it judges the answer.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use postern_protocol::{ActionStatus, HandshakeComplete, HandshakeResponse, JsonPayload};
use serde::{Deserialize, Deserializer};

use super::config::AgentConfig;

/// The action that asks for a data key.
const KMS_ENCRYPTION: &str = "KMSEncryption";

/// The agent asks clients up to and including this version to update when output streams are separate.
const LAST_VERSION_WITHOUT_SEPARATE_STREAMS: [u64; 3] = [1, 2, 295];
/// The real agent's words (observed).
const UPDATE_ADVICE: &str = "Please update session manager plugin version (minimum required version 1.2.312.0) \
                             for fully support of separate StdOut/StdErr output.\r\n";

/// What the HandshakeRequest says of encryption.
#[derive(Debug)]
pub(super) struct KmsAction<'a> {
    pub(super) key_id: &'a str,
    /// Base64 of 16 random bytes; older agents have none.
    pub(super) challenge: Option<&'a str>,
}

/// The HandshakeRequest of a session.
pub(super) fn request(config: &AgentConfig, kms: Option<&KmsAction<'_>>) -> Bytes {
    let properties = config.session.is_port().then_some(&config.port_properties);
    let mut actions = vec![serde_json::json!({
        "ActionType": "SessionType",
        "ActionParameters": { "SessionType": config.session.wire_name(), "Properties": properties },
    })];
    actions.extend(kms.map(|kms| {
        let mut parameters = serde_json::json!({ "KMSKeyId": kms.key_id });
        if let (Some(challenge), Some(members)) = (kms.challenge, parameters.as_object_mut()) {
            members.insert("Challenge".to_owned(), challenge.into());
        }
        serde_json::json!({ "ActionType": KMS_ENCRYPTION, "ActionParameters": parameters })
    }));
    serde_json::json!({ "AgentVersion": config.agent_version, "RequestedClientActions": actions })
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

/// The client's data key for the agent; none when the answer has no such action at all.
pub(super) fn data_key(response: &HandshakeResponse) -> Option<Result<DataKeyAnswer, String>> {
    let actions = &response.processed_client_actions;
    let action = actions
        .iter()
        .find(|action| action.action_type == KMS_ENCRYPTION)?;
    Some(serde_json::from_value(action.action_result.clone()).map_err(|error| error.to_string()))
}

/// The challenge in a message of type 9, as the client sealed it; none when it is not the JSON of one.
pub(super) fn sealed_challenge(payload: &[u8]) -> Option<Vec<u8>> {
    serde_json::from_slice::<Challenge>(payload)
        .ok()
        .map(|answer| answer.challenge)
}

/// The message of type 8 with a sealed challenge.
pub(super) fn challenge(sealed: &[u8]) -> Bytes {
    serde_json::json!({ "Challenge": STANDARD.encode(sealed) })
        .to_string()
        .into()
}

/// What the action `KMSEncryption` yielded at the client.
#[derive(Debug, Deserialize)]
pub(super) struct DataKeyAnswer {
    #[serde(rename = "KMSCipherTextKey", default, deserialize_with = "base64_bytes")]
    pub(super) ciphertext: Vec<u8>,
    #[serde(rename = "ChallengeAcknowledgement", default)]
    pub(super) acknowledges_challenge: bool,
}

#[derive(Debug, Deserialize)]
struct Challenge {
    #[serde(rename = "Challenge", default, deserialize_with = "base64_bytes")]
    challenge: Vec<u8>,
}

/// Base64, or null for nothing, as the agent's own reader takes it.
fn base64_bytes<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let text = Option::<String>::deserialize(from)?.unwrap_or_default();
    STANDARD.decode(text).map_err(serde::de::Error::custom)
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
