//! Encrypted sessions: the handshake with KMS, its limits, its failures, and what is encrypted afterwards.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::*;
use crate::agent::cipher::AgentCipher;

const KEY: &str = "alias/acme-sessions";

fn key_bytes() -> Vec<u8> {
    (100..164).collect()
}

/// The client's half: it reads with the first half of the key and writes with the last.
fn client_cipher() -> AgentCipher {
    let key = key_bytes();
    AgentCipher::new(&[&key[32..], &key[..32]].concat(), [9; 12]).unwrap()
}

fn encrypted(session: AgentSession, change: impl FnOnce(&mut AgentConfig)) -> AgentCore {
    let mut config = config(session, AgentTiming::faithful());
    config.encryption = Some(AgentEncryption::new(KEY));
    change(&mut config);
    AgentCore::new(at(0), config)
}

fn answer(acknowledges: bool) -> String {
    let result = json!({
        "KMSCipherTextKey": STANDARD.encode(b"sealed"),
        "KMSCipherTextHash": null,
        "ChallengeAcknowledgement": acknowledges,
    });
    json!({
        "ClientVersion": "1.2.896.0",
        "ProcessedClientActions": [
            { "ActionType": "SessionType", "ActionStatus": 1, "ActionResult": null, "Error": "" },
            { "ActionType": "KMSEncryption", "ActionStatus": 1, "ActionResult": result, "Error": "" },
        ],
        "Errors": null,
    })
    .to_string()
}

fn actions(core: &mut AgentCore) -> Value {
    let request = streamed(core).remove(0);
    assert_eq!((request.0, request.1), (0, PayloadType::HandshakeRequest));
    serde_json::from_slice::<Value>(&request.2).unwrap()["RequestedClientActions"].take()
}

/// The challenge of a message of type 8 as the client opens it.
fn opened(challenge: &(i64, PayloadType, Bytes)) -> Option<Bytes> {
    assert_eq!(challenge.1, PayloadType::EncChallengeRequest);
    let value: Value = serde_json::from_slice(&challenge.2).unwrap();
    client_cipher().open(&STANDARD.decode(value["Challenge"].as_str().unwrap()).unwrap())
}

fn challenge_answer(sequence: i64, plaintext: &[u8]) -> Bytes {
    let sealed = client_cipher().seal(plaintext);
    let payload = json!({ "Challenge": STANDARD.encode(sealed) }).to_string();
    frame(
        MessageKind::InputStreamData,
        sequence,
        PayloadType::EncChallengeResponse,
        payload.as_bytes(),
    )
}

/// Up to the challenge; answers its plaintext.
fn challenged(core: &mut AgentCore) -> Bytes {
    core.handle_frame(at(1), &response(0, &answer(true)));
    core.data_key(at(2), Ok(&key_bytes()));
    let challenge = streamed(core).pop().unwrap();
    events(core);
    opened(&challenge).unwrap()
}

fn ready(session: AgentSession, change: impl FnOnce(&mut AgentConfig)) -> AgentCore {
    let mut core = encrypted(session, change);
    let plaintext = challenged(&mut core);
    core.handle_frame(at(3), &challenge_answer(1, &plaintext));
    core.handle_timeout(at(4));
    assert_eq!(events(&mut core), [AgentEvent::Start]);
    core.program_started(at(4));
    for sequence in 0..3 {
        core.handle_frame(at(4), &acknowledgement(sequence));
    }
    sent(&mut core);
    core
}

