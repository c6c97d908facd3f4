//! What the model knows of our messages: each number has one content for ever, and typed bytes go once and in order.

use std::collections::BTreeSet;

use bytes::Bytes;
use postern_protocol::{Message, PayloadType};

use crate::peer;

#[derive(Default)]
pub(super) struct Sent {
    typed: Vec<u8>,
    /// Of those, how many were written at least once.
    written_bytes: usize,
    messages: Vec<Written>,
    acknowledged: BTreeSet<i64>,
    acknowledged_bytes: usize,
    responses: usize,
    answers: usize,
}

struct Written {
    frame: Bytes,
    input_bytes: usize,
}

impl Sent {
    /// The channel took so many bytes of input.
    pub(super) fn type_more(&mut self, bytes: &[u8]) {
        self.typed.extend_from_slice(bytes);
    }

    /// How many typed bytes are not acknowledged.
    pub(super) fn held(&self) -> usize {
        self.typed.len() - self.acknowledged_bytes
    }

    /// How many messages were written.
    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    /// The numbers that were written and are not acknowledged.
    pub(super) fn unacknowledged(&self) -> Vec<i64> {
        (0..self.messages.len() as i64)
            .filter(|number| !self.acknowledged.contains(number))
            .collect()
    }

    /// The agent acknowledges a number: it counts if it was written, and once.
    pub(super) fn acknowledge(&mut self, sequence: i64) {
        let written = usize::try_from(sequence)
            .ok()
            .and_then(|number| self.messages.get(number));
        if let Some(written) = written
            && self.acknowledged.insert(sequence)
        {
            self.acknowledged_bytes += written.input_bytes;
        }
    }

    /// The channel writes a stream message.
    pub(super) fn write(&mut self, message: &Message, frame: Bytes, data_flows: bool, encrypted: bool) {
        let number = usize::try_from(message.sequence).expect("numbers start at 0");
        if let Some(first) = self.messages.get(number) {
            assert_eq!(first.frame, frame, "number {number} has two contents");
            assert!(
                !self.acknowledged.contains(&message.sequence),
                "number {number} was done with"
            );
            return;
        }
        assert_eq!(number, self.messages.len(), "a number is left out");
        let input_bytes = self.judge(message, data_flows, encrypted);
        self.messages.push(Written { frame, input_bytes });
    }

    /// How many typed bytes a new message holds.
    fn judge(&mut self, message: &Message, data_flows: bool, encrypted: bool) -> usize {
        match message.payload_type {
            PayloadType::HandshakeResponse => {
                self.responses += 1;
                assert_eq!(
                    (self.responses, message.sequence),
                    (1, 0),
                    "one response, at first"
                );
                0
            }
            PayloadType::EncChallengeResponse => {
                self.answers += 1;
                assert_eq!(
                    (self.answers, message.sequence),
                    (1, 1),
                    "one answer, behind the response"
                );
                0
            }
            PayloadType::Size => {
                assert!(data_flows, "a size before the agent is ready");
                0
            }
            PayloadType::Output => {
                assert!(data_flows, "input before the agent is ready");
                self.judge_input(&message.payload, encrypted)
            }
            other => panic!("we wrote {other:?}"),
        }
    }

    fn judge_input(&mut self, payload: &[u8], encrypted: bool) -> usize {
        let input = if encrypted {
            peer::open(payload).expect("input that the agent can decipher")
        } else {
            payload.to_vec()
        };
        let end = self.written_bytes + input.len();
        assert!((1..=1024).contains(&input.len()));
        assert_eq!(
            Some(&input[..]),
            self.typed.get(self.written_bytes..end),
            "not what was typed next"
        );
        self.written_bytes = end;
        input.len()
    }
}
