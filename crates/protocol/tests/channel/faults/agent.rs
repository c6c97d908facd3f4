//! A small agent with the weaknesses of the real one: it repeats only its oldest message, looks at it each 100 ms, has no
//! window, and throws input away that comes before its handshake or its shell is up.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use postern_protocol::{
    Acknowledge, HandshakeResponse, JsonPayload, Message, MessageKind, PayloadType, Size,
};
use uuid::Uuid;

const SCAN: Duration = Duration::from_millis(100);
const READ_PAUSE: Duration = Duration::from_millis(1);
const READ_BYTES: usize = 1024;
/// The pty is there a little after the first output; input is refused until then.
const PTY_DELAY: Duration = Duration::from_millis(30);
const REQUEST: &[u8] = br#"{"AgentVersion":"3.3.987.0","RequestedClientActions":[{"ActionType":"SessionType","ActionParameters":{"SessionType":"Standard_Stream","Properties":null}}]}"#;

pub(crate) struct Agent {
    state: State,
    /// While its client is away, as the service tells it, the agent neither reads nor repeats.
    paused: bool,
    next_sequence: i64,
    unacknowledged: VecDeque<(i64, Bytes, Duration)>,
    expected: i64,
    held: BTreeMap<i64, Message>,
    timers: Timers,
    to_print: VecDeque<u8>,
    next_read: Duration,
    next_scan: Duration,
    /// What reached the shell.
    pub(crate) typed: Vec<u8>,
    pub(crate) size: Option<Size>,
    out: Vec<Bytes>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Will ask for a handshake, or print, at its first read.
    Starting {
        handshake: bool,
    },
    /// Has asked. Everything but the response is acknowledged and thrown away.
    Shaking,
    Streaming {
        pty_at: Duration,
    },
}

struct Timers {
    round_trip: Duration,
    variation: Duration,
    timeout: Duration,
}

impl Agent {
    pub(crate) fn new(handshake: bool, to_print: &[u8]) -> Self {
        Self {
            state: State::Starting { handshake },
            paused: false,
            next_sequence: 0,
            unacknowledged: VecDeque::new(),
            expected: 0,
            held: BTreeMap::new(),
            timers: Timers {
                round_trip: Duration::from_millis(100),
                variation: Duration::ZERO,
                timeout: Duration::from_millis(200),
            },
            to_print: [b"$ ", to_print].concat().into(),
            next_read: Duration::from_millis(50),
            next_scan: SCAN,
            typed: Vec::new(),
            size: None,
            out: Vec::new(),
        }
    }

    /// What it wants to send.
    pub(crate) fn drain(&mut self) -> Vec<Bytes> {
        std::mem::take(&mut self.out)
    }

    pub(crate) fn next_wake(&self) -> Duration {
        let wants_to_read = !self.paused && self.state != State::Shaking && !self.to_print.is_empty();
        if wants_to_read {
            self.next_read.min(self.next_scan)
        } else {
            self.next_scan
        }
    }

    pub(crate) fn wake(&mut self, now: Duration) {
        if now >= self.next_scan {
            self.next_scan = now + SCAN;
            self.repeat_oldest(now);
        }
        if now >= self.next_read && !self.paused {
            self.next_read = now + READ_PAUSE;
            self.read(now);
        }
    }

    pub(crate) fn pause(&mut self) {
        self.paused = true;
    }

    pub(crate) fn start(&mut self) {
        self.paused = false;
    }

    pub(crate) fn receive(&mut self, now: Duration, frame: &Bytes) {
        let message = Message::decode(frame).expect("the client sends valid messages");
        self.paused = false;
        if message.kind == MessageKind::Acknowledge {
            self.receive_acknowledge(now, &message);
        } else {
            assert_eq!(message.kind, MessageKind::InputStreamData);
            self.receive_input(now, message);
        }
    }

    fn receive_input(&mut self, now: Duration, message: Message) {
        if message.sequence > self.expected {
            self.acknowledge(&message);
            self.held.insert(message.sequence, message);
        } else if message.sequence < self.expected {
            self.acknowledge(&message);
        } else if self.process(now, &message) {
            self.acknowledge(&message);
            self.expected += 1;
            while let Some(next) = self.held.remove(&self.expected) {
                if !self.process(now, &next) {
                    self.held.insert(next.sequence, next);
                    break;
                }
                self.expected += 1;
            }
        }
    }

