//! Plays a recording to a data channel in the recording's time, with a user who types ahead all the while.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use bytes::Bytes;
use postern_protocol::{
    Acknowledge, ChannelConfig, ChannelEvent, DataChannel, EncryptionRule, FrameError, JsonPayload, Message,
    MessageKind, Moment, PayloadType, Size, WireError,
};

use crate::delivered::Delivered;
use crate::difference::rule;
use crate::{Frame, Header, Op, RecordedKeys, Recording, ReplayDifference};

/// What a channel made of a recording.
#[derive(Debug, Default)]
pub(crate) struct Playback {
    pub(crate) delivered: Delivered,
    /// Number and id of what the channel must acknowledge, and of what it did.
    pub(crate) owed: Vec<(i64, String)>,
    pub(crate) paid: Vec<(i64, String)>,
    /// The channel's own messages by number.
    pub(crate) sent: BTreeMap<i64, Bytes>,
    pub(crate) sockets: usize,
    pub(crate) corrupt_frames: usize,
    /// The handshake messages of the recorded client, and the agent's challenge.
    pub(crate) recorded_response: Option<Message>,
    pub(crate) agent_challenge: Option<Message>,
    /// How many bytes the channel took from the user.
    pub(crate) typed: usize,
}

/// What the user types, again and again.
pub(crate) const KEY: u8 = b'k';

/// Plays the whole recording. What breaks a rule at once is named with the line of the frame that showed it.
pub(crate) fn play(recording: &Recording) -> Result<Playback, ReplayDifference> {
    let mut player = Player::new(&recording.header);
    player.open()?;
    player
        .channel
        .resize(player.moment(), Size { cols: 80, rows: 24 });
    for frame in &recording.frames {
        player.play(frame)?;
    }
    Ok(player.playback)
}

struct Player<'a> {
    keys: Option<&'a RecordedKeys>,
    channel: DataChannel,
    now: Duration,
    /// The frame that is being played.
    line: usize,
    /// Numbers of ours that the recording happens to acknowledge.
    done: BTreeSet<i64>,
    playback: Playback,
}

impl<'a> Player<'a> {
    /// The strictest channel that the session should pass.
    fn new(header: &'a Header) -> Self {
        let config = ChannelConfig {
            port_sessions: header.session_type == "Port" && header.expect.handshake == "complete",
            encryption: match header.kms {
                Some(_) => EncryptionRule::Require,
                None => EncryptionRule::Off,
            },
            ..ChannelConfig::default()
        };
        Self {
            keys: header.kms.as_ref(),
            channel: DataChannel::new(config, [9; 32]),
            now: Duration::ZERO,
            line: 1,
            done: BTreeSet::new(),
            playback: Playback::default(),
        }
    }

    fn play(&mut self, frame: &Frame) -> Result<(), ReplayDifference> {
        self.line = frame.line;
        self.pass_until(frame.at)?;
        match (frame.op, frame.is_for_client) {
            (Op::Binary, true) => self.receive(frame),
            (Op::Binary, false) => {
                self.note_client(&frame.bytes);
                Ok(())
            }
            (Op::Reopen, _) => self.reopen(),
            // A close frame is no end; the driver loses the link and opens another.
            (Op::Close, _) | (Op::Text, false) => Ok(()),
            (Op::Text, true) => self.rule(false, "no text frame to the client", "one"),
        }
    }

    /// Timers run as they would between two frames.
    fn pass_until(&mut self, at: Duration) -> Result<(), ReplayDifference> {
        while let Some(timeout) = self.channel.next_timeout().filter(|timeout| *timeout < at) {
            self.now = self.now.max(timeout);
            self.channel.handle_timeout(self.moment());
            self.drain()?;
        }
        self.now = self.now.max(at);
        Ok(())
    }

    fn receive(&mut self, frame: &Frame) -> Result<(), ReplayDifference> {
        let outcome = self.channel.handle_frame(self.moment(), frame.bytes.clone());
        let expected = if frame.is_corrupt {
            self.playback.corrupt_frames += 1;
            Err(FrameError::Wire(WireError::Digest))
        } else {
            Ok(())
        };
        if outcome != expected {
            let words = |outcome: Result<(), FrameError>| {
                outcome.map_or_else(|error| error.to_string(), |()| "a valid message".to_owned())
            };
            return Err(ReplayDifference::new(self.line, words(expected), words(outcome)));
        }
        if let (false, Ok(message)) = (frame.is_corrupt, Message::decode(&frame.bytes)) {
            self.note_agent(message);
        }
        self.drain()?;
        self.type_ahead()
    }

    /// What this message of the agent or the service means for the channel.
    fn note_agent(&mut self, message: Message) {
        if let Some(number) = acknowledged(&message).map(|a| a.acknowledged_message_sequence_number)
            && self.playback.sent.contains_key(&number)
        {
            self.done.insert(number);
        }
        if message.kind == MessageKind::OutputStreamData {
            self.playback
                .owed
                .push((message.sequence, message.id.to_string()));
            if message.payload_type == PayloadType::EncChallengeRequest {
                self.playback.agent_challenge = Some(message);
            }
        }
    }

