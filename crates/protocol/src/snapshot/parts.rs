//! The halves of the stream as they are written down, and what they can be.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::as_text::base64_bytes;
use crate::cipher::SEAL_BYTES;
use crate::limits::{HELD_BYTES, LARGEST_WINDOW, PAYLOAD_BYTES, RECEIVED_AHEAD, SENT_AHEAD, cost_of_held};
use crate::round_trip::SavedRoundTrip;
use crate::window::Window;
use crate::{Message, MessageKind, PayloadType};

/// No session gets near it; above it numbers could not be counted on.
const MOST_NUMBER: i64 = i64::MAX >> 1;

/// The receiving half.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedInbox {
    pub(crate) expected: i64,
    /// In the order of their numbers.
    pub(crate) held: Vec<SavedOutput>,
}

/// A message of the agent that waits behind a gap. It was acknowledged, so that nothing else of it counts any more.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedOutput {
    pub(crate) sequence: i64,
    payload_type: u32,
    #[serde(with = "base64_bytes")]
    payload: Bytes,
}

/// The sending half.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedOutbox {
    pub(crate) next_sequence: i64,
    /// In the order of their numbers.
    pub(crate) messages: Vec<SavedMessage>,
    pub(crate) round_trip: SavedRoundTrip,
    pub(crate) window: Window,
}

/// A message that the agent has not acknowledged, with the bytes that its number has for ever.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SavedMessage {
    pub(crate) sequence: i64,
    pub(crate) input_bytes: usize,
    #[serde(with = "base64_bytes")]
    pub(crate) frame: Bytes,
}

impl SavedInbox {
    /// Data flows, so that one message at least was taken.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        demand(
            (1..=MOST_NUMBER).contains(&self.expected),
            "the number that is expected",
        )?;
        let mut first = self.expected.saturating_add(1);
        let end = self.expected.saturating_add(RECEIVED_AHEAD);
        let mut bytes = 0_usize;
        for held in &self.held {
            demand((first..end).contains(&held.sequence), "the numbers behind a gap")?;
            first = held.sequence.saturating_add(1);
            bytes = bytes.saturating_add(cost_of_held(&held.payload));
        }
        demand(bytes <= HELD_BYTES, "the amount behind a gap")
    }
}

impl SavedOutput {
    pub(crate) fn of(message: &Message) -> Self {
        Self {
            sequence: message.sequence,
            payload_type: message.payload_type.code(),
            payload: message.payload.clone(),
        }
    }

    pub(crate) fn into_message(self) -> Message {
        Message {
            kind: MessageKind::OutputStreamData,
            created_at_ms: 1,
            sequence: self.sequence,
            flags: 0,
            id: Uuid::nil(),
            payload_type: PayloadType::from_code(self.payload_type),
            payload: self.payload,
        }
    }
}

impl SavedOutbox {
    pub(crate) fn input_bytes(&self) -> usize {
        let bytes = self.messages.iter().map(|message| message.input_bytes);
        bytes.fold(0, usize::saturating_add)
    }

    pub(super) fn check(&self, is_encrypted: bool) -> Result<(), &'static str> {
        demand(
            self.window.is_valid() && self.round_trip.is_valid(),
            "what was learned of the link",
        )?;
        demand(self.messages.len() <= LARGEST_WINDOW, "the number of messages")?;
        demand((0..=MOST_NUMBER).contains(&self.next_sequence), "the next number")?;
        let mut first = self.next_sequence.saturating_sub(SENT_AHEAD).max(0);
        for message in &self.messages {
            let numbers = first..self.next_sequence;
            demand(numbers.contains(&message.sequence), "the numbers of messages")?;
            demand(message.is_ours(is_encrypted), "a message")?;
            first = message.sequence.saturating_add(1);
        }
        Ok(())
    }
}

impl SavedMessage {
    /// Whether a channel makes such a message, byte for byte.
    fn is_ours(&self, is_encrypted: bool) -> bool {
        Message::decode(&self.frame).is_ok_and(|message| {
            message.kind == MessageKind::InputStreamData
                && message.sequence == self.sequence
                && message.encode() == self.frame
                && input_bytes(&message, is_encrypted) == Some(self.input_bytes)
        })
    }
}

/// How many bytes of input a message of ours holds; none when it is no message of ours.
fn input_bytes(message: &Message, is_encrypted: bool) -> Option<usize> {
    match message.payload_type {
        PayloadType::Output => {
            let added = if is_encrypted { SEAL_BYTES } else { 0 };
            let input = message.payload.len().checked_sub(added)?;
            (1..=PAYLOAD_BYTES).contains(&input).then_some(input)
        }
        PayloadType::Flag if message.payload.len() != 4 => None,
        PayloadType::Size
        | PayloadType::Flag
        | PayloadType::HandshakeResponse
        | PayloadType::EncChallengeResponse => Some(0),
        PayloadType::None
        | PayloadType::Error
        | PayloadType::Parameter
        | PayloadType::HandshakeRequest
        | PayloadType::HandshakeComplete
        | PayloadType::EncChallengeRequest
        | PayloadType::StdErr
        | PayloadType::ExitCode
        | PayloadType::Other(_) => None,
    }
}

/// An error that names `what` unless it holds.
pub(super) fn demand(holds: bool, what: &'static str) -> Result<(), &'static str> {
    if holds { Ok(()) } else { Err(what) }
}
