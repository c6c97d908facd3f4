//! What the model knows of the agent's messages: which were taken, what must be shown of them, and what to acknowledge.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use postern_protocol::{Message, PayloadType};

use crate::peer;

/// How far ahead a message may lie.
const WINDOW: i64 = 10_000;

#[derive(Default)]
pub(super) struct Received {
    /// The number that comes next.
    pub(super) expected: i64,
    held: BTreeMap<i64, (PayloadType, Bytes)>,
    /// Data in order that was not shown yet.
    due: VecDeque<Bytes>,
    /// How often each number came and must be acknowledged.
    receipts: BTreeMap<i64, u32>,
    /// A message of a handshake has come in order while data flowed.
    pub(super) disturbed: bool,
}

impl Received {
    /// A stream message has come.
    pub(super) fn take(&mut self, message: Message, data_flows: bool) {
        let sequence = message.sequence;
        if sequence < 0 || sequence.saturating_sub(self.expected) >= WINDOW {
            return;
        }
        *self.receipts.entry(sequence).or_default() += 1;
        if sequence >= self.expected {
            self.held
                .entry(sequence)
                .or_insert((message.payload_type, message.payload));
        }
        while let Some((payload_type, payload)) = self.held.remove(&self.expected) {
            self.expected += 1;
            self.take_in_order(payload_type, payload, data_flows);
        }
    }

    fn take_in_order(&mut self, payload_type: PayloadType, payload: Bytes, data_flows: bool) {
        match payload_type {
            PayloadType::Output | PayloadType::StdErr => self.due.push_back(payload),
            PayloadType::HandshakeRequest
            | PayloadType::HandshakeResponse
            | PayloadType::HandshakeComplete
            | PayloadType::EncChallengeRequest
            | PayloadType::EncChallengeResponse => self.disturbed |= data_flows,
            _ => {}
        }
    }

    /// The channel shows data: it must be the next that is due, and in an encrypted session the agent's own.
    pub(super) fn show(&mut self, shown: &[u8], encrypted: bool) {
        self.skip_empty(encrypted);
        let due = self.due.pop_front().expect("nothing was due");
        let due = plaintext(&due, encrypted).expect("it could not be deciphered");
        assert_eq!(shown, due, "something else was due");
    }

    /// Everything that is due was shown.
    pub(super) fn assert_all_shown(&mut self, encrypted: bool) {
        self.skip_empty(encrypted);
        assert!(self.due.is_empty(), "{} messages were not shown", self.due.len());
    }

    /// The channel acknowledges a message: one that came, and not more often than it came.
    pub(super) fn acknowledged(&mut self, sequence: i64) {
        let receipts = self
            .receipts
            .get_mut(&sequence)
            .expect("it never came or was not taken");
        assert!(
            *receipts > 0,
            "number {sequence} was acknowledged more often than it came"
        );
        *receipts -= 1;
    }

    /// Whether each message that was taken was acknowledged.
    pub(super) fn all_acknowledged(&self) -> bool {
        self.receipts.values().all(|receipts| *receipts == 0)
    }

    fn skip_empty(&mut self, encrypted: bool) {
        while self
            .due
            .front()
            .is_some_and(|due| plaintext(due, encrypted).is_some_and(|text| text.is_empty()))
        {
            self.due.pop_front();
        }
    }
}

fn plaintext(payload: &Bytes, encrypted: bool) -> Option<Vec<u8>> {
    if encrypted {
        peer::open_own(payload)
    } else {
        Some(payload.to_vec())
    }
}
