//! The binary message: what can be read can be written and read again, and damage to a payload is noticed.

use bytes::Bytes;
use postern_protocol::{Message, MessageKind, PayloadType, WireError};

const HEADER_BYTES: usize = 120;

/// Reads any bytes as a frame, and as the payload of one.
pub fn frame(data: &[u8]) {
    if let Ok(message) = Message::decode(&Bytes::copy_from_slice(data)) {
        assert!(
            message.payload.len() + HEADER_BYTES <= data.len(),
            "a payload is what is behind the header"
        );
        assert_reads_again(&message);
    }
    if let Some((kind, rest)) = data.split_first() {
        let message = message_of(*kind, rest);
        assert_reads_again(&message);
        assert_damage_is_noticed(&message, *kind);
    }
}

fn assert_reads_again(message: &Message) {
    assert_eq!(Message::decode(&message.encode()).as_ref(), Ok(message));
}

fn assert_damage_is_noticed(message: &Message, which: u8) {
    if message.payload.is_empty() || is_publication(&message.kind) {
        return;
    }
    let mut frame = message.encode().to_vec();
    let at = HEADER_BYTES + usize::from(which) % message.payload.len();
    frame[at] ^= 1 << (which % 8);
    assert_eq!(Message::decode(&frame.into()), Err(WireError::Digest));
}

fn is_publication(kind: &MessageKind) -> bool {
    matches!(
        kind,
        MessageKind::StartPublication | MessageKind::PausePublication
    )
}

fn message_of(kind: u8, rest: &[u8]) -> Message {
    let mut numbers = rest.chunks(8).map(|chunk| {
        chunk
            .iter()
            .fold(0_u64, |number, byte| (number << 8) | u64::from(*byte))
    });
    let mut number = || numbers.next().unwrap_or_default();
    Message {
        kind: match kind % 6 {
            0 => MessageKind::InputStreamData,
            1 => MessageKind::OutputStreamData,
            2 => MessageKind::Acknowledge,
            3 => MessageKind::ChannelClosed,
            4 => MessageKind::StartPublication,
            _ => MessageKind::PausePublication,
        },
        created_at_ms: number().max(1),
        sequence: number() as i64,
        flags: number(),
        id: uuid::Uuid::from_u64_pair(number(), number()),
        payload_type: payload_type(number() as u32),
        payload: Bytes::copy_from_slice(rest),
    }
}

/// A type as it is read: a known number never comes as `Other`.
fn payload_type(code: u32) -> PayloadType {
    match code % 14 {
        0 => PayloadType::None,
        1 => PayloadType::Output,
        2 => PayloadType::Error,
        3 => PayloadType::Size,
        4 => PayloadType::Parameter,
        5 => PayloadType::HandshakeRequest,
        6 => PayloadType::HandshakeResponse,
        7 => PayloadType::HandshakeComplete,
        8 => PayloadType::EncChallengeRequest,
        9 => PayloadType::EncChallengeResponse,
        10 => PayloadType::Flag,
        11 => PayloadType::StdErr,
        12 => PayloadType::ExitCode,
        _ => PayloadType::Other(code.max(13)),
    }
}
