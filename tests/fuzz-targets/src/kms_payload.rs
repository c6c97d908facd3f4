//! Encrypted payloads: only what the key's owner made is taken, and nothing of anything else is shown or answered.

use postern_protocol::{ChannelConfig, ChannelEvent, DataChannel, PayloadType};

use crate::peer::{self, at};

/// Gives any bytes to an encrypted session; the first says as what.
pub fn kms_payload(data: &[u8]) {
    let Some((first, data)) = data.split_first() else {
        return;
    };
    match first % 6 {
        0 => hostile_challenge(data),
        1 => hostile_challenge(&peer::challenge(data)),
        2 => hostile_challenge(&damaged_challenge(data, *first)),
        3 => true_challenge(data),
        4 => hostile_data(data, payload_type(*first)),
        _ => true_data(data, *first),
    }
}

fn payload_type(first: u8) -> PayloadType {
    match first / 6 % 3 {
        0 => PayloadType::Output,
        1 => PayloadType::StdErr,
        _ => PayloadType::ExitCode,
    }
}

/// A channel that has its key and waits for the challenge.
fn with_key() -> DataChannel {
    let mut channel = DataChannel::new(ChannelConfig::default(), [3; 32]);
    channel.open(at(0), "token");
    let _ = channel.handle_frame(
        at(1),
        peer::stream(0, PayloadType::HandshakeRequest, peer::KMS_REQUEST),
    );
    assert!(matches!(
        peer::events(&mut channel).as_slice(),
        [ChannelEvent::DataKeyWanted(_)]
    ));
    channel.provide_data_key(at(1), peer::data_key());
    assert_eq!(peer::written_stream(&mut channel).len(), 1);
    channel
}

fn streaming() -> DataChannel {
    let mut channel = with_key();
    let challenge = peer::challenge(&peer::seal(0, b"challenge"));
    let _ = channel.handle_frame(
        at(2),
        peer::stream(1, PayloadType::EncChallengeRequest, challenge),
    );
    let _ = channel.handle_frame(
        at(3),
        peer::stream(2, PayloadType::HandshakeComplete, peer::COMPLETE),
    );
    assert!(matches!(
        peer::events(&mut channel).as_slice(),
        [ChannelEvent::Ready { encrypted: true, .. }]
    ));
    peer::written(&mut channel);
    channel
}

/// No answer, unless the bytes happen to be the agent's own work.
fn hostile_challenge(payload: &[u8]) {
    if peer::challenge_of(payload).is_some_and(|sealed| peer::open_own(&sealed).is_some()) {
        return;
    }
    let mut channel = with_key();
    let _ = channel.handle_frame(
        at(2),
        peer::stream(1, PayloadType::EncChallengeRequest, payload.to_vec()),
    );
    let again: Vec<_> = peer::written_stream(&mut channel)
        .iter()
        .map(|message| message.payload_type)
        .collect();
    assert!(
        !again.contains(&PayloadType::EncChallengeResponse),
        "a made-up challenge is answered"
    );
    assert_ended(&mut channel);
}

fn damaged_challenge(data: &[u8], which: u8) -> Vec<u8> {
    let mut sealed = peer::seal(0, data);
    let at = usize::from(which) % sealed.len();
    sealed[at] ^= 1 << (which % 8);
    peer::challenge(&sealed)
}

/// The answer is the same bytes under our key, and there is only one.
fn true_challenge(data: &[u8]) {
    let payload = peer::challenge(&peer::seal(0, data));
    let fits = payload.len() <= 2048;
    let mut channel = with_key();
    let _ = channel.handle_frame(
        at(2),
        peer::stream(1, PayloadType::EncChallengeRequest, payload.clone()),
    );
    let written = peer::written_stream(&mut channel);
    if fits {
        let answer = written.last().expect("an answer");
        assert_eq!(answer.payload_type, PayloadType::EncChallengeResponse);
        let sealed = peer::challenge_of(&answer.payload).expect("a challenge");
        assert_eq!(peer::open(&sealed).as_deref(), Some(data));
    }
    let _ = channel.handle_frame(at(3), peer::stream(2, PayloadType::EncChallengeRequest, payload));
    assert!(
        peer::written_stream(&mut channel).is_empty(),
        "a challenge is answered once only"
    );
    assert_ended(&mut channel);
}

fn hostile_data(data: &[u8], payload_type: PayloadType) {
    if peer::open_own(data).is_some() {
        return;
    }
    let mut channel = streaming();
    let _ = channel.handle_frame(at(4), peer::stream(3, payload_type, data.to_vec()));
    assert_ended(&mut channel);
}

fn true_data(data: &[u8], which: u8) {
    let mut channel = streaming();
    let sealed = peer::seal(9, data);
    let _ = channel.handle_frame(at(4), peer::stream(3, PayloadType::Output, sealed.clone()));
    match peer::events(&mut channel).as_slice() {
        [] => assert!(data.is_empty()),
        [ChannelEvent::Output(shown)] => assert_eq!(shown, data),
        other => panic!("{other:?}"),
    }
    let mut damaged = sealed;
    let at_byte = usize::from(which) % damaged.len();
    damaged[at_byte] ^= 1 << (which % 8);
    let _ = channel.handle_frame(at(5), peer::stream(4, PayloadType::Output, damaged));
    assert_ended(&mut channel);
}

/// A failure is told, and then nothing more is taken or shown.
fn assert_ended(channel: &mut DataChannel) {
    let events = peer::events(channel);
    assert!(
        matches!(events.as_slice(), [ChannelEvent::Failed(_)]),
        "{events:?}"
    );
    assert_eq!(channel.input_room(), 0);
    for sequence in 4..8 {
        let sealed = peer::seal(20 + sequence as u64, b"more");
        let _ = channel.handle_frame(at(6), peer::stream(sequence, PayloadType::Output, sealed));
    }
    assert!(
        peer::events(channel).is_empty(),
        "something is shown after a failure"
    );
}
