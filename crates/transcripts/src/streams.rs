//! What is inside a recorded port session: its connections, played through a mux as local sides would.

use std::collections::BTreeMap;

use bytes::{Buf, Bytes};
use postern_protocol::{
    Message, MessageKind, Moment, Mux, MuxEvent, MuxLimits, PayloadType, PortFlag, PortMode, StreamFailure,
    StreamId, flag,
};

use crate::difference::Differences;
use crate::rules::digest;
use crate::{ExpectedStream, Frame, Header, Op, Recording, ReplayDifference};

const BEGIN: u8 = 0;
const END: u8 = 1;
const PUSH: u8 = 2;

/// Compares the streams of a multiplexed session with what the recording says of them.
pub(crate) fn check(recording: &Recording) -> Vec<ReplayDifference> {
    let mut found = Differences::default();
    if let Some(expected) = &recording.header.expect.mux {
        let mode = mode(&recording.header);
        found.same("the mode", &PortMode::Mux { keep_alive: None }, &mode);
        match Player::default().play(recording) {
            Ok(streams) => found.same("the streams", &expected.streams, &streams),
            Err(difference) => return vec![difference],
        }
    }
    found.into_list()
}

fn mode(header: &Header) -> PortMode {
    let properties = header.expect.handshake_properties.clone().unwrap_or_default();
    PortMode::of(&properties, &header.agent_version)
}

/// What went over one stream, as its two sides saw it.
#[derive(Debug)]
struct PlayedStream {
    stream: StreamId,
    down: Vec<u8>,
    up: Vec<u8>,
    agent_fin: bool,
    client_fin: bool,
}

struct Player {
    mux: Mux,
    streams: BTreeMap<u32, PlayedStream>,
    /// The number of each side's next message: they may come again, and out of order.
    next: BTreeMap<bool, i64>,
    early: BTreeMap<(bool, i64), Message>,
    client: Vec<u8>,
    /// What the mux gave to the session.
    sent: u64,
    ours: Vec<u8>,
    refusals: usize,
}

impl Default for Player {
    fn default() -> Self {
        Self {
            mux: Mux::new(MuxLimits::default()),
            streams: BTreeMap::new(),
            next: BTreeMap::new(),
            early: BTreeMap::new(),
            client: Vec::new(),
            sent: 0,
            ours: Vec::new(),
            refusals: 0,
        }
    }
}

impl Player {
    fn play(mut self, recording: &Recording) -> Result<BTreeMap<u32, ExpectedStream>, ReplayDifference> {
        for frame in &recording.frames {
            self.keep(frame);
            while let Some(message) = self.next_of(frame.is_for_client) {
                self.play_message(frame, &message)?;
            }
        }
        let refusals = recording.header.expect.agent_flags.iter();
        let expected = refusals
            .filter(|flag| **flag == flag::CONNECT_TO_PORT_ERROR)
            .count();
        if self.refusals != expected {
            let (expected, came) = (format!("{expected} refused streams"), self.refusals.to_string());
            return Err(ReplayDifference::new(1, expected, came));
        }
        let streams = self.streams.into_iter();
        Ok(streams
            .map(|(number, stream)| (number, stream.described()))
            .collect())
    }

    /// Keeps a message of the stream that is still to be played.
    fn keep(&mut self, frame: &Frame) {
        let is_playable = frame.op == Op::Binary && !frame.is_corrupt;
        let message = Message::decode(&frame.bytes).ok().filter(|_| is_playable);
        let is_stream =
            |kind: &MessageKind| matches!(kind, MessageKind::OutputStreamData | MessageKind::InputStreamData);
        if let Some(message) = message.filter(|message| is_stream(&message.kind)) {
            let next = *self.next.entry(frame.is_for_client).or_default();
            if message.sequence >= next {
                self.early
                    .insert((frame.is_for_client, message.sequence), message);
            }
        }
    }

    fn next_of(&mut self, is_for_client: bool) -> Option<Message> {
        let next = self.next.entry(is_for_client).or_default();
        let message = self.early.remove(&(is_for_client, *next))?;
        *next += 1;
        Some(message)
    }

