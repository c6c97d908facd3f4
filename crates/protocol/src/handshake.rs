//! The answer to the agent's handshake request.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::payload::{
    ActionStatus, HandshakeRequest, HandshakeResponse, KmsParameters, KmsResult, ProcessedAction,
    RequestedAction, SessionTypeParameters,
};
use crate::{ChannelConfig, ChannelFailure, DataKey, DataKeyWanted, EncryptionRule, SessionType};

const SESSION_TYPE: &str = "SessionType";
const ENCRYPTION: &str = "KMSEncryption";
/// Agents ask for two things at most; a request with more than this is not an agent's.
const MOST_ACTIONS: usize = 16;
/// A text from the wire or from AWS is repeated in errors and answers up to this length.
const SHOWN_CHARS: usize = 256;
/// The longest key id that KMS takes.
const KEY_ID_BYTES: usize = 2048;
/// Agents send 24; KMS takes a whole encryption context of 8 KiB.
const CHALLENGE_BYTES: usize = 1024;

/// What a request calls for.
pub(crate) enum RequestAnswer {
    /// A session without encryption.
    Plain(HandshakeResponse, SessionType),
    /// A session with encryption: the response has to wait for the data key.
    NeedsKey(ResponseWithoutKey),
    /// A session that cannot be.
    Refused(HandshakeResponse, ChannelFailure),
    /// A request that no agent makes. It gets no response.
    Malformed,
}

/// A response that lacks its data key.
pub(crate) struct ResponseWithoutKey {
    pub(crate) wanted: DataKeyWanted,
    pub(crate) session_type: SessionType,
    client_version: String,
    actions: Vec<JudgedAction>,
}

/// What a request asks for, and what is wrong with it.
#[derive(Default)]
struct JudgedRequest {
    agent_version: String,
    session_type: Option<SessionType>,
    encryption: Option<DataKeyWanted>,
    actions: Vec<JudgedAction>,
}

/// One action of the request.
struct JudgedAction {
    action_type: String,
    refusal: Option<ActionRefusal>,
}

struct ActionRefusal {
    status: ActionStatus,
    why: String,
    failure: ChannelFailure,
}

/// The one response to a request. Every action is answered, even when another one fails: an agent that misses the answer
/// to `KMSEncryption` crashes the session's worker.
pub(crate) fn answer(request: HandshakeRequest, config: &ChannelConfig) -> RequestAnswer {
    if request.requested_client_actions.len() > MOST_ACTIONS {
        return RequestAnswer::Malformed;
    }
    let mut judged = JudgedRequest {
        agent_version: shown(&request.agent_version),
        ..JudgedRequest::default()
    };
    for action in request.requested_client_actions {
        judged.take(action, config);
    }
    judged.forbid_what_cannot_be(config);
    judged.answer(config)
}

impl JudgedRequest {
    fn take(&mut self, action: RequestedAction, config: &ChannelConfig) {
        let outcome = match action.action_type.as_str() {
            SESSION_TYPE => self.take_session_type(action.action_parameters, config),
            ENCRYPTION => self.take_encryption(action.action_parameters, config),
            unknown => Err(ActionRefusal::unknown_action(unknown)),
        };
        self.actions.push(JudgedAction {
            action_type: shown(&action.action_type),
            refusal: outcome.err(),
        });
    }

    fn take_session_type(&mut self, parameters: Value, config: &ChannelConfig) -> Result<(), ActionRefusal> {
        let named = session_type(parameters, &self.agent_version, config)?;
        match self.session_type.replace(named) {
            None => Ok(()),
            Some(_) => Err(ActionRefusal::contradiction("two session types")),
        }
    }

    fn take_encryption(&mut self, parameters: Value, config: &ChannelConfig) -> Result<(), ActionRefusal> {
        let wanted = data_key_wanted(parameters)?;
        if config.encryption == EncryptionRule::Off {
            return Err(ActionRefusal::encryption_off(&wanted.key_id));
        }
        match self.encryption.replace(wanted) {
            None => Ok(()),
            Some(_) => Err(ActionRefusal::contradiction("two KMS keys")),
        }
    }

