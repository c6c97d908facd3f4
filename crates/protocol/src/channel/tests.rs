//! A channel with its clock and an agent that says what a test makes it say.

mod anything;
mod delivery;
mod encryption;
mod flags;
mod handshake;
mod journal;
mod link;
mod model;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::*;
use crate::cipher::Cipher;
use crate::{
    ActionStatus, ChannelFailure, DataKeyWanted, HandshakeResponse, PayloadError, PayloadType, SessionType,
    WireError,
};

const SIZE: Size = Size { cols: 120, rows: 40 };

/// A channel with its clock, and what the agent would say to it.
struct World {
    channel: DataChannel,
    now: Moment,
}

impl World {
    /// A socket is up and nothing has come.
    fn opened() -> Self {
        let mut world = Self::closed();
        world.open();
        world
    }

    fn closed() -> Self {
        let now = Moment {
            monotonic: Duration::from_secs(1),
            wall_ms: 1_700_000_000_000,
        };
        Self {
            channel: DataChannel::new(ChannelConfig::default(), [7; 32]),
            now,
        }
    }

    /// A shell without a handshake, whose first output has come.
    fn shell() -> Self {
        let mut world = Self::opened();
        world.receive(0, PayloadType::Output, b"$ ").unwrap();
        world.sent();
        world.events();
        world
    }

    fn open(&mut self) -> OpenDataChannel {
        let text = self.channel.open(self.now, "token");
        OpenDataChannel::from_payload(text.as_bytes()).unwrap()
    }

    fn pass(&mut self, millis: u64) {
        self.now.monotonic += Duration::from_millis(millis);
        self.now.wall_ms += millis;
        self.channel.handle_timeout(self.now);
    }

    fn receive(
        &mut self,
        sequence: i64,
        payload_type: PayloadType,
        payload: &[u8],
    ) -> Result<(), FrameError> {
        self.channel
            .handle_frame(self.now, stream(sequence, payload_type, payload).encode())
    }

    fn publish(&mut self, kind: MessageKind) {
        let frame = Message {
            kind,
            ..stream(0, PayloadType::None, b"{}")
        }
        .encode();
        self.channel.handle_frame(self.now, frame).unwrap();
    }

    fn acknowledge(&mut self, sequence: i64) {
        let sent = Message {
            kind: MessageKind::InputStreamData,
            ..stream(sequence, PayloadType::Output, b"")
        };
        self.channel
            .handle_frame(self.now, acknowledgement(&sent))
            .unwrap();
    }

    fn type_text(&mut self, text: &str) {
        assert_eq!(self.channel.send_input(self.now, text.as_bytes()), text.len());
    }

    fn frames(&mut self) -> Vec<Bytes> {
        std::iter::from_fn(|| self.channel.poll_transmit()).collect()
    }

    fn sent(&mut self) -> Vec<Message> {
        self.frames()
            .iter()
            .map(|frame| Message::decode(frame).unwrap())
            .collect()
    }

    /// What was sent besides acknowledgements, as type and text.
    fn sent_data(&mut self) -> Vec<(PayloadType, String)> {
        self.sent()
            .into_iter()
            .filter(|m| m.kind == MessageKind::InputStreamData)
            .map(|m| (m.payload_type, text(&m)))
            .collect()
    }

    fn acknowledged(&mut self) -> Vec<i64> {
        self.sent()
            .iter()
            .filter(|m| m.kind == MessageKind::Acknowledge)
            .map(|m| {
                Acknowledge::from_payload(&m.payload)
                    .unwrap()
                    .acknowledged_message_sequence_number
            })
            .collect()
    }

    fn events(&mut self) -> Vec<ChannelEvent> {
        std::iter::from_fn(|| self.channel.poll_event()).collect()
    }
}

fn stream(sequence: i64, payload_type: PayloadType, payload: &[u8]) -> Message {
    Message {
        kind: MessageKind::OutputStreamData,
        created_at_ms: 1,
        sequence,
        flags: 0,
        id: Uuid::from_u128(0xabcd_0000 + u128::from(sequence.cast_unsigned())),
        payload_type,
        payload: Bytes::copy_from_slice(payload),
    }
}

fn acknowledgement(of: &Message) -> Bytes {
    Message {
        kind: MessageKind::Acknowledge,
        payload: Acknowledge::of(of).to_payload(),
        ..stream(0, PayloadType::None, b"")
    }
    .encode()
}

fn text(message: &Message) -> String {
    String::from_utf8_lossy(&message.payload).into_owned()
}

fn request(session_type: &str) -> Vec<u8> {
    json!({ "AgentVersion": "3.3.987.0", "RequestedClientActions": [
        { "ActionType": "SessionType", "ActionParameters": { "SessionType": session_type, "Properties": null } }] })
    .to_string()
    .into_bytes()
}

const COMPLETE: &[u8] = br#"{"HandshakeTimeToComplete":1286178,"CustomerMessage":"Update me"}"#;
const SIZE_JSON: &str = r#"{"cols":120,"rows":40}"#;

fn output(text: &'static str) -> ChannelEvent {
    ChannelEvent::Output(Bytes::from_static(text.as_bytes()))
}

fn ready(session_type: SessionType) -> ChannelEvent {
    ChannelEvent::Ready {
        session_type,
        encrypted: false,
    }
}
