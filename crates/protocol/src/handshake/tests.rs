//! What is answered to which request.

use serde_json::json;

use super::*;
use crate::JsonPayload;

/// The outcome, without the data key's response.
#[derive(Debug, PartialEq)]
enum Outcome {
    Plain(SessionType),
    NeedsKey(DataKeyWanted, SessionType),
    Refused(ChannelFailure),
    Malformed,
}

fn answer_to(actions: &Value, config: &ChannelConfig) -> RequestAnswer {
    let request = json!({ "AgentVersion": "3.3.987.0", "RequestedClientActions": actions });
    answer(
        HandshakeRequest::from_payload(request.to_string().as_bytes()).unwrap(),
        config,
    )
}

fn outcome(actions: &Value, config: &ChannelConfig) -> Outcome {
    match answer_to(actions, config) {
        RequestAnswer::Plain(_, session_type) => Outcome::Plain(session_type),
        RequestAnswer::NeedsKey(pending) => Outcome::NeedsKey(pending.wanted, pending.session_type),
        RequestAnswer::Refused(_, failure) => Outcome::Refused(failure),
        RequestAnswer::Malformed => Outcome::Malformed,
    }
}

/// The response that goes out at once.
fn response_to(actions: &Value, config: &ChannelConfig) -> HandshakeResponse {
    match answer_to(actions, config) {
        RequestAnswer::Plain(response, _) | RequestAnswer::Refused(response, _) => response,
        RequestAnswer::NeedsKey(_) | RequestAnswer::Malformed => panic!("no response"),
    }
}

fn pending(actions: &Value) -> ResponseWithoutKey {
    match answer_to(actions, &ChannelConfig::default()) {
        RequestAnswer::NeedsKey(pending) => pending,
        RequestAnswer::Plain(..) | RequestAnswer::Refused(..) | RequestAnswer::Malformed => {
            panic!("no key is wanted")
        }
    }
}

fn with_rule(encryption: EncryptionRule) -> ChannelConfig {
    ChannelConfig {
        encryption,
        port_sessions: true,
        ..ChannelConfig::default()
    }
}

fn named(name: &str) -> Value {
    json!({ "ActionType": "SessionType", "ActionParameters": { "SessionType": name, "Properties": null } })
}

fn kms() -> Value {
    json!({ "ActionType": "KMSEncryption", "ActionParameters": { "KMSKeyId": "alias/key", "Challenge": "AAAA" } })
}

fn statuses(response: &HandshakeResponse) -> Vec<ActionStatus> {
    response
        .processed_client_actions
        .iter()
        .map(|action| action.action_status)
        .collect()
}

fn unsupported(name: &str) -> ChannelFailure {
    ChannelFailure::UnsupportedSessionType { name: name.into() }
}

const MALFORMED: ChannelFailure = ChannelFailure::Malformed {
    payload: "HandshakeRequest",
};

#[test]
fn the_known_session_types_succeed() {
    for (name, expected) in [
        ("Standard_Stream", SessionType::Shell),
        ("InteractiveCommands", SessionType::InteractiveCommands),
        ("NonInteractiveCommands", SessionType::NonInteractiveCommands),
    ] {
        let actions = json!([named(name)]);
        let config = ChannelConfig::default();
        assert_eq!(outcome(&actions, &config), Outcome::Plain(expected));
        let response = response_to(&actions, &config);
        assert_eq!(statuses(&response), [ActionStatus::Success]);
        assert_eq!(response.client_version, "1.2.896.0");
        assert_eq!(response.errors, None);
        assert_eq!(response.processed_client_actions[0].error, "");
    }
}

#[test]
fn a_port_session_is_refused_unless_the_channel_was_opened_for_one() {
    let properties = json!({ "portNumber": "22", "odd": 7 });
    let actions = json!([{ "ActionType": "SessionType",
        "ActionParameters": { "SessionType": "Port", "Properties": properties } }]);
    let config = ChannelConfig::default();
    assert_eq!(outcome(&actions, &config), Outcome::Refused(unsupported("Port")));
    assert_eq!(
        statuses(&response_to(&actions, &config)),
        [ActionStatus::Unsupported]
    );
    let properties = BTreeMap::from([("portNumber".to_owned(), "22".to_owned())]);
    assert_eq!(
        outcome(&actions, &with_rule(EncryptionRule::Prefer)),
        Outcome::Plain(SessionType::Port {
            agent_version: "3.3.987.0".into(),
            properties
        })
    );
}