    fn play_message(&mut self, frame: &Frame, message: &Message) -> Result<(), ReplayDifference> {
        let now = Moment {
            monotonic: frame.at,
            wall_ms: 0,
        };
        let named = |came: String| ReplayDifference::new(frame.line, "streams of a mux", came);
        if message.payload_type == PayloadType::Output && frame.is_for_client {
            let outcome = self.mux.receive(now, &message.payload);
            outcome.map_err(|error| named(error.to_string()))?;
        } else if message.payload_type == PayloadType::Output {
            self.client.extend_from_slice(&message.payload);
            while let Some((command, number, payload)) = next_frame(&mut self.client) {
                self.do_as_client(now, command, number, payload).map_err(named)?;
            }
        } else if let (PayloadType::Flag, Ok(value)) =
            (message.payload_type, flag::from_payload(&message.payload))
        {
            self.mux.flag(now, PortFlag::from(value));
        }
        self.drain(now);
        Ok(())
    }

    /// What the recorded client did with a stream, a local side does here.
    fn do_as_client(&mut self, now: Moment, command: u8, number: u32, payload: Bytes) -> Result<(), String> {
        match command {
            BEGIN => {
                let stream = self.mux.open(now).map_err(|error| error.to_string())?;
                self.streams.insert(number, PlayedStream::new(stream));
                let is_same = stream.number() == number;
                is_same
                    .then_some(())
                    .ok_or_else(|| format!("{stream} for {number}"))
            }
            PUSH => {
                let played = self.streams.get(&number).ok_or("input for no stream")?;
                let sent = self.mux.send(now, played.stream, payload);
                sent.map_err(|error| error.to_string())
            }
            END => {
                let played = self.streams.get(&number).ok_or("the end of no stream")?;
                self.mux.end_input(now, played.stream);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn drain(&mut self, now: Moment) {
        while let Some(bytes) = self.mux.poll_transmit(1024) {
            self.sent += bytes.len() as u64;
            self.mux.acknowledged(now, self.sent);
            self.ours.extend_from_slice(&bytes);
        }
        while let Some((command, number, payload)) = next_frame(&mut self.ours) {
            if let Some(stream) = self.streams.get_mut(&number) {
                stream.up.extend_from_slice(&payload);
                stream.client_fin |= command == END;
            }
        }
        while let Some(event) = self.mux.poll_event() {
            self.take(now, event);
        }
    }

    fn take(&mut self, now: Moment, event: MuxEvent) {
        match event {
            MuxEvent::Output { stream, bytes } => {
                self.mux.delivered(now, stream, bytes.len());
                if let Some(played) = self.streams.get_mut(&stream.number()) {
                    played.down.extend_from_slice(&bytes);
                }
            }
            MuxEvent::Ended { stream } | MuxEvent::Reset { stream, .. } => {
                let is_refusal = matches!(
                    event,
                    MuxEvent::Reset {
                        why: StreamFailure::NotReached,
                        ..
                    }
                );
                self.refusals += usize::from(is_refusal);
                if let Some(played) = self.streams.get_mut(&stream.number()) {
                    played.agent_fin = true;
                }
            }
            MuxEvent::Wedged { .. } | MuxEvent::Unwedged => {}
        }
    }
}

impl PlayedStream {
    fn new(stream: StreamId) -> Self {
        Self {
            stream,
            down: Vec::new(),
            up: Vec::new(),
            agent_fin: false,
            client_fin: false,
        }
    }

    fn described(&self) -> ExpectedStream {
        ExpectedStream {
            down: digest(&self.down),
            up: digest(&self.up),
            agent_fin: self.agent_fin,
            client_fin: self.client_fin,
        }
    }
}

/// Takes the next whole frame off the front: command, stream, payload.
fn next_frame(bytes: &mut Vec<u8>) -> Option<(u8, u32, Bytes)> {
    let mut header = bytes.get(..8)?;
    let (_version, command) = (header.get_u8(), header.get_u8());
    let (length, number) = (header.get_u16_le(), header.get_u32_le());
    let end = 8 + usize::from(length);
    let payload = Bytes::copy_from_slice(bytes.get(8..end)?);
    bytes.drain(..end);
    Some((command, number, payload))
}
