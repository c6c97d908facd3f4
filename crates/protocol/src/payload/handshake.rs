//! The payloads of a handshake.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{JsonPayload, null_as_default};

/// Type 5, the agent's first message in a session with a handshake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct HandshakeRequest {
    /// Four dotted numbers.
    #[serde(default, deserialize_with = "null_as_default")]
    pub agent_version: String,
    /// What the client must do; every action is answered.
    #[serde(default, deserialize_with = "null_as_default")]
    pub requested_client_actions: Vec<RequestedAction>,
}

/// One thing that the agent asks of the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct RequestedAction {
    /// `SessionType`, `KMSEncryption`.
    pub action_type: String,
    /// [`SessionTypeParameters`] or [`KmsParameters`], by the type.
    #[serde(default)]
    pub action_parameters: Value,
}

/// The parameters of the action `SessionType`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SessionTypeParameters {
    /// `Standard_Stream`, `InteractiveCommands`, `NonInteractiveCommands` or `Port`.
    pub session_type: String,
    /// Null for shells and commands, texts by name for `Port`.
    #[serde(default)]
    pub properties: Value,
}

/// The parameters of the action `KMSEncryption`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KmsParameters {
    /// The key of the session's preferences.
    #[serde(rename = "KMSKeyId")]
    pub key_id: String,
    /// Base64 of 16 random bytes, from newer agents.
    #[serde(rename = "Challenge", default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<String>,
}

/// What the action `KMSEncryption` yields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KmsResult {
    /// Base64 of the data key as only KMS can read it.
    #[serde(rename = "KMSCipherTextKey")]
    pub ciphertext_key: String,
    /// Not used by any agent; official clients write null.
    #[serde(rename = "KMSCipherTextHash", default)]
    pub ciphertext_hash: Value,
    /// Whether the agent's challenge is in the encryption context of the data key. Agents pick their own context by it;
    /// left out when false, because older agents do not know it.
    #[serde(
        rename = "ChallengeAcknowledgement",
        default,
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub challenge_acknowledgement: bool,
}

/// Types 8 and 9: random bytes, encrypted with the sender's key. The answer holds the same bytes, encrypted with the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct EncryptionChallenge {
    /// Base64 of nonce, ciphertext and tag.
    pub challenge: String,
}

/// Type 6, sent exactly once: a second one under a new number would stop the agent's reader for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct HandshakeResponse {
    /// Read by the agent's feature gates.
    #[serde(default, deserialize_with = "null_as_default")]
    pub client_version: String,
    /// One answer for each requested action.
    #[serde(default, deserialize_with = "null_as_default")]
    pub processed_client_actions: Vec<ProcessedAction>,
    /// The texts of all failures; null without one.
    #[serde(default)]
    pub errors: Option<Vec<String>>,
}

/// The answer to one requested action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ProcessedAction {
    /// The action answered.
    pub action_type: String,
    /// Anything but success ends the session, with `error` quoted by the agent.
    pub action_status: ActionStatus,
    /// Null, or what the action yields.
    #[serde(default)]
    pub action_result: Value,
    /// Why it did not succeed; else empty.
    #[serde(default, deserialize_with = "null_as_default")]
    pub error: String,
}

/// The status of a processed action; a number on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "u8", into = "u8")]
pub enum ActionStatus {
    /// 1.
    Success,
    /// 2.
    Failed,
    /// 3.
    Unsupported,
    /// A number without a meaning; agents take it as a failure.
    Other(u8),
}

/// Type 7: from here on the agent takes input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct HandshakeComplete {
    /// Nanoseconds.
    #[serde(default, deserialize_with = "null_as_default")]
    pub handshake_time_to_complete: i64,
    /// A text to show to the user; often empty.
    #[serde(default, deserialize_with = "null_as_default")]
    pub customer_message: String,
}

impl JsonPayload for HandshakeRequest {
    const NAME: &'static str = "HandshakeRequest";
}

impl JsonPayload for HandshakeResponse {
    const NAME: &'static str = "HandshakeResponse";
}

impl JsonPayload for HandshakeComplete {
    const NAME: &'static str = "HandshakeComplete";
}

impl JsonPayload for KmsResult {
    const NAME: &'static str = "KMSEncryption result";
}

impl JsonPayload for EncryptionChallenge {
    const NAME: &'static str = "encryption challenge";
}

impl From<u8> for ActionStatus {
    fn from(number: u8) -> Self {
        match number {
            1 => Self::Success,
            2 => Self::Failed,
            3 => Self::Unsupported,
            other => Self::Other(other),
        }
    }
}

impl From<ActionStatus> for u8 {
    fn from(status: ActionStatus) -> Self {
        match status {
            ActionStatus::Success => 1,
            ActionStatus::Failed => 2,
            ActionStatus::Unsupported => 3,
            ActionStatus::Other(other) => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_response_has_the_official_members_in_their_order() {
        let response = HandshakeResponse {
            client_version: "1.2.896.0".into(),
            processed_client_actions: vec![ProcessedAction {
                action_type: "SessionType".into(),
                action_status: ActionStatus::Success,
                action_result: Value::Null,
                error: String::new(),
            }],
            errors: None,
        };
        let expected = r#"{"ClientVersion":"1.2.896.0","ProcessedClientActions":[{"ActionType":"SessionType","ActionStatus":1,"ActionResult":null,"Error":""}],"Errors":null}"#;
        assert_eq!(response.to_payload(), expected);
        assert_eq!(HandshakeResponse::from_payload(expected.as_bytes()), Ok(response));
    }

    #[test]
    fn the_result_of_encryption_names_the_challenge_only_when_it_was_used() {
        let mut result = KmsResult {
            ciphertext_key: "AAAA".into(),
            ciphertext_hash: Value::Null,
            challenge_acknowledgement: false,
        };
        let plain = r#"{"KMSCipherTextKey":"AAAA","KMSCipherTextHash":null}"#;
        assert_eq!(result.to_payload(), plain);
        assert_eq!(KmsResult::from_payload(plain.as_bytes()), Ok(result.clone()));
        result.challenge_acknowledgement = true;
        let acknowledged =
            r#"{"KMSCipherTextKey":"AAAA","KMSCipherTextHash":null,"ChallengeAcknowledgement":true}"#;
        assert_eq!(result.to_payload(), acknowledged);
        assert_eq!(KmsResult::from_payload(acknowledged.as_bytes()), Ok(result));
    }

    #[test]
    fn a_request_with_null_lists_and_properties_is_read() {
        let request =
            HandshakeRequest::from_payload(br#"{"AgentVersion":null,"RequestedClientActions":null}"#)
                .unwrap();
        assert!(request.requested_client_actions.is_empty());
        let parameters: SessionTypeParameters =
            serde_json::from_str(r#"{"SessionType":"Standard_Stream","Properties":null}"#).unwrap();
        assert_eq!(parameters.properties, Value::Null);
    }
}