    fn forbid_what_cannot_be(&mut self, config: &ChannelConfig) {
        let is_port = matches!(self.session_type, Some(SessionType::Port { .. }));
        if is_port && self.encryption.is_some() {
            self.forbid(
                ENCRYPTION,
                ActionRefusal::contradiction("an encrypted port session, which no agent offers"),
            );
        }
        if config.encryption == EncryptionRule::Require && self.encryption.is_none() {
            self.forbid(SESSION_TYPE, ActionRefusal::not_encrypted());
        }
    }

    /// An action that would succeed is refused for the sake of the whole request.
    fn forbid(&mut self, action_type: &str, refusal: ActionRefusal) {
        let judged = self.actions.iter_mut().find(|a| a.action_type == action_type);
        match judged {
            Some(judged) if judged.refusal.is_some() => {}
            Some(judged) => judged.refusal = Some(refusal),
            None => self.actions.push(JudgedAction {
                action_type: action_type.to_owned(),
                refusal: Some(refusal),
            }),
        }
    }

    fn answer(self, config: &ChannelConfig) -> RequestAnswer {
        let client_version = config.client_version.clone();
        let session_type = self.session_type.unwrap_or(SessionType::Shell);
        let failure = self
            .actions
            .iter()
            .find_map(|a| a.refusal.as_ref().map(|refusal| refusal.failure.clone()));
        match (failure, self.encryption) {
            (Some(failure), _) => {
                let actions = without_a_key(self.actions, "The session is refused");
                RequestAnswer::Refused(response(client_version, actions), failure)
            }
            (None, Some(wanted)) => RequestAnswer::NeedsKey(ResponseWithoutKey {
                wanted,
                session_type,
                client_version,
                actions: self.actions,
            }),
            (None, None) => {
                let actions = self.actions.into_iter().map(JudgedAction::processed).collect();
                RequestAnswer::Plain(response(client_version, actions), session_type)
            }
        }
    }
}

impl ResponseWithoutKey {
    /// The response with which the handshake goes on.
    pub(crate) fn with_key(self, key: &DataKey) -> HandshakeResponse {
        let result = KmsResult {
            ciphertext_key: STANDARD.encode(&key.ciphertext),
            ciphertext_hash: Value::Null,
            challenge_acknowledgement: key.acknowledges_challenge,
        };
        let mut actions: Vec<_> = self.actions.into_iter().map(JudgedAction::processed).collect();
        for action in actions.iter_mut().filter(|a| a.action_type == ENCRYPTION) {
            action.action_result = serde_json::to_value(&result).unwrap_or_default();
        }
        response(self.client_version, actions)
    }

    /// The response that ends the session.
    pub(crate) fn without_key(self, why: &str) -> HandshakeResponse {
        response(self.client_version, without_a_key(self.actions, why))
    }
}

impl JudgedAction {
    fn processed(self) -> ProcessedAction {
        let (action_status, error) = match self.refusal {
            None => (ActionStatus::Success, String::new()),
            Some(ActionRefusal { status, why, .. }) => (status, failed(&self.action_type, &why)),
        };
        ProcessedAction {
            action_type: self.action_type,
            action_status,
            action_result: Value::Null,
            error,
        }
    }
}

impl ActionRefusal {
    fn new(status: ActionStatus, why: impl Into<String>, failure: ChannelFailure) -> Self {
        Self {
            status,
            why: why.into(),
            failure,
        }
    }

    fn malformed() -> Self {
        let payload = "HandshakeRequest";
        Self::new(
            ActionStatus::Failed,
            "The parameters cannot be read",
            ChannelFailure::Malformed { payload },
        )
    }

    fn unknown_action(name: &str) -> Self {
        let action = shown(name);
        Self::new(
            ActionStatus::Unsupported,
            "Unsupported action",
            ChannelFailure::UnknownAction { action },
        )
    }