    /// Whether the message is done with. A refused one is not acknowledged and comes again.
    fn process(&mut self, now: Duration, message: &Message) -> bool {
        match self.state {
            State::Starting { .. } => panic!(
                "the client sent {:?} before the agent's first message",
                message.payload_type
            ),
            State::Shaking => {
                assert_eq!(
                    message.payload_type,
                    PayloadType::HandshakeResponse,
                    "thrown away during the handshake"
                );
                HandshakeResponse::from_payload(&message.payload).expect("a response that can be read");
                self.send(
                    now,
                    PayloadType::HandshakeComplete,
                    br#"{"HandshakeTimeToComplete":1,"CustomerMessage":""}"#,
                );
                self.state = State::Streaming {
                    pty_at: now + PTY_DELAY,
                };
                true
            }
            State::Streaming { pty_at } if now < pty_at => false,
            State::Streaming { .. } => {
                self.hand_to_shell(message);
                true
            }
        }
    }

    fn hand_to_shell(&mut self, message: &Message) {
        if message.payload_type == PayloadType::Size {
            self.size = Some(Size::from_payload(&message.payload).expect("a size"));
        } else {
            assert_eq!(
                message.payload_type,
                PayloadType::Output,
                "would stop the agent's reader"
            );
            self.typed.extend_from_slice(&message.payload);
        }
    }

    fn receive_acknowledge(&mut self, now: Duration, message: &Message) {
        let sequence = Acknowledge::from_payload(&message.payload)
            .expect("an acknowledgement that can be read")
            .acknowledged_message_sequence_number;
        if let Some(index) = self
            .unacknowledged
            .iter()
            .position(|(number, ..)| *number == sequence)
            && let Some((_, _, sent_at)) = self.unacknowledged.remove(index)
        {
            self.timers.learn(now - sent_at);
        }
    }

    fn read(&mut self, now: Duration) {
        match self.state {
            State::Starting { handshake: true } => {
                self.send(now, PayloadType::HandshakeRequest, REQUEST);
                self.state = State::Shaking;
            }
            State::Shaking => {}
            State::Starting { handshake: false } => {
                self.state = State::Streaming {
                    pty_at: now + PTY_DELAY,
                };
                self.print(now);
            }
            State::Streaming { .. } => self.print(now),
        }
    }

    fn print(&mut self, now: Duration) {
        let bytes: Vec<u8> = self
            .to_print
            .drain(..self.to_print.len().min(READ_BYTES))
            .collect();
        if !bytes.is_empty() {
            self.send(now, PayloadType::Output, &bytes);
        }
    }

    fn repeat_oldest(&mut self, now: Duration) {
        let timeout = self.timers.timeout;
        if let Some((_, frame, sent_at)) = self.unacknowledged.front_mut()
            && !self.paused
            && now - *sent_at > timeout
        {
            *sent_at = now;
            self.out.push(frame.clone());
        }
    }

    fn send(&mut self, now: Duration, payload_type: PayloadType, payload: &[u8]) {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        let message = Message {
            kind: MessageKind::OutputStreamData,
            created_at_ms: 1,
            sequence,
            flags: u64::from(sequence == 0),
            id: Uuid::from_u128(1 + sequence as u128),
            payload_type,
            payload: Bytes::copy_from_slice(payload),
        };
        let frame = message.encode();
        self.unacknowledged.push_back((sequence, frame.clone(), now));
        self.out.push(frame);
    }

    fn acknowledge(&mut self, message: &Message) {
        let acknowledge = Message {
            kind: MessageKind::Acknowledge,
            created_at_ms: 1,
            sequence: 0,
            flags: 3,
            id: Uuid::from_u128(2),
            payload_type: PayloadType::None,
            payload: Acknowledge::of(message).to_payload(),
        };
        self.out.push(acknowledge.encode());
    }
}

impl Timers {
    fn learn(&mut self, measured: Duration) {
        self.variation = self.variation * 3 / 4 + self.round_trip.abs_diff(measured) / 4;
        self.round_trip = self.round_trip * 7 / 8 + measured / 8;
        let margin = (self.variation * 4).max(Duration::from_millis(10));
        self.timeout = (self.round_trip + margin).min(Duration::from_secs(1));
    }
}
