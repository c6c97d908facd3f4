//! The channel beside a model that knows only what a user of it may expect.

use bytes::Bytes;
use postern_protocol::{
    Acknowledge, ChannelEvent, DataChannel, EncryptionRule, JsonPayload, Message, MessageKind, PayloadType,
    Size,
};

use super::received::Received;
use super::script::{Config, Step};
use super::sent::Sent;
use crate::peer::{self, at};

const INPUT_BYTES: usize = 1 << 20;
/// Below this number a script types a few messages at most.
const OFTEN: u16 = 65_000;
const A_FEW: u16 = 1500;
/// An honest agent that acknowledges everything needs fewer rounds than this for a full input buffer.
const MOST_ROUNDS: usize = 1_000;

pub(super) struct Model {
    channel: DataChannel,
    rule: EncryptionRule,
    now_ms: u64,
    is_up: bool,
    received: Received,
    sent: Sent,
    ready: Option<Ready>,
    key: Key,
    /// The session failed or was refused: nothing more is shown or taken.
    failed: bool,
    closed: bool,
}

#[derive(Clone, Copy)]
struct Ready {
    encrypted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    NotWanted,
    Wanted,
    Answered,
}

impl Model {
    pub(super) fn new(config: Config) -> Self {
        let config = config.into_channel();
        Self {
            rule: config.encryption,
            channel: DataChannel::new(config, [3; 32]),
            now_ms: 0,
            is_up: false,
            received: Received::default(),
            sent: Sent::default(),
            ready: None,
            key: Key::NotWanted,
            failed: false,
            closed: false,
        }
    }

    pub(super) fn play(&mut self, step: Step) {
        match step {
            Step::Stream { offset, content } => {
                let sequence = offset.from(self.received.expected);
                self.feed(content.into_frame(sequence));
            }
            Step::FarStream { sequence, content } => self.feed(content.into_frame(sequence)),
            Step::Write(0) => self.write_all(),
            Step::Write(most) => self.write(most.into()),
            Step::Type(count) => self.type_some(count),
            Step::Acknowledge(which) => self.acknowledge_one(which),
            Step::AcknowledgeAny(sequence) => self.feed(peer::acknowledgement(sequence)),
            Step::Wait(ms) => self.now_ms += u64::from(ms),
            Step::Timeout => self.time_out(),
            Step::Open => self.open(),
            Step::LinkLost => {
                self.channel.link_lost(at(self.now_ms));
                self.is_up = false;
            }
            Step::ProvideKey => self.answer_key(true),
            Step::RefuseKey => self.answer_key(false),
            Step::Resize(cols, rows) => {
                let size = Size {
                    cols: cols.into(),
                    rows: rows.into(),
                };
                self.channel.resize(at(self.now_ms), size);
            }
            Step::Service(service, payload) => self.feed(peer::service(service.kind(), payload)),
            Step::Raw(bytes) => self.feed(bytes.into()),
        }
        self.take_events();
    }

    /// What holds at any time.
    pub(super) fn check(&mut self) {
        let over = self.is_over();
        let held = if over { 0 } else { self.sent.held() };
        assert_eq!(self.channel.held_input(), held, "held input");
        let room = if over { 0 } else { INPUT_BYTES - held };
        assert_eq!(self.channel.input_room(), room, "room for input");
        if !self.is_up {
            assert!(self.channel.poll_transmit().is_none(), "written without a socket");
            assert!(self.channel.next_timeout().is_none(), "a timer without a socket");
        }
        if !over {
            let encrypted = self.ready.is_some_and(|ready| ready.encrypted);
            self.received.assert_all_shown(encrypted);
            assert!(!self.received.disturbed, "a second handshake is no failure");
        }
    }

    /// When the agent is honest from now on, everything that was taken arrives, and everything is acknowledged.
    pub(super) fn end_well(&mut self) {
        self.open();
        self.take_events();
        let mut rounds = 0;
        while self.ready.is_some() && !self.is_over() && self.channel.held_input() > 0 {
            self.write_all();
            for sequence in self.sent.unacknowledged() {
                self.feed(peer::acknowledgement(sequence));
            }
            self.take_events();
            self.check();
            rounds += 1;
            assert!(rounds < MOST_ROUNDS, "input is held for ever");
        }
        self.write_all();
        assert!(
            self.received.all_acknowledged(),
            "something that was taken is not acknowledged"
        );
    }

    fn is_over(&self) -> bool {
        self.failed || self.closed
    }

    fn data_flows(&self) -> bool {
        self.ready.is_some() && !self.is_over()
    }

    fn open(&mut self) {
        self.channel.open(at(self.now_ms), "token");
        self.is_up = true;
    }

    fn feed(&mut self, frame: Bytes) {
        if !self.closed
            && let Ok(message) = Message::decode(&frame)
        {
            self.note(message);
        }
        let _defect = self.channel.handle_frame(at(self.now_ms), frame);
        self.take_events();
    }

