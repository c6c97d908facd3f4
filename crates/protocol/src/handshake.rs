//! The answer to the agent's handshake.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::payload::{
    ActionStatus, HandshakeRequest, HandshakeResponse, KmsParameters, ProcessedAction, RequestedAction,
    SessionTypeParameters,
};
use crate::{ChannelConfig, ChannelFailure, SessionType};

/// A name from the wire is shown in errors; it does not get longer than this.
const SHOWN_NAME_CHARS: usize = 256;

/// The one response to a request, and what it means for the session. Every action is answered.
pub(crate) fn answer(
    request: HandshakeRequest,
    config: &ChannelConfig,
) -> (HandshakeResponse, Result<SessionType, ChannelFailure>) {
    let mut session_type = SessionType::Shell;
    let mut first_refusal = None;
    let mut processed_client_actions = Vec::new();
    for action in request.requested_client_actions {
        let (processed, outcome) = answer_action(action, config);
        processed_client_actions.push(processed);
        match outcome {
            Ok(Some(named)) => session_type = named,
            Ok(None) => {}
            Err(refusal) => first_refusal = first_refusal.or(Some(refusal)),
        }
    }
    let failures: Vec<_> = processed_client_actions
        .iter()
        .map(|a| a.error.clone())
        .filter(|e| !e.is_empty())
        .collect();
    let response = HandshakeResponse {
        client_version: config.client_version.clone(),
        processed_client_actions,
        errors: (!failures.is_empty()).then_some(failures),
    };
    (response, first_refusal.map_or(Ok(session_type), Err))
}

/// What an action says of the session's type, if it succeeds.
type Outcome = Result<Option<SessionType>, ChannelFailure>;

fn answer_action(action: RequestedAction, config: &ChannelConfig) -> (ProcessedAction, Outcome) {
    let RequestedAction {
        action_type,
        action_parameters,
    } = action;
    let (status, why, outcome) = match action_type.as_str() {
        "SessionType" => answer_session_type(action_parameters, config),
        "KMSEncryption" => answer_encryption(action_parameters),
        unknown => (
            ActionStatus::Unsupported,
            "Unsupported action".to_owned(),
            Err(ChannelFailure::UnknownAction {
                action: shown(unknown),
            }),
        ),
    };
    let error = if outcome.is_ok() {
        String::new()
    } else {
        format!("Failed to process action {action_type}: {why}")
    };
    (
        ProcessedAction {
            action_type,
            action_status: status,
            action_result: Value::Null,
            error,
        },
        outcome,
    )
}

fn answer_session_type(parameters: Value, config: &ChannelConfig) -> (ActionStatus, String, Outcome) {
    let Ok(SessionTypeParameters {
        session_type: name,
        properties,
    }) = serde_json::from_value(parameters)
    else {
        return malformed();
    };
    let session_type = match name.as_str() {
        "Standard_Stream" => SessionType::Shell,
        "InteractiveCommands" => SessionType::InteractiveCommands,
        "NonInteractiveCommands" => SessionType::NonInteractiveCommands,
        "Port" if config.port_sessions => SessionType::Port {
            properties: texts(properties),
        },
        "Port" => return unsupported(ActionStatus::Unsupported, "Unsupported session type", &name),
        _ => return unsupported(ActionStatus::Failed, "Unknown session type", &name),
    };
    (ActionStatus::Success, String::new(), Ok(Some(session_type)))
}

/// The action must be answered even so: an agent that misses the answer crashes the session's worker.
fn answer_encryption(parameters: Value) -> (ActionStatus, String, Outcome) {
    let Ok(KmsParameters { key_id, .. }) = serde_json::from_value(parameters) else {
        return malformed();
    };
    let refusal = ChannelFailure::EncryptionUnsupported {
        key_id: shown(&key_id),
    };
    (
        ActionStatus::Failed,
        "Encrypted sessions are not supported by this client yet".to_owned(),
        Err(refusal),
    )
}

fn malformed() -> (ActionStatus, String, Outcome) {
    let refusal = ChannelFailure::Malformed {
        payload: "HandshakeRequest",
    };
    (
        ActionStatus::Failed,
        "The parameters cannot be read".to_owned(),
        Err(refusal),
    )
}

