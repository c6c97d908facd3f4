//! The rules that every recording is checked against, once it has been played.

use postern_protocol::{
    ActionStatus, ChannelFailure, HandshakeResponse, JsonPayload, Message, PayloadType, ProcessedAction,
    SessionType,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::difference::Differences;
use crate::keys::challenge;
use crate::player::{KEY, Playback};
use crate::{Digest, Expect, Header, RecordedKeys, ReplayDifference};

pub(crate) fn check(header: &Header, playback: &Playback) -> Vec<ReplayDifference> {
    let expect = &header.expect;
    let mut found = Differences::default();
    check_acknowledgements(&mut found, expect, playback);
    check_readiness(&mut found, header, playback);
    check_response(&mut found, header, playback);
    check_challenge(&mut found, header, playback);
    check_delivery(&mut found, expect, playback);
    check_input(&mut found, header.kms.as_ref(), playback);
    check_end(&mut found, expect, playback);
    found.into_list()
}

fn check_delivery(found: &mut Differences, expect: &Expect, playback: &Playback) {
    let delivered = &playback.delivered;
    found.same("output", &expect.output, &digest(&delivered.output));
    let stderr = (!delivered.stderr.is_empty()).then(|| digest(&delivered.stderr));
    found.same("standard error", &expect.stderr, &stderr);
    found.same(
        "the exit code",
        &Vec::from_iter(expect.exit_code),
        &delivered.exit_codes,
    );
    let message = Vec::from_iter(expect.customer_message.clone());
    found.same("the customer message", &message, &delivered.customer_messages);
    found.same("the flags", &expect.agent_flags, &delivered.flags);
}

/// Every valid stream frame, and nothing else.
fn check_acknowledgements(found: &mut Differences, expect: &Expect, playback: &Playback) {
    found.same("the acknowledgements", &playback.owed, &playback.paid);
    found.same("acknowledgements", &expect.stream_frames, &playback.paid.len());
    found.same("corrupt frames", &expect.corrupt_frames, &playback.corrupt_frames);
}

fn check_readiness(found: &mut Differences, header: &Header, playback: &Playback) {
    let ready = if header.expect.handshake == "failed" {
        vec![]
    } else {
        let is_encrypted = header.kms.as_ref().is_some_and(RecordedKeys::are_made);
        vec![(session_type(header), is_encrypted)]
    };
    found.same("to be ready as", &ready, &playback.delivered.ready);
    let wanted = usize::from(header.kms.is_some());
    found.same("wishes for a data key", &wanted, &playback.delivered.keys_wanted);
    // A port session is not what this channel was opened for, as it was with the recorded client.
    let failures = if header.session_type == "Port" && header.expect.handshake == "failed" {
        vec![ChannelFailure::UnsupportedSessionType { name: "Port".into() }]
    } else {
        vec![]
    };
    found.same("the failure", &failures, &playback.delivered.failures);
}

/// Without a handshake nobody tells the client what a session is for.
fn session_type(header: &Header) -> SessionType {
    match (header.expect.handshake.as_str(), header.session_type.as_str()) {
        ("complete", "InteractiveCommands") => SessionType::InteractiveCommands,
        ("complete", "NonInteractiveCommands") => SessionType::NonInteractiveCommands,
        ("complete", "Port") => SessionType::Port {
            agent_version: header.agent_version.clone(),
            properties: header.expect.handshake_properties.clone().unwrap_or_default(),
        },
        _ => SessionType::Shell,
    }
}

/// A request is answered once, and as the recorded client did.
fn check_response(found: &mut Differences, header: &Header, playback: &Playback) {
    let responses = sent(playback, PayloadType::HandshakeResponse);
    let expected = usize::from(header.expect.handshake != "none");
    found.same("handshake responses", &expected, &responses.len());
    let recorded = playback.recorded_response.as_ref().map(answers);
    let ours = responses.first().map(answers);
    if let Some(recorded) = recorded {
        found.same("the answers", &Some(recorded), &ours);
    }
}

/// What a response says: the status of each action, the key and whether the challenge was used.
fn answers(response: &Message) -> Vec<(String, ActionStatus, Value, bool)> {
    let actions = HandshakeResponse::from_payload(&response.payload)
        .map(|response| response.processed_client_actions)
        .unwrap_or_default();
    actions.into_iter().map(answer).collect()
}

fn answer(action: ProcessedAction) -> (String, ActionStatus, Value, bool) {
    let member = |name: &str| action.action_result.get(name).cloned().unwrap_or_default();
    let (key, acknowledged) = (member("KMSCipherTextKey"), member("ChallengeAcknowledgement"));
    // The official client mixes the status of an unsupported action up with its result.
    let is_mixed_up = action.action_status == ActionStatus::Other(0) && action.action_result == 3;
    let status = if is_mixed_up {
        ActionStatus::Unsupported
    } else {
        action.action_status
    };
    (action.action_type, status, key, acknowledged == Value::Bool(true))
}

/// A challenge is answered once, with the same bytes, encrypted the other way.
fn check_challenge(found: &mut Differences, header: &Header, playback: &Playback) {
    let answers = sent(playback, PayloadType::EncChallengeResponse);
    let asked = usize::from(playback.agent_challenge.is_some());
    found.same("answers to a challenge", &asked, &answers.len());
    let (Some(asked), Some(answer), Some(keys)) = (&playback.agent_challenge, answers.first(), &header.kms)
    else {
        return;
    };
    let asked = challenge(&asked.payload).and_then(|sealed| keys.open_output(&sealed));
    let answered = challenge(&answer.payload).and_then(|sealed| keys.open_input(&sealed));
    found.rule(asked.is_some(), "a challenge made with the key", "another");
    found.same("the challenge", &asked, &answered);
}

/// What was typed went out once and in order, encrypted if the session is; our numbers have no gap.
fn check_input(found: &mut Differences, keys: Option<&RecordedKeys>, playback: &Playback) {
    let numbers = playback.sent.keys().copied();
    let have_no_gap = numbers.eq(0..playback.sent.len() as i64);
    found.rule(have_no_gap, "own numbers without a gap", "a gap");
    let keys = keys.filter(|keys| keys.are_made());
    let typed = sent(playback, PayloadType::Output)
        .into_iter()
        .map(|message| match keys {
            Some(keys) => keys.open_input(&message.payload),
            None => Some(message.payload.to_vec()),
        });
    let typed: Option<Vec<_>> = typed.collect();
    let typed = typed.map(|messages| messages.concat());
    let is_typed = typed.is_some_and(|t| t.len() <= playback.typed && t.iter().all(|byte| *byte == KEY));
    found.rule(is_typed, "input as it was typed", "something else");
}

fn check_end(found: &mut Differences, expect: &Expect, playback: &Playback) {
    let is_paused = expect.publication.iter().any(|kind| kind == "pause_publication");
    found.same("a pause", &is_paused, &(playback.delivered.pauses > 0));
    found.same("to be paused at the end", &false, &playback.delivered.is_paused);
    let closing = Vec::from_iter(expect.channel_closed_output.clone());
    found.same("the closing text", &closing, &playback.delivered.closings);
    let is_closed = !playback.delivered.closings.is_empty();
    found.same("the end by the service", &expect.channel_closed, &is_closed);
    found.same("sockets", &expect.sockets, &playback.sockets);
}

/// Our own messages of one type.
fn sent(playback: &Playback, payload_type: PayloadType) -> Vec<Message> {
    let messages = playback
        .sent
        .values()
        .filter_map(|frame| Message::decode(frame).ok());
    messages
        .filter(|message| message.payload_type == payload_type)
        .collect()
}

pub(crate) fn digest(bytes: &[u8]) -> Digest {
    let sha256 = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Digest {
        len: bytes.len(),
        sha256,
    }
}
