//! The other end of a data channel, as far as a target needs one: frames, and the agent's half of the keys.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use postern_protocol::{
    Acknowledge, ChannelEvent, DataChannel, DataKey, JsonPayload, Message, MessageKind, Moment, PayloadType,
};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use uuid::Uuid;

pub(crate) const COMPLETE: &[u8] = br#"{"HandshakeTimeToComplete":1,"CustomerMessage":""}"#;
pub(crate) const KMS_REQUEST: &[u8] = br#"{"AgentVersion":"3.3.987.0","RequestedClientActions":[{"ActionType":"KMSEncryption","ActionParameters":{"KMSKeyId":"alias/a","Challenge":"AAAAAAAAAAAAAAAAAAAAAA=="}},{"ActionType":"SessionType","ActionParameters":{"SessionType":"Standard_Stream","Properties":null}}]}"#;
pub(crate) const REQUEST: &[u8] = br#"{"AgentVersion":"3.3.987.0","RequestedClientActions":[{"ActionType":"SessionType","ActionParameters":{"SessionType":"NonInteractiveCommands","Properties":null}}]}"#;

const AGENT_KEY: [u8; 32] = [1; 32];
const CLIENT_KEY: [u8; 32] = [2; 32];
/// The data key as KMS makes it.
pub(crate) const PLAINTEXT: [u8; 64] = {
    let mut plaintext = [1; 64];
    let mut n = 32;
    while n < 64 {
        plaintext[n] = 2;
        n += 1;
    }
    plaintext
};
const NONCE_BYTES: usize = 12;

pub(crate) fn at(ms: u64) -> Moment {
    Moment {
        monotonic: Duration::from_millis(ms),
        wall_ms: 1_700_000_000_000_u64.saturating_add(ms),
    }
}

pub(crate) fn message(
    kind: MessageKind,
    sequence: i64,
    payload_type: PayloadType,
    payload: Bytes,
) -> Message {
    Message {
        kind,
        created_at_ms: 1,
        sequence,
        flags: 0,
        id: Uuid::from_u128(sequence as u128),
        payload_type,
        payload,
    }
}

pub(crate) fn stream(sequence: i64, payload_type: PayloadType, payload: impl Into<Bytes>) -> Bytes {
    message(
        MessageKind::OutputStreamData,
        sequence,
        payload_type,
        payload.into(),
    )
    .encode()
}

pub(crate) fn service(kind: MessageKind, payload: impl Into<Bytes>) -> Bytes {
    message(kind, 0, PayloadType::None, payload.into()).encode()
}

pub(crate) fn acknowledgement(sequence: i64) -> Bytes {
    let acknowledged = message(
        MessageKind::InputStreamData,
        sequence,
        PayloadType::Output,
        Bytes::new(),
    );
    service(
        MessageKind::Acknowledge,
        Acknowledge::of(&acknowledged).to_payload(),
    )
}

pub(crate) fn data_key() -> DataKey {
    DataKey::new(&PLAINTEXT, b"sealed".to_vec(), true).expect("64 bytes")
}

/// What the agent sends of `plaintext` in an encrypted session.
pub(crate) fn seal(nonce: u64, plaintext: &[u8]) -> Vec<u8> {
    let mut nonce_bytes = [0; NONCE_BYTES];
    nonce_bytes[4..].copy_from_slice(&nonce.to_be_bytes());
    let mut text = plaintext.to_vec();
    let nonce = Nonce::assume_unique_for_key(nonce_bytes);
    let tag = key(&AGENT_KEY)
        .seal_in_place_separate_tag(nonce, Aad::empty(), &mut text)
        .expect("short enough");
    [&nonce_bytes[..], &text, tag.as_ref()].concat()
}

/// What the client sealed; none when it did not.
pub(crate) fn open(sealed: &[u8]) -> Option<Vec<u8>> {
    open_with(&CLIENT_KEY, sealed)
}

/// What the agent sealed; none when it did not.
pub(crate) fn open_own(sealed: &[u8]) -> Option<Vec<u8>> {
    open_with(&AGENT_KEY, sealed)
}

fn open_with(key_bytes: &[u8; 32], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, text) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    let mut text = text.to_vec();
    let nonce = Nonce::assume_unique_for_key(*nonce);
    let plaintext = key(key_bytes)
        .open_in_place(nonce, Aad::empty(), &mut text)
        .ok()?;
    Some(plaintext.to_vec())
}

fn key(bytes: &[u8]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).expect("32 bytes"))
}

/// The payload of a challenge message, either way.
pub(crate) fn challenge(sealed: &[u8]) -> Vec<u8> {
    serde_json::json!({ "Challenge": STANDARD.encode(sealed) })
        .to_string()
        .into_bytes()
}

pub(crate) fn challenge_of(payload: &[u8]) -> Option<Vec<u8>> {
    let value: serde_json::Value = serde_json::from_slice(payload).ok()?;
    STANDARD.decode(value.get("Challenge")?.as_str()?).ok()
}

pub(crate) fn events(channel: &mut DataChannel) -> Vec<ChannelEvent> {
    std::iter::from_fn(|| channel.poll_event()).collect()
}

/// Everything that the channel wants to write, read again.
pub(crate) fn written(channel: &mut DataChannel) -> Vec<Message> {
    std::iter::from_fn(|| channel.poll_transmit())
        .map(|frame| Message::decode(&frame).expect("a frame of ours can be read"))
        .collect()
}

/// The numbers of the stream messages that the channel wants to write; quicker than reading all of them.
pub(crate) fn written_numbers(channel: &mut DataChannel) -> Vec<i64> {
    std::iter::from_fn(|| channel.poll_transmit())
        .filter(|frame| frame[4..].starts_with(b"input_stream_data"))
        .map(|frame| i64::from_be_bytes(frame[48..56].try_into().expect("8 bytes")))
        .collect()
}

/// Everything that the channel wants to write and that is no acknowledgement.
pub(crate) fn written_stream(channel: &mut DataChannel) -> Vec<Message> {
    written(channel)
        .into_iter()
        .filter(|message| message.kind == MessageKind::InputStreamData)
        .collect()
}