#[test]
fn encryption_waits_for_a_data_key_and_answers_with_it() {
    let actions = json!([named("NonInteractiveCommands"), kms()]);
    for rule in [EncryptionRule::Prefer, EncryptionRule::Require] {
        let wanted = DataKeyWanted {
            key_id: "alias/key".into(),
            challenge: Some("AAAA".into()),
        };
        let expected = Outcome::NeedsKey(wanted, SessionType::NonInteractiveCommands);
        assert_eq!(outcome(&actions, &with_rule(rule)), expected);
    }
    let key = DataKey::new(&[1; 64], b"sealed".to_vec(), true).unwrap();
    let response = pending(&actions).with_key(&key);
    assert_eq!(
        statuses(&response),
        [ActionStatus::Success, ActionStatus::Success]
    );
    assert_eq!(response.errors, None);
    assert_eq!(response.processed_client_actions[0].action_result, Value::Null);
    assert_eq!(
        response.processed_client_actions[1].action_result,
        json!({ "KMSCipherTextKey": "c2VhbGVk", "KMSCipherTextHash": null, "ChallengeAcknowledgement": true })
    );
    let key = DataKey::new(&[1; 64], b"sealed".to_vec(), false).unwrap();
    assert_eq!(
        pending(&actions).with_key(&key).processed_client_actions[1].action_result,
        json!({ "KMSCipherTextKey": "c2VhbGVk", "KMSCipherTextHash": null })
    );
}

#[test]
fn a_refused_data_key_fails_its_action_only_and_says_why() {
    let response = pending(&json!([kms(), named("Standard_Stream")])).without_key("No kms:GenerateDataKey");
    assert_eq!(statuses(&response), [ActionStatus::Failed, ActionStatus::Success]);
    let text = "Failed to process action KMSEncryption: No kms:GenerateDataKey";
    assert_eq!(response.processed_client_actions[0].error, text);
    assert_eq!(response.errors, Some(vec![text.to_owned()]));
    let long = pending(&json!([kms()])).without_key(&"x".repeat(5000));
    assert!(long.processed_client_actions[0].error.len() < 400);
}

#[test]
fn encryption_is_refused_by_name_when_it_is_off() {
    let actions = json!([named("Standard_Stream"), kms()]);
    let config = with_rule(EncryptionRule::Off);
    let failure = ChannelFailure::EncryptionOff {
        key_id: "alias/key".into(),
    };
    assert_eq!(outcome(&actions, &config), Outcome::Refused(failure));
    assert_eq!(
        statuses(&response_to(&actions, &config)),
        [ActionStatus::Success, ActionStatus::Failed]
    );
    assert_eq!(
        outcome(&json!([named("Standard_Stream")]), &config),
        Outcome::Plain(SessionType::Shell)
    );
}

#[test]
fn a_request_without_encryption_is_refused_when_it_is_required() {
    let config = with_rule(EncryptionRule::Require);
    for actions in [
        json!([named("Standard_Stream")]),
        json!([named("Port")]),
        json!([]),
    ] {
        assert_eq!(
            outcome(&actions, &config),
            Outcome::Refused(ChannelFailure::NotEncrypted)
        );
        let response = response_to(&actions, &config);
        assert_eq!(statuses(&response), [ActionStatus::Failed]);
        let text = "Failed to process action SessionType: The client requires encryption";
        assert_eq!(response.errors, Some(vec![text.to_owned()]));
    }
}

#[test]
fn an_action_that_is_refused_already_keeps_its_reason() {
    let config = with_rule(EncryptionRule::Require);
    let actions = json!([named("Dance")]);
    assert_eq!(outcome(&actions, &config), Outcome::Refused(unsupported("Dance")));
}

#[test]
fn what_is_asked_twice_or_cannot_be_together_is_refused() {
    let config = with_rule(EncryptionRule::Prefer);
    for (actions, what, expected) in [
        (
            json!([kms(), named("Standard_Stream"), kms()]),
            "two KMS keys",
            [2, 1, 2],
        ),
        (
            json!([named("Standard_Stream"), kms(), named("InteractiveCommands")]),
            "two session types",
            [1, 2, 2],
        ),
    ] {
        assert_eq!(
            outcome(&actions, &config),
            Outcome::Refused(ChannelFailure::Contradiction { what })
        );
        assert_eq!(
            statuses(&response_to(&actions, &config)),
            expected.map(ActionStatus::from)
        );
    }
    let actions = json!([named("Port"), kms()]);
    let what = "an encrypted port session, which no agent offers";
    assert_eq!(
        outcome(&actions, &config),
        Outcome::Refused(ChannelFailure::Contradiction { what })
    );
    assert_eq!(
        statuses(&response_to(&actions, &config)),
        [ActionStatus::Success, ActionStatus::Failed]
    );
}