fn unsupported(status: ActionStatus, why: &str, name: &str) -> (ActionStatus, String, Outcome) {
    let name = shown(name);
    (
        status,
        format!("{why} {name}"),
        Err(ChannelFailure::UnsupportedSessionType { name }),
    )
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

fn shown(name: &str) -> String {
    name.chars().take(SHOWN_NAME_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::JsonPayload;

    fn answer_to(
        actions: Value,
        config: &ChannelConfig,
    ) -> (HandshakeResponse, Result<SessionType, ChannelFailure>) {
        let request = json!({ "AgentVersion": "3.3.987.0", "RequestedClientActions": actions });
        answer(
            HandshakeRequest::from_payload(request.to_string().as_bytes()).unwrap(),
            config,
        )
    }

    fn session_type(name: &str) -> Value {
        json!({ "ActionType": "SessionType", "ActionParameters": { "SessionType": name, "Properties": null } })
    }

    fn statuses(response: &HandshakeResponse) -> Vec<ActionStatus> {
        response
            .processed_client_actions
            .iter()
            .map(|action| action.action_status)
            .collect()
    }

    #[test]
    fn the_known_session_types_succeed() {
        for (name, expected) in [
            ("Standard_Stream", SessionType::Shell),
            ("InteractiveCommands", SessionType::InteractiveCommands),
            ("NonInteractiveCommands", SessionType::NonInteractiveCommands),
        ] {
            let (response, outcome) = answer_to(json!([session_type(name)]), &ChannelConfig::default());
            assert_eq!(outcome, Ok(expected));
            assert_eq!(statuses(&response), [ActionStatus::Success]);
            assert_eq!(
                (response.client_version.as_str(), response.errors),
                ("1.2.896.0", None)
            );
        }
    }

    #[test]
    fn a_port_session_is_refused_unless_the_channel_was_opened_for_one() {
        let action = json!([{ "ActionType": "SessionType",
            "ActionParameters": { "SessionType": "Port", "Properties": { "portNumber": "22" } } }]);
        let (response, outcome) = answer_to(action.clone(), &ChannelConfig::default());
        assert_eq!(
            outcome,
            Err(ChannelFailure::UnsupportedSessionType { name: "Port".into() })
        );
        assert_eq!(statuses(&response), [ActionStatus::Unsupported]);
        let config = ChannelConfig {
            port_sessions: true,
            ..ChannelConfig::default()
        };
        let properties = BTreeMap::from([("portNumber".to_owned(), "22".to_owned())]);
        assert_eq!(answer_to(action, &config).1, Ok(SessionType::Port { properties }));
    }

    #[test]
    fn encryption_is_refused_by_name_and_the_other_action_is_answered_too() {
        let encryption = json!({ "ActionType": "KMSEncryption",
            "ActionParameters": { "KMSKeyId": "arn:aws:kms:key", "Challenge": "AAAA" } });
        let (response, outcome) = answer_to(
            json!([session_type("Standard_Stream"), encryption]),
            &ChannelConfig::default(),
        );
        assert_eq!(
            outcome,
            Err(ChannelFailure::EncryptionUnsupported {
                key_id: "arn:aws:kms:key".into()
            })
        );
        assert_eq!(statuses(&response), [ActionStatus::Success, ActionStatus::Failed]);
        let text =
            "Failed to process action KMSEncryption: Encrypted sessions are not supported by this client yet";
        assert_eq!(response.processed_client_actions[1].error, text);
        assert_eq!(response.errors, Some(vec![text.to_owned()]));
    }

    #[test]
    fn unknown_actions_and_types_and_odd_parameters_are_refused() {
        let config = ChannelConfig::default();
        let (response, outcome) = answer_to(
            json!([{ "ActionType": "Dance", "ActionParameters": {} }]),
            &config,
        );
        assert_eq!(
            outcome,
            Err(ChannelFailure::UnknownAction {
                action: "Dance".into()
            })
        );
        assert_eq!(statuses(&response), [ActionStatus::Unsupported]);
        let (response, outcome) = answer_to(json!([session_type("Dance")]), &config);
        assert_eq!(
            outcome,
            Err(ChannelFailure::UnsupportedSessionType { name: "Dance".into() })
        );
        assert_eq!(statuses(&response), [ActionStatus::Failed]);
        for parameters in [json!(null), json!([]), json!({ "SessionType": 7 })] {
            let actions = json!([{ "ActionType": "SessionType", "ActionParameters": parameters }]);
            assert_eq!(
                answer_to(actions, &config).1,
                Err(ChannelFailure::Malformed {
                    payload: "HandshakeRequest"
                })
            );
        }
    }

    #[test]
    fn a_request_without_actions_is_a_shell() {
        assert_eq!(
            answer_to(json!([]), &ChannelConfig::default()).1,
            Ok(SessionType::Shell)
        );
    }
}
