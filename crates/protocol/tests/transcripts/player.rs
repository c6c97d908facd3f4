//! Plays a recording to a data channel in the recording's time, with a user who types ahead all the while.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use postern_protocol::{
    Acknowledge, ChannelConfig, ChannelEvent, ChannelFailure, DataChannel, FrameError, JsonPayload, Message,
    MessageKind, Moment, PayloadType, SessionType, Size, WireError,
};

use crate::recording::{Frame, Op, Recording};

/// What a channel made of a recording.
#[derive(Default)]
pub(crate) struct Playback {
    pub(crate) delivered: Delivered,
    /// Number and id of what the channel must acknowledge, and of what it did.
    pub(crate) owed: Vec<(i64, String)>,
    pub(crate) paid: Vec<(i64, String)>,
    /// The channel's own messages by number.
    pub(crate) sent: BTreeMap<i64, Bytes>,
    pub(crate) sockets: usize,
    pub(crate) corrupt_frames: usize,
}

/// The events of a channel, by kind.
#[derive(Default)]
pub(crate) struct Delivered {
    pub(crate) ready: Vec<SessionType>,
    pub(crate) output: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) exit_codes: Vec<i32>,
    pub(crate) customer_messages: Vec<String>,
    pub(crate) flags: Vec<u32>,
    pub(crate) pauses: usize,
    pub(crate) is_paused: bool,
    pub(crate) closings: Vec<String>,
    pub(crate) refusals: Vec<ChannelFailure>,
}

/// Plays the whole recording. Panics where the channel breaks a rule that the result would not show.
pub(crate) fn play(recording: &Recording) -> Playback {
    let mut player = Player::new();
    for frame in &recording.frames {
        player.play(frame);
    }
    player.playback
}

struct Player {
    channel: DataChannel,
    now: Duration,
    /// Numbers of ours that the recording happens to acknowledge.
    done: BTreeSet<i64>,
    playback: Playback,
}

impl Player {
    fn new() -> Self {
        let channel = DataChannel::new(ChannelConfig::default(), [9; 32]);
        let mut player = Self {
            channel,
            now: Duration::ZERO,
            done: BTreeSet::new(),
            playback: Playback::default(),
        };
        player.open();
        player
            .channel
            .resize(player.moment(), Size { cols: 80, rows: 24 });
        player
    }

    fn play(&mut self, frame: &Frame) {
        self.pass_until(frame.at());
        match (&frame.op, frame.is_for_client()) {
            (Op::Binary, true) => self.receive(frame),
            (Op::Reopen, _) => self.reopen(),
            // A close frame is no end; the driver loses the link and opens another.
            (Op::Close, _) | (Op::Text | Op::Binary, false) => {}
            (Op::Text, true) => panic!("no text frame goes to the client"),
        }
    }

    /// Timers run as they would between two frames.
    fn pass_until(&mut self, at: Duration) {
        while let Some(timeout) = self.channel.next_timeout().filter(|timeout| *timeout < at) {
            self.now = self.now.max(timeout);
            self.channel.handle_timeout(self.moment());
            self.drain();
        }
        self.now = self.now.max(at);
    }

    fn receive(&mut self, frame: &Frame) {
        let bytes = frame.bytes();
        let outcome = self.channel.handle_frame(self.moment(), bytes.clone());
        if frame.is_corrupt() {
            assert_eq!(outcome, Err(FrameError::Wire(WireError::Digest)));
            self.playback.corrupt_frames += 1;
        } else {
            assert_eq!(outcome, Ok(()));
            self.note(&Message::decode(&bytes).unwrap());
        }
        self.drain();
        self.type_ahead();
    }

    /// What this message of the recording means for the channel.
    fn note(&mut self, message: &Message) {
        if message.kind == MessageKind::OutputStreamData {
            self.playback
                .owed
                .push((message.sequence, message.id.to_string()));
        }
        if message.kind == MessageKind::Acknowledge {
            let number = Acknowledge::from_payload(&message.payload)
                .unwrap()
                .acknowledged_message_sequence_number;
            if self.playback.sent.contains_key(&number) {
                self.done.insert(number);
            }
        }
    }

