//! The rules that every recording is checked against.

use postern_protocol::{
    ActionStatus, ChannelFailure, HandshakeResponse, JsonPayload, Message, PayloadType, SessionType,
};
use sha2::{Digest as _, Sha256};

use crate::player::Playback;
use crate::recording::{Digest, Expect, Header};

pub(crate) fn check(header: &Header, playback: &Playback) {
    check_delivery(&header.expect, playback);
    check_acknowledgements(&header.expect, playback);
    check_handshake(header, playback);
    check_pauses(&header.expect, playback);
    check_end(&header.expect, playback);
    let numbers = playback.sent.keys().copied();
    assert!(
        numbers.eq(0..playback.sent.len() as i64),
        "own numbers have no gap"
    );
}

fn check_delivery(expect: &Expect, playback: &Playback) {
    let delivered = &playback.delivered;
    assert_eq!(digest(&delivered.output), expect.output);
    assert_eq!(
        (!delivered.stderr.is_empty()).then(|| digest(&delivered.stderr)),
        expect.stderr
    );
    assert_eq!(delivered.exit_codes, Vec::from_iter(expect.exit_code));
    assert_eq!(
        delivered.customer_messages,
        Vec::from_iter(expect.customer_message.clone())
    );
    assert_eq!(delivered.flags, expect.agent_flags);
}

fn check_acknowledgements(expect: &Expect, playback: &Playback) {
    assert_eq!(
        playback.paid, playback.owed,
        "every valid stream frame, and nothing else"
    );
    assert_eq!(playback.paid.len(), expect.stream_frames);
    assert_eq!(playback.corrupt_frames, expect.corrupt_frames);
}

fn check_handshake(header: &Header, playback: &Playback) {
    let messages = playback
        .sent
        .values()
        .map(|frame| Message::decode(frame).unwrap());
    let responses: Vec<_> = messages
        .filter(|m| m.payload_type == PayloadType::HandshakeResponse)
        .collect();
    assert_eq!(
        responses.len(),
        usize::from(header.expect.handshake != "none"),
        "a request is answered once"
    );
    let ready = match (header.expect.handshake.as_str(), header.session_type.as_str()) {
        ("failed", _) => vec![],
        ("none", _) | ("complete", "Standard_Stream") => vec![SessionType::Shell],
        ("complete", "NonInteractiveCommands") => vec![SessionType::NonInteractiveCommands],
        (handshake, other) => panic!("no rule for {handshake} {other}"),
    };
    assert_eq!(playback.delivered.ready, ready);
    if header.session_type == "Port" {
        check_refusal(playback, &responses[0]);
    } else {
        assert!(playback.delivered.refusals.is_empty());
    }
}

/// A port session is not what this channel was opened for: it says so, as the recorded client did.
fn check_refusal(playback: &Playback, response: &Message) {
    let refusal = ChannelFailure::UnsupportedSessionType { name: "Port".into() };
    assert_eq!(playback.delivered.refusals, [refusal]);
    let response = HandshakeResponse::from_payload(&response.payload).unwrap();
    assert_eq!(
        response.processed_client_actions[0].action_status,
        ActionStatus::Unsupported
    );
}

fn check_pauses(expect: &Expect, playback: &Playback) {
    let expected = expect.publication.iter().any(|kind| kind == "pause_publication");
    assert_eq!(playback.delivered.pauses > 0, expected);
    assert!(!playback.delivered.is_paused, "every recorded pause ends");
}

fn check_end(expect: &Expect, playback: &Playback) {
    assert_eq!(
        playback.delivered.closings,
        Vec::from_iter(expect.channel_closed_output.clone())
    );
    assert_eq!(
        playback.delivered.closings.len(),
        usize::from(expect.channel_closed)
    );
    assert_eq!(playback.sockets, expect.sockets);
}

fn digest(bytes: &[u8]) -> Digest {
    let sha256 = Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Digest {
        len: bytes.len(),
        sha256,
    }
}