    /// The recorded client's answer to the handshake is what ours is compared with.
    fn note_client(&mut self, frame: &Bytes) {
        self.playback.recorded_response = Message::decode(frame)
            .ok()
            .filter(|message| message.payload_type == PayloadType::HandshakeResponse)
            .or_else(|| self.playback.recorded_response.take());
    }

    /// One key for each frame: our numbers soon run ahead of the recorded client's, so that some stay unacknowledged.
    fn type_ahead(&mut self) -> Result<(), ReplayDifference> {
        self.playback.typed += self.channel.send_input(self.moment(), &[KEY]);
        self.drain().map(drop)
    }

    /// A new socket gets everything that is not acknowledged, at once and in order.
    fn reopen(&mut self) -> Result<(), ReplayDifference> {
        self.channel.link_lost(self.moment());
        self.playback.typed += self.channel.send_input(self.moment(), &[KEY]);
        let is_silent = self.channel.poll_transmit().is_none();
        self.rule(is_silent, "nothing written without a socket", "a frame")?;
        let sent = self.playback.sent.iter();
        let missing: Vec<Bytes> = sent
            .filter(|(number, _)| !self.done.contains(number))
            .map(|(_, frame)| frame.clone())
            .collect();
        self.rule(!missing.is_empty(), "input that is not acknowledged", "none")?;
        self.open()?;
        let resent = self.drain()?;
        self.rule(
            resent.starts_with(&missing),
            "all unacknowledged input first on the new socket, with the same bytes",
            "something else",
        )
    }

    fn open(&mut self) -> Result<(), ReplayDifference> {
        let text = self.channel.open(self.moment(), "token");
        self.playback.sockets += 1;
        let is_open = text.starts_with(r#"{"MessageSchemaVersion":"1.0""#);
        self.rule(is_open, "OpenDataChannel", &text)
    }

    /// Takes what the channel says and wants to write; returns its stream frames.
    fn drain(&mut self) -> Result<Vec<Bytes>, ReplayDifference> {
        while let Some(event) = self.channel.poll_event() {
            self.answer(&event)?;
            self.playback.delivered.take(self.line, event)?;
        }
        let mut stream_frames = Vec::new();
        while let Some(frame) = self.channel.poll_transmit() {
            let message = Message::decode(&frame).map_err(|error| {
                ReplayDifference::new(self.line, "a valid frame of ours", error.to_string())
            })?;
            if message.kind == MessageKind::Acknowledge {
                self.pay(&message)?;
            } else {
                self.keep(&message, &frame)?;
                stream_frames.push(frame);
            }
        }
        Ok(stream_frames)
    }

    /// Does what a driver does when a data key is wanted.
    fn answer(&mut self, event: &ChannelEvent) -> Result<(), ReplayDifference> {
        let ChannelEvent::DataKeyWanted(wanted) = event else {
            return Ok(());
        };
        let Some(keys) = self.keys else {
            return self.rule(false, "a session without KMS", "a data key is wanted");
        };
        match keys.answer(self.line, wanted)? {
            Some(key) => self.channel.provide_data_key(self.moment(), key),
            None => self.channel.refuse_data_key(self.moment(), "KMS refused"),
        }
        Ok(())
    }

    fn pay(&mut self, message: &Message) -> Result<(), ReplayDifference> {
        let acknowledge = acknowledged(message)
            .filter(|acknowledge| acknowledge.acknowledged_message_type == "output_stream_data")
            .ok_or_else(|| ReplayDifference::new(self.line, "an acknowledgement of output", "another"))?;
        let id = acknowledge.acknowledged_message_id.to_string();
        let number = acknowledge.acknowledged_message_sequence_number;
        self.playback.paid.push((number, id));
        Ok(())
    }

    fn keep(&mut self, message: &Message, frame: &Bytes) -> Result<(), ReplayDifference> {
        let is_input = message.kind == MessageKind::InputStreamData;
        self.rule(is_input, "input_stream_data", message.kind.name())?;
        let is_handshake = matches!(
            message.payload_type,
            PayloadType::HandshakeResponse | PayloadType::EncChallengeResponse
        );
        let may_speak = is_handshake || !self.playback.delivered.ready.is_empty();
        self.rule(may_speak, "silence before readiness", "input")?;
        let first = self.playback.sent.entry(message.sequence);
        let is_same = first.or_insert_with(|| frame.clone()) == frame;
        self.rule(
            is_same,
            "a number to keep its bytes, across sockets",
            "other bytes",
        )
    }

    fn rule(&self, holds: bool, expected: &str, came: &str) -> Result<(), ReplayDifference> {
        rule(self.line, holds, expected, came)
    }

    fn moment(&self) -> Moment {
        Moment {
            monotonic: self.now,
            wall_ms: 1_700_000_000_000 + self.now.as_millis() as u64,
        }
    }
}

fn acknowledged(message: &Message) -> Option<Acknowledge> {
    let is_acknowledge = message.kind == MessageKind::Acknowledge;
    is_acknowledge.then(|| Acknowledge::from_payload(&message.payload).ok())?
}