    /// One key for each frame: our numbers soon run ahead of the recorded client's, so that some stay unacknowledged.
    fn type_ahead(&mut self) {
        self.channel.send_input(self.moment(), b"k");
        self.drain();
    }

    /// A new socket gets everything that is not acknowledged, at once and in order.
    fn reopen(&mut self) {
        self.channel.link_lost(self.moment());
        self.channel.send_input(self.moment(), b"k");
        assert_eq!(
            self.channel.poll_transmit(),
            None,
            "without a socket nothing is written"
        );
        let sent = self.playback.sent.iter();
        let missing: Vec<Bytes> = sent
            .filter(|(n, _)| !self.done.contains(n))
            .map(|(_, f)| f.clone())
            .collect();
        assert!(
            !missing.is_empty(),
            "the recording leaves some of our input unacknowledged"
        );
        self.open();
        let resent = self.drain();
        assert_eq!(resent[..missing.len()], missing);
    }

    fn open(&mut self) {
        let text = self.channel.open(self.moment(), "token");
        assert!(text.starts_with(r#"{"MessageSchemaVersion":"1.0""#));
        self.playback.sockets += 1;
    }

    /// Takes what the channel says and wants to write; returns its stream frames.
    fn drain(&mut self) -> Vec<Bytes> {
        while let Some(event) = self.channel.poll_event() {
            self.playback.delivered.take(event);
        }
        let mut stream_frames = Vec::new();
        while let Some(frame) = self.channel.poll_transmit() {
            let message = Message::decode(&frame).unwrap();
            if message.kind == MessageKind::Acknowledge {
                self.pay(&message);
            } else {
                assert_eq!(message.kind, MessageKind::InputStreamData);
                self.keep(&message, &frame);
                stream_frames.push(frame);
            }
        }
        stream_frames
    }

    fn pay(&mut self, message: &Message) {
        let acknowledge = Acknowledge::from_payload(&message.payload).unwrap();
        assert_eq!(acknowledge.acknowledged_message_type, "output_stream_data");
        let id = acknowledge.acknowledged_message_id.to_string();
        self.playback
            .paid
            .push((acknowledge.acknowledged_message_sequence_number, id));
    }

    fn keep(&mut self, message: &Message, frame: &Bytes) {
        let is_ready = !self.playback.delivered.ready.is_empty();
        assert!(
            is_ready || message.payload_type == PayloadType::HandshakeResponse,
            "silence before readiness"
        );
        let first = self
            .playback
            .sent
            .entry(message.sequence)
            .or_insert_with(|| frame.clone());
        assert_eq!(first, frame, "a number keeps its bytes, across sockets");
    }

    fn moment(&self) -> Moment {
        Moment {
            monotonic: self.now,
            wall_ms: 1_700_000_000_000 + self.now.as_millis() as u64,
        }
    }
}

impl Delivered {
    fn take(&mut self, event: ChannelEvent) {
        assert!(self.closings.is_empty(), "{event:?} follows the end");
        match event {
            ChannelEvent::Ready { session_type, .. } => self.ready.push(session_type),
            ChannelEvent::DataKeyWanted(wanted) => panic!("{wanted:?} in a recording without KMS"),
            ChannelEvent::Output(bytes) => self.output.extend_from_slice(&bytes),
            ChannelEvent::StdErr(bytes) => self.stderr.extend_from_slice(&bytes),
            ChannelEvent::ExitCode(code) => self.exit_codes.push(code),
            ChannelEvent::CustomerMessage(text) => self.customer_messages.push(text),
            ChannelEvent::Flag(value) => self.flags.push(value),
            ChannelEvent::Paused => {
                assert!(!std::mem::replace(&mut self.is_paused, true));
                self.pauses += 1;
            }
            ChannelEvent::Unpaused => assert!(std::mem::replace(&mut self.is_paused, false)),
            ChannelEvent::Closed { output } => self.closings.push(output),
            ChannelEvent::Failed(refusal) => self.refusals.push(refusal),
        }
    }
}