    /// What the model makes of a frame. The end of the session is noted when the channel tells of it.
    fn note(&mut self, message: Message) {
        match message.kind {
            MessageKind::OutputStreamData => {
                let data_flows = self.data_flows();
                self.received.take(message, data_flows);
            }
            MessageKind::Acknowledge => {
                if let Ok(read) = Acknowledge::from_payload(&message.payload)
                    && read.acknowledged_message_type == MessageKind::InputStreamData.name()
                {
                    self.sent.acknowledge(read.acknowledged_message_sequence_number);
                }
            }
            _ => {}
        }
    }

    fn acknowledge_one(&mut self, which: u8) {
        if self.sent.len() > 0 {
            let sequence = usize::from(which) % self.sent.len();
            self.feed(peer::acknowledgement(sequence as i64));
        }
    }

    fn type_some(&mut self, count: u16) {
        // Seldom much at once: whole windows cost the fuzzer its speed.
        let count = if count < OFTEN { count % A_FEW } else { count };
        let bytes: Vec<u8> = (0..count).map(|n| (n % 251) as u8).collect();
        let room = self.channel.input_room();
        let taken = self.channel.send_input(at(self.now_ms), &bytes);
        assert_eq!(taken, bytes.len().min(room));
        self.sent.type_more(&bytes[..taken]);
    }

    fn time_out(&mut self) {
        if let Some(due) = self.channel.next_timeout() {
            self.now_ms = self.now_ms.max(due.as_millis() as u64);
        }
        self.channel.handle_timeout(at(self.now_ms));
    }

    fn answer_key(&mut self, provide: bool) {
        if provide {
            self.channel.provide_data_key(at(self.now_ms), peer::data_key());
        } else {
            self.channel.refuse_data_key(at(self.now_ms), "no");
            self.failed |= self.key == Key::Wanted && !self.is_over();
        }
        if self.key == Key::Wanted {
            self.key = Key::Answered;
        }
    }

    /// When what is due is done and all is written, the next timer lies ahead, or somebody would turn in circles.
    fn write_all(&mut self) {
        self.channel.handle_timeout(at(self.now_ms));
        self.write(usize::MAX);
        let now = at(self.now_ms).monotonic;
        assert!(
            self.channel.next_timeout().is_none_or(|due| due > now),
            "a timer that is always due"
        );
    }

    fn write(&mut self, most: usize) {
        for _ in 0..most {
            let Some(frame) = self.channel.poll_transmit() else {
                return;
            };
            let message = Message::decode(&frame).expect("a frame of ours can be read");
            match message.kind {
                MessageKind::Acknowledge => {
                    let read = Acknowledge::from_payload(&message.payload).expect("an acknowledgement");
                    assert_eq!(read.acknowledged_message_type, "output_stream_data");
                    self.received
                        .acknowledged(read.acknowledged_message_sequence_number);
                }
                MessageKind::InputStreamData => self.write_stream(&message, frame),
                other => panic!("we wrote {other:?}"),
            }
        }
    }

    fn write_stream(&mut self, message: &Message, frame: Bytes) {
        let is_handshake = matches!(
            message.payload_type,
            PayloadType::HandshakeResponse | PayloadType::EncChallengeResponse
        );
        assert!(is_handshake || self.data_flows(), "{message:?} out of place");
        assert!(!self.closed, "written behind the end");
        let encrypted = self.ready.is_some_and(|ready| ready.encrypted);
        self.sent.write(message, frame, self.data_flows(), encrypted);
    }

    fn take_events(&mut self) {
        while let Some(event) = self.channel.poll_event() {
            self.take(event);
        }
    }

    fn take(&mut self, event: ChannelEvent) {
        assert!(!self.closed, "{event:?} behind the end");
        match event {
            ChannelEvent::Ready { encrypted, .. } => self.take_ready(encrypted),
            ChannelEvent::DataKeyWanted(_) => {
                assert!(self.key == Key::NotWanted && self.ready.is_none() && !self.failed);
                assert_ne!(self.rule, EncryptionRule::Off);
                self.key = Key::Wanted;
            }
            ChannelEvent::Output(shown) | ChannelEvent::StdErr(shown) => {
                let encrypted = self.assert_flows();
                self.received.show(&shown, encrypted);
            }
            ChannelEvent::ExitCode(_) | ChannelEvent::Flag(_) | ChannelEvent::CustomerMessage(_) => {
                self.assert_flows();
            }
            ChannelEvent::Failed(_) => {
                assert!(!self.failed, "a failure behind another");
                self.failed = true;
            }
            ChannelEvent::Closed { .. } => self.closed = true,
            ChannelEvent::Paused => assert!(self.is_up, "a pause without a socket"),
            ChannelEvent::Unpaused => {}
        }
    }

    fn take_ready(&mut self, encrypted: bool) {
        assert!(self.ready.is_none() && !self.failed, "ready out of place");
        assert_eq!(
            encrypted,
            self.key == Key::Answered,
            "encrypted exactly with a key"
        );
        assert!(encrypted || self.rule != EncryptionRule::Require);
        self.ready = Some(Ready { encrypted });
    }

    fn assert_flows(&self) -> bool {
        assert!(!self.failed, "data behind a failure");
        self.ready.expect("data before the session is ready").encrypted
    }
}
