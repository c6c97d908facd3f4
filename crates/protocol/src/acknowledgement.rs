//! An acknowledgement that waits to be written, and the quick way to write it: one is owed for each message of output.

use std::fmt::Write;

use bytes::{BufMut, BytesMut};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Message;

const BEFORE_ID: &str = r#"{"AcknowledgedMessageType":"output_stream_data","AcknowledgedMessageId":""#;
const BEFORE_SEQUENCE: &str = r#"","AcknowledgedMessageSequenceNumber":"#;
const END: &str = r#","IsSequentialMessage":true}"#;
/// The characters of an id and the most that a number has.
const VARIABLE_BYTES: usize = 36 + 20;

/// What is acknowledged: a message of `output_stream_data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acknowledgement {
    id: Uuid,
    sequence: i64,
}

impl Acknowledgement {
    /// At least as long as the payload.
    pub(crate) const PAYLOAD_BYTES: usize =
        BEFORE_ID.len() + BEFORE_SEQUENCE.len() + END.len() + VARIABLE_BYTES;

    pub(crate) fn of(output: &Message) -> Self {
        Self {
            id: output.id,
            sequence: output.sequence,
        }
    }

    pub(crate) fn sequence(&self) -> i64 {
        self.sequence
    }

    /// The JSON of [`crate::Acknowledge`], byte for byte.
    pub(crate) fn write(&self, frame: &mut BytesMut) {
        frame.put_slice(BEFORE_ID.as_bytes());
        let id = self.id.hyphenated();
        frame.put_slice(id.encode_lower(&mut Uuid::encode_buffer()).as_bytes());
        frame.put_slice(BEFORE_SEQUENCE.as_bytes());
        // Writing to memory does not fail.
        let _ = write!(frame, "{}", self.sequence);
        frame.put_slice(END.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::*;
    use crate::{Acknowledge, JsonPayload, MessageKind, PayloadType};

    proptest! {
        #[test]
        fn it_is_what_serde_writes(id: u128, sequence: i64) {
            let output = Message {
                kind: MessageKind::OutputStreamData,
                created_at_ms: 1,
                sequence,
                flags: 0,
                id: Uuid::from_u128(id),
                payload_type: PayloadType::Output,
                payload: Bytes::new(),
            };
            let mut written = BytesMut::new();
            Acknowledgement::of(&output).write(&mut written);
            prop_assert!(written.len() <= Acknowledgement::PAYLOAD_BYTES);
            prop_assert!(written.len() + 20 > Acknowledgement::PAYLOAD_BYTES);
            prop_assert_eq!(written.freeze(), Acknowledge::of(&output).to_payload());
        }
    }
}
