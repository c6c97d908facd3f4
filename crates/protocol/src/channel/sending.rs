//! What a channel sends: messages that are cut from what waits, and acknowledgements.

use bytes::Bytes;

use super::{DataChannel, LinkState};
use crate::acknowledgement::Acknowledgement;
use crate::input::Piece;
use crate::stage::Stage;
use crate::{JsonPayload, Message, MessageKind, PayloadType, flag};

/// SYN and FIN together: what every acknowledgement carries.
const ACKNOWLEDGE_FLAGS: u64 = 3;

impl DataChannel {
    /// Cuts what is waiting into messages, as many as may be on their way.
    pub(super) fn fill(&mut self) {
        while self.link != LinkState::Down && self.outbox.has_room() {
            let Some((payload_type, payload, input_bytes)) = self.cut() else {
                return;
            };
            self.push(payload_type, payload, input_bytes);
        }
    }

    /// The next message, the size before input and flags, and how many typed bytes it holds.
    fn cut(&mut self) -> Option<(PayloadType, Bytes, usize)> {
        let Stage::Streaming(stream) = &mut self.stage else {
            return None;
        };
        if stream.has_terminal()
            && let Some(size) = self.terminal_size.take_unsent()
        {
            return Some((PayloadType::Size, size.to_payload(), 0));
        }
        if !stream.has_flags() {
            self.input.drop_flags();
        }
        match self.input.cut()? {
            Piece::Bytes(input) => {
                let input_bytes = input.len();
                Some((PayloadType::Output, stream.seal(input)?, input_bytes))
            }
            Piece::Flag(value) => Some((PayloadType::Flag, flag::to_payload(value), 0)),
        }
    }

    pub(super) fn push(&mut self, payload_type: PayloadType, payload: Bytes, input_bytes: usize) {
        let message = Message {
            sequence: self.outbox.next_sequence(),
            payload_type,
            ..self.message(MessageKind::InputStreamData, payload)
        };
        self.outbox.push(message.encode(), input_bytes);
    }

    pub(super) fn next_acknowledgement(&mut self) -> Option<Acknowledgement> {
        if self.acknowledgements_sent >= self.may_leave().acknowledgements {
            return None;
        }
        let next = self.acknowledgements.pop_front()?;
        self.acknowledgements_sent = self.acknowledgements_sent.saturating_add(1);
        Some(next)
    }

    pub(super) fn encode_acknowledgement(&mut self, acknowledgement: &Acknowledgement) -> Bytes {
        let message = Message {
            flags: ACKNOWLEDGE_FLAGS,
            ..self.message(MessageKind::Acknowledge, Bytes::new())
        };
        message.encode_with(Acknowledgement::PAYLOAD_BYTES, |frame| {
            acknowledgement.write(frame)
        })
    }

    /// Flags stay 0, even for number 0, as in the official client. The agent drops messages without a date.
    fn message(&mut self, kind: MessageKind, payload: Bytes) -> Message {
        Message {
            kind,
            created_at_ms: self.now.wall_ms.max(1),
            sequence: 0,
            flags: 0,
            id: self.ids.next(),
            payload_type: PayloadType::None,
            payload,
        }
    }
}