    fn session_type(status: ActionStatus, why: &str, name: &str) -> Self {
        let name = shown(name);
        let why = format!("{why} {name}");
        Self::new(status, why, ChannelFailure::UnsupportedSessionType { name })
    }

    fn contradiction(what: &'static str) -> Self {
        let failure = ChannelFailure::Contradiction { what };
        Self::new(ActionStatus::Failed, failure.to_string(), failure)
    }

    fn encryption_off(key_id: &str) -> Self {
        let key_id = shown(key_id);
        Self::new(
            ActionStatus::Failed,
            "The client has encryption off",
            ChannelFailure::EncryptionOff { key_id },
        )
    }

    fn not_encrypted() -> Self {
        Self::new(
            ActionStatus::Failed,
            "The client requires encryption",
            ChannelFailure::NotEncrypted,
        )
    }
}

fn session_type(
    parameters: Value,
    agent_version: &str,
    config: &ChannelConfig,
) -> Result<SessionType, ActionRefusal> {
    let SessionTypeParameters {
        session_type: name,
        properties,
    } = serde_json::from_value(parameters).map_err(|_| ActionRefusal::malformed())?;
    match name.as_str() {
        "Standard_Stream" => Ok(SessionType::Shell),
        "InteractiveCommands" => Ok(SessionType::InteractiveCommands),
        "NonInteractiveCommands" => Ok(SessionType::NonInteractiveCommands),
        "Port" if config.port_sessions => Ok(SessionType::Port {
            agent_version: agent_version.to_owned(),
            properties: texts(properties),
        }),
        "Port" => Err(ActionRefusal::session_type(
            ActionStatus::Unsupported,
            "Unsupported session type",
            &name,
        )),
        _ => Err(ActionRefusal::session_type(
            ActionStatus::Failed,
            "Unknown session type",
            &name,
        )),
    }
}

fn data_key_wanted(parameters: Value) -> Result<DataKeyWanted, ActionRefusal> {
    let KmsParameters { key_id, challenge } =
        serde_json::from_value(parameters).map_err(|_| ActionRefusal::malformed())?;
    let challenge = challenge.filter(|challenge| !challenge.is_empty());
    let has_key = (1..=KEY_ID_BYTES).contains(&key_id.len());
    if has_key && challenge.as_ref().is_none_or(|c| c.len() <= CHALLENGE_BYTES) {
        Ok(DataKeyWanted { key_id, challenge })
    } else {
        Err(ActionRefusal::malformed())
    }
}

/// The answers to all actions when there is no data key: encryption has failed, whatever else is wrong.
fn without_a_key(actions: Vec<JudgedAction>, why: &str) -> Vec<ProcessedAction> {
    let mut actions: Vec<_> = actions.into_iter().map(JudgedAction::processed).collect();
    for action in &mut actions {
        if action.action_type == ENCRYPTION && action.action_status == ActionStatus::Success {
            action.action_status = ActionStatus::Failed;
            action.error = failed(ENCRYPTION, &shown(why));
        }
    }
    actions
}

fn response(client_version: String, processed_client_actions: Vec<ProcessedAction>) -> HandshakeResponse {
    let failures: Vec<_> = processed_client_actions
        .iter()
        .map(|a| a.error.clone())
        .filter(|e| !e.is_empty())
        .collect();
    HandshakeResponse {
        client_version,
        processed_client_actions,
        errors: (!failures.is_empty()).then_some(failures),
    }
}

/// The official client's words, which the agent quotes to the user.
fn failed(action_type: &str, why: &str) -> String {
    format!("Failed to process action {action_type}: {why}")
}

/// The properties that are texts; agents send no others.
fn texts(properties: Value) -> BTreeMap<String, String> {
    let Value::Object(properties) = properties else {
        return BTreeMap::new();
    };
    properties
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())))
        .collect()
}

fn shown(text: &str) -> String {
    text.chars().take(SHOWN_CHARS).collect()
}