#[test]
fn a_refused_session_answers_encryption_too_and_asks_for_no_key() {
    let actions = json!([named("Dance"), kms()]);
    let config = ChannelConfig::default();
    assert_eq!(outcome(&actions, &config), Outcome::Refused(unsupported("Dance")));
    let response = response_to(&actions, &config);
    assert_eq!(statuses(&response), [ActionStatus::Failed, ActionStatus::Failed]);
    assert_eq!(
        response.processed_client_actions[1].error,
        "Failed to process action KMSEncryption: The session is refused"
    );
    assert_eq!(response.errors.map(|errors| errors.len()), Some(2));
}

#[test]
fn unknown_actions_and_types_and_odd_parameters_are_refused() {
    let config = ChannelConfig::default();
    let actions = json!([{ "ActionType": "Dance", "ActionParameters": {} }]);
    let unknown = ChannelFailure::UnknownAction {
        action: "Dance".into(),
    };
    assert_eq!(outcome(&actions, &config), Outcome::Refused(unknown));
    let response = response_to(&actions, &config);
    assert_eq!(statuses(&response), [ActionStatus::Unsupported]);
    assert_eq!(response.processed_client_actions[0].action_type, "Dance");
    assert_eq!(
        response.processed_client_actions[0].error,
        "Failed to process action Dance: Unsupported action"
    );
    let actions = json!([named("Dance")]);
    assert_eq!(outcome(&actions, &config), Outcome::Refused(unsupported("Dance")));
    assert_eq!(statuses(&response_to(&actions, &config)), [ActionStatus::Failed]);
    for parameters in [json!(null), json!([]), json!({ "SessionType": 7 })] {
        let actions = json!([{ "ActionType": "SessionType", "ActionParameters": parameters }]);
        assert_eq!(outcome(&actions, &config), Outcome::Refused(MALFORMED));
    }
}

#[test]
fn key_ids_and_challenges_have_bounds() {
    let asked = |key_id: String, challenge: Value| {
        let parameters = json!({ "KMSKeyId": key_id, "Challenge": challenge });
        let actions = json!([{ "ActionType": "KMSEncryption", "ActionParameters": parameters }]);
        outcome(&actions, &ChannelConfig::default())
    };
    let wanted = |key_id: &str, challenge: Option<String>| {
        let key_id = key_id.to_owned();
        Outcome::NeedsKey(DataKeyWanted { key_id, challenge }, SessionType::Shell)
    };
    let refused = || Outcome::Refused(MALFORMED);
    assert_eq!(
        asked("k".repeat(2048), json!(null)),
        wanted(&"k".repeat(2048), None)
    );
    assert_eq!(asked("k".repeat(2049), json!(null)), refused());
    assert_eq!(asked(String::new(), json!("AAAA")), refused());
    assert_eq!(
        asked("k".into(), json!("")),
        wanted("k", None),
        "an empty challenge is none"
    );
    let longest = "c".repeat(1024);
    assert_eq!(asked("k".into(), json!(longest)), wanted("k", Some(longest)));
    assert_eq!(asked("k".into(), json!("c".repeat(1025))), refused());
    assert_eq!(asked("k".into(), json!(7)), refused());
}

#[test]
fn a_request_has_16_actions_at_most_and_long_names_are_cut() {
    let action = |name: &str| json!({ "ActionType": name });
    let config = ChannelConfig::default();
    let many: Vec<_> = (0..17).map(|_| action("Dance")).collect();
    assert_eq!(outcome(&json!(many), &config), Outcome::Malformed);
    assert_eq!(
        response_to(&json!(many[..16]), &config)
            .processed_client_actions
            .len(),
        16
    );
    let response = response_to(&json!([action(&"x".repeat(100_000))]), &config);
    assert!(response.to_payload().len() < 2000);
}

#[test]
fn a_request_without_actions_is_a_shell() {
    assert_eq!(
        outcome(&json!([]), &ChannelConfig::default()),
        Outcome::Plain(SessionType::Shell)
    );
}