fn closing_words(core: &mut AgentCore) -> String {
    match events(core).pop() {
        Some(AgentEvent::Ended { output }) => output,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_session_shakes_hands_and_names_its_key_and_a_challenge() {
    for session in [AgentSession::Shell, AgentSession::InteractiveCommand, SEPARATE] {
        let actions = actions(&mut encrypted(session, |_| {}));
        assert_eq!(actions[0]["ActionType"], "SessionType");
        assert_eq!(actions[0]["ActionParameters"]["SessionType"], session.wire_name());
        assert_eq!(actions[1]["ActionType"], "KMSEncryption");
        assert_eq!(actions[1]["ActionParameters"]["KMSKeyId"], KEY);
        let challenge = actions[1]["ActionParameters"]["Challenge"].as_str().unwrap();
        assert_eq!(STANDARD.decode(challenge).unwrap().len(), 16);
    }
    let old = |config: &mut AgentConfig| config.encryption.as_mut().unwrap().challenge = false;
    let actions = actions(&mut encrypted(AgentSession::Shell, old));
    assert!(actions[1]["ActionParameters"].get("Challenge").is_none());
}

#[test]
fn the_data_key_is_asked_for_with_the_challenge_only_when_the_client_says_that_it_used_it() {
    for acknowledges in [true, false] {
        let mut core = encrypted(AgentSession::Shell, |_| {});
        let offered = actions(&mut core)[1]["ActionParameters"]["Challenge"].take();
        core.handle_frame(at(1), &response(0, &answer(acknowledges)));
        let [
            AgentEvent::DecryptDataKey {
                ciphertext,
                challenge,
            },
        ] = &events(&mut core)[..]
        else {
            panic!("another event")
        };
        assert_eq!(ciphertext, &Bytes::from_static(b"sealed"));
        assert_eq!(challenge.as_deref(), offered.as_str().filter(|_| acknowledges));
    }
}

#[test]
fn the_reader_stands_still_while_kms_is_asked() {
    let mut core = encrypted(AgentSession::Shell, |_| {});
    core.handle_frame(at(1), &response(0, &answer(true)));
    core.handle_frame(at(1), &input(1, b"x"));
    assert_eq!(acknowledged(&mut core), [0i64; 0]);
    core.data_key(at(2), Ok(&key_bytes()));
    assert_eq!(
        acknowledged(&mut core),
        [0],
        "what is not encrypted cannot be read any more"
    );
}

#[test]
fn an_encrypted_session_is_ready_when_the_challenge_is_answered() {
    let mut core = encrypted(AgentSession::Shell, |_| {});
    let plaintext = challenged(&mut core);
    assert_eq!(plaintext.len(), 64);
    core.handle_frame(at(3), &challenge_answer(1, &plaintext));
    assert_eq!(acknowledged(&mut core), [1]);
    core.handle_timeout(at(4));
    let (sequence, kind, payload) = streamed(&mut core).pop().unwrap();
    assert_eq!((sequence, kind), (2, PayloadType::HandshakeComplete));
    let complete: Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(
        complete["CustomerMessage"],
        "This session is encrypted using AWS KMS."
    );
    assert_eq!(complete["HandshakeTimeToComplete"], 4_000_000);
    assert_eq!(events(&mut core), [AgentEvent::Start]);
}

#[test]
fn output_and_exit_code_are_encrypted_both_ways_and_sizes_are_not() {
    let mut core = ready(SEPARATE, |_| {});
    core.program_output(at(5), OutputKind::StdErr, b"err");
    core.program_output(at(6), OutputKind::Output, b"out");
    core.program_ended(at(7), ProgramEnd::Exited(3));
    let client = client_cipher();
    let opened: Vec<(PayloadType, Bytes)> = streamed(&mut core)
        .into_iter()
        .map(|(_, kind, payload)| (kind, client.open(&payload).unwrap()))
        .collect();
    let bytes = Bytes::from_static;
    assert_eq!(
        opened,
        [
            (PayloadType::StdErr, bytes(b"err")),
            (PayloadType::Output, bytes(b"out")),
            (PayloadType::ExitCode, bytes(b"EXIT_CODE: 3")),
        ]
    );

    let mut core = ready(AgentSession::Shell, |_| {});
    let mut client = client_cipher();
    core.handle_frame(at(5), &input(2, &client.seal(b"ls\r")));
    let size = frame(
        MessageKind::InputStreamData,
        3,
        PayloadType::Size,
        br#"{"cols":90,"rows":30}"#,
    );
    core.handle_frame(at(5), &size);
    assert_eq!(
        events(&mut core),
        [
            AgentEvent::Input(bytes(b"ls\r")),
            AgentEvent::Resize { cols: 90, rows: 30 }
        ]
    );
}

#[test]
fn input_that_does_not_decrypt_is_never_acknowledged() {
    let mut core = ready(AgentSession::Shell, |_| {});
    core.handle_frame(at(5), &input(2, b"in the clear"));
    assert_eq!(acknowledged(&mut core), [0i64; 0]);
    let sealed = client_cipher().seal(b"x");
    core.handle_frame(at(6), &input(2, &sealed));
    assert_eq!(acknowledged(&mut core), [2]);
    assert_eq!(typed(&mut core), b"x");
}

#[test]
fn a_resent_message_is_the_same_bytes() {
    let mut core = ready(AgentSession::Shell, |_| {});
    core.program_output(at(1004), OutputKind::Output, b"once");
    let first = core.poll_transmit().unwrap();
    core.handle_timeout(at(1500));
    assert_eq!(core.poll_transmit().unwrap(), first);
}

#[test]
fn an_answer_without_the_action_crashes_the_worker() {
    let mut core = encrypted(AgentSession::Shell, |_| {});
    core.handle_frame(at(1), &response(0, &accept("1.2.896.0")));
    let words = closing_words(&mut core);
    assert!(words.starts_with("Plugin crashed with message") && words.contains("nil pointer"));
}

#[test]
fn a_data_key_that_kms_does_not_decrypt_ends_the_session_with_its_words() {
    let mut core = encrypted(AgentSession::Shell, |_| {});
    core.handle_frame(at(1), &response(0, &answer(true)));
    core.data_key(
        at(2),
        Err("InvalidCiphertextException: encryption context mismatch"),
    );
    assert_eq!(
        closing_words(&mut core),
        "\n----------ERROR-------\nEncountered error while initiating handshake. Fetching data key failed: Unable to \
         retrieve data key, Error when decrypting data key InvalidCiphertextException: encryption context mismatch"
    );
}

#[test]
fn an_agent_that_requires_the_challenge_refuses_a_client_without_it() {
    let strict = |config: &mut AgentConfig| {
        config.encryption.as_mut().unwrap().require_challenge_response = true;
    };
    let mut core = encrypted(AgentSession::Shell, strict);
    core.handle_frame(at(1), &response(0, &answer(false)));
    assert!(closing_words(&mut core).contains("does not support the challenge"));
    let mut core = encrypted(AgentSession::Shell, strict);
    challenged(&mut core);
    assert!(!core.is_ended());
}

#[test]
fn both_halves_of_the_handshake_have_fifteen_seconds() {
    let mut core = encrypted(AgentSession::Shell, |_| {});
    core.handle_frame(at(1), &response(0, &answer(true)));
    events(&mut core);
    core.handle_timeout(at(14_999));
    assert!(!core.is_ended(), "KMS may take its time");
    core.handle_timeout(at(15_000));
    assert!(closing_words(&mut core).ends_with(HANDSHAKE_TIMED_OUT));

    let mut core = encrypted(AgentSession::Shell, |_| {});
    challenged(&mut core);
    core.handle_timeout(at(15_001));
    assert!(!core.is_ended());
    core.handle_timeout(at(15_002));
    assert!(closing_words(&mut core).ends_with("Timed out waiting for encryption challenge."));
}

#[test]
fn a_wrong_challenge_answer_is_not_acknowledged_and_fails_when_time_is_over() {
    let mut core = encrypted(AgentSession::Shell, |_| {});
    challenged(&mut core);
    sent(&mut core);
    core.handle_frame(at(3), &challenge_answer(1, &[0; 64]));
    assert_eq!(acknowledged(&mut core), [0i64; 0]);
    core.handle_timeout(at(15_002));
    assert!(closing_words(&mut core).ends_with(CHALLENGE_TIMED_OUT));
}

#[test]
fn a_second_answer_of_either_kind_silences_the_reader_for_good() {
    let again = [response(2, &answer(true)), challenge_answer(2, &[0; 64])];
    for again in again {
        let mut core = ready(AgentSession::Shell, |_| {});
        core.handle_frame(at(5), &again);
        let sealed = client_cipher().seal(b"x");
        core.handle_frame(at(6), &input(2, &sealed));
        assert_eq!(acknowledged(&mut core), [0i64; 0]);
    }
}

#[test]
fn hostile_acts_are_what_they_say() {
    let hostile = |act: AgentHostility| move |config: &mut AgentConfig| config.hostility = Some(act);
    let mut core = encrypted(AgentSession::Shell, hostile(AgentHostility::DropsEncryption));
    assert_eq!(actions(&mut core).as_array().unwrap().len(), 1);
    core.handle_frame(at(1), &response(0, &accept("1.2.896.0")));
    core.handle_timeout(at(2));
    assert_eq!(
        events(&mut core),
        [AgentEvent::Start],
        "the session begins in the clear"
    );

    let swap = hostile(AgentHostility::SwapsKey("alias/other".to_owned()));
    let actions = actions(&mut encrypted(AgentSession::Shell, swap));
    assert_eq!(actions[1]["ActionParameters"]["KMSKeyId"], "alias/other");

    let mut core = encrypted(AgentSession::Shell, hostile(AgentHostility::OutputBeforeComplete));
    let kinds: Vec<PayloadType> = streamed(&mut core).into_iter().map(|(_, kind, _)| kind).collect();
    assert_eq!(kinds, [PayloadType::HandshakeRequest, PayloadType::Output]);

    let mut core = encrypted(AgentSession::Shell, hostile(AgentHostility::RepeatsRequest));
    core.handle_frame(at(1), &response(0, &answer(true)));
    let requests: Vec<(i64, PayloadType, Bytes)> = streamed(&mut core);
    assert_eq!((requests[0].0, requests[1].0), (0, 1));
    assert_eq!(requests[0].2, requests[1].2);

    let mut core = encrypted(
        AgentSession::Shell,
        hostile(AgentHostility::ChallengesWithWrongKey),
    );
    core.handle_frame(at(1), &response(0, &answer(true)));
    core.data_key(at(2), Ok(&key_bytes()));
    assert_eq!(opened(&streamed(&mut core).pop().unwrap()), None);

    let mut core = ready(AgentSession::Shell, hostile(AgentHostility::PlainOutput));
    core.program_output(at(1004), OutputKind::Output, b"clear");
    assert_eq!(streamed(&mut core).pop().unwrap().2, "clear");
}

#[test]
fn output_in_a_pause_is_kept_by_an_agent_without_that_defect() {
    let mut fixed = config(SEPARATE, AgentTiming::faithful());
    fixed.loses_output_in_a_pause = false;
    let mut core = AgentCore::new(at(0), fixed);
    core.handle_frame(at(1), &response(0, &accept("1.2.896.0")));
    core.handle_timeout(at(2));
    core.program_started(at(2));
    sent(&mut core);
    core.handle_frame(at(4), &publication(MessageKind::PausePublication));
    core.program_output(at(5), OutputKind::Output, b"kept");
    core.handle_frame(at(6), &publication(MessageKind::StartPublication));
    core.program_ended(at(8), ProgramEnd::Exited(0));
    let payloads: Vec<Bytes> = streamed(&mut core)
        .into_iter()
        .map(|(_, _, bytes)| bytes)
        .collect();
    assert_eq!(payloads, ["kept", "EXIT_CODE: 0"]);
}
