//! The handshake request: whatever it asks for, it is answered at most once and completely, and only what is legal begins.

use postern_protocol::{
    ActionStatus, ChannelConfig, ChannelEvent, DataChannel, EncryptionRule, HandshakeRequest,
    HandshakeResponse, JsonPayload, PayloadType,
};

use crate::peer::{self, at};

/// A request is answered with texts of bounded length for at most 16 actions.
const MOST_RESPONSE_BYTES: usize = 64 << 10;

/// Gives any bytes to a fresh channel as the agent's request. The first byte is the channel's configuration.
pub fn handshake_json(data: &[u8]) {
    let Some((first, request)) = data.split_first() else {
        return;
    };
    let config = config(*first);
    let rule = config.encryption;
    let mut channel = DataChannel::new(config, [3; 32]);
    channel.open(at(0), "token");
    channel.send_input(at(0), b"early");
    let frame = peer::stream(0, PayloadType::HandshakeRequest, request.to_vec());
    let _defect = channel.handle_frame(at(1), frame);
    let events = peer::events(&mut channel);
    match events.as_slice() {
        [] => expect_plain(&mut channel, request, rule),
        [ChannelEvent::DataKeyWanted(_)] => expect_encrypted(&mut channel, request, rule, first & 0x80 != 0),
        [ChannelEvent::Failed(_)] => expect_refused(&mut channel, request),
        other => panic!("a request brought about {other:?}"),
    }
}

fn config(first: u8) -> ChannelConfig {
    ChannelConfig {
        port_sessions: first & 1 != 0,
        encryption: match first >> 1 & 3 {
            0 => EncryptionRule::Require,
            1 => EncryptionRule::Off,
            _ => EncryptionRule::Prefer,
        },
        ..ChannelConfig::default()
    }
}

fn expect_plain(channel: &mut DataChannel, request: &[u8], rule: EncryptionRule) {
    assert_ne!(
        rule,
        EncryptionRule::Require,
        "an open session where encryption is required"
    );
    let response = only_response(channel, request).expect("an answer");
    assert!(all_succeeded(&response));
    let _ = channel.handle_frame(
        at(2),
        peer::stream(1, PayloadType::HandshakeComplete, peer::COMPLETE),
    );
    let events = peer::events(channel);
    let is_ready = matches!(events.as_slice(), [ChannelEvent::Ready { encrypted: false, .. }]);
    assert!(is_ready, "{events:?}");
}

fn expect_encrypted(channel: &mut DataChannel, request: &[u8], rule: EncryptionRule, refuse: bool) {
    assert_ne!(
        rule,
        EncryptionRule::Off,
        "a key is wanted where encryption is off"
    );
    assert!(
        peer::written_stream(channel).is_empty(),
        "nothing is said without the key"
    );
    if refuse {
        channel.refuse_data_key(at(2), "no");
        let response = only_response(channel, request).expect("an answer");
        assert!(!all_succeeded(&response));
        assert_eq!(channel.input_room(), 0);
        return;
    }
    channel.provide_data_key(at(2), peer::data_key());
    let response = only_response(channel, request).expect("an answer");
    assert!(all_succeeded(&response));
    let _ = channel.handle_frame(
        at(3),
        peer::stream(1, PayloadType::HandshakeComplete, peer::COMPLETE),
    );
    let events = peer::events(channel);
    assert!(
        matches!(events.as_slice(), [ChannelEvent::Failed(_)]),
        "without a challenge: {events:?}"
    );
}

fn expect_refused(channel: &mut DataChannel, request: &[u8]) {
    if let Some(response) = only_response(channel, request) {
        assert!(!all_succeeded(&response));
    }
    assert_eq!((channel.input_room(), channel.held_input()), (0, 0));
    let _ = channel.handle_frame(
        at(3),
        peer::stream(1, PayloadType::HandshakeComplete, peer::COMPLETE),
    );
    let _ = channel.handle_frame(at(3), peer::stream(2, PayloadType::Output, &b"x"[..]));
    assert!(
        peer::events(channel).is_empty(),
        "something comes after a failure"
    );
}

/// The one response: it answers every action by its name (or the beginning of a long one).
fn only_response(channel: &mut DataChannel, request: &[u8]) -> Option<HandshakeResponse> {
    let messages = peer::written_stream(channel);
    assert!(messages.len() <= 1, "at most one answer");
    let message = messages.first()?;
    assert_eq!(
        (message.payload_type, message.sequence),
        (PayloadType::HandshakeResponse, 0)
    );
    assert!(
        message.payload.len() <= MOST_RESPONSE_BYTES,
        "{} bytes",
        message.payload.len()
    );
    let response = HandshakeResponse::from_payload(&message.payload).expect("a response");
    let request = HandshakeRequest::from_payload(request).expect("only what can be read is answered");
    let asked = request.requested_client_actions;
    // A request without a session type is refused under that name when encryption is required.
    let named_besides = response.processed_client_actions.len().checked_sub(asked.len());
    assert!(named_besides == Some(0) || (named_besides == Some(1) && !all_succeeded(&response)));
    for (answer, asked) in response.processed_client_actions.iter().zip(&asked) {
        assert!(answer.action_type.chars().count() <= 256);
        let is_cut = asked.action_type.chars().count() > 256;
        assert!(is_cut || answer.action_type == asked.action_type);
        assert_eq!(
            answer.action_status == ActionStatus::Success,
            answer.error.is_empty()
        );
    }
    Some(response)
}

fn all_succeeded(response: &HandshakeResponse) -> bool {
    let actions = &response.processed_client_actions;
    actions
        .iter()
        .all(|action| action.action_status == ActionStatus::Success)
}
