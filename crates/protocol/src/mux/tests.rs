//! A mux against an agent that the tests play.

mod bounds;
mod ends;
mod frames;
mod patience;
mod shares;

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use super::frame::{FrameCommand, FrameHeader};
use super::{Mux, MuxEvent, MuxLimits, StreamId, Totals};
use crate::Moment;

fn at(seconds: u64) -> Moment {
    Moment {
        monotonic: Duration::from_secs(seconds),
        wall_ms: 0,
    }
}

/// Limits that a test can reach.
fn limits() -> MuxLimits {
    MuxLimits {
        stream_bytes: 1000,
        session_bytes: 4000,
        ..MuxLimits::default()
    }
}

/// A frame of the agent.
fn frame(command: FrameCommand, stream: StreamId, payload: &[u8]) -> Bytes {
    let mut bytes = BytesMut::new();
    let length = u16::try_from(payload.len()).unwrap();
    let header = FrameHeader {
        command,
        length,
        stream: stream.number(),
    };
    header.write(&mut bytes);
    bytes.extend_from_slice(payload);
    bytes.freeze()
}

/// A mux with so many streams that the agent knows.
fn with_streams<const N: usize>(limits: MuxLimits) -> (Mux, [StreamId; N]) {
    let mut mux = Mux::new(limits);
    let streams = [(); N].map(|()| mux.open(at(0)).unwrap());
    let begun = sent(&mut mux);
    mux.acknowledged(at(0), begun.len().try_into().unwrap());
    (mux, streams)
}

impl Mux {
    fn push(&mut self, now: Moment, stream: StreamId, payload: &[u8]) {
        self.receive(now, &frame(FrameCommand::Push, stream, payload))
            .unwrap();
    }

    fn end(&mut self, now: Moment, stream: StreamId) {
        self.receive(now, &frame(FrameCommand::End, stream, b"")).unwrap();
    }

    fn events(&mut self) -> Vec<MuxEvent> {
        std::iter::from_fn(|| self.poll_event()).collect()
    }

    /// The events, with a local side that takes everything at once.
    fn taken_events(&mut self, now: Moment) -> Vec<MuxEvent> {
        let mut events = Vec::new();
        while let Some(event) = self.poll_event() {
            if let MuxEvent::Output { stream, bytes } = &event {
                self.delivered(now, *stream, bytes.len());
            }
            events.push(event);
        }
        events
    }

    /// What every state must keep.
    fn check(&self) {
        let mut totals = Totals::default();
        for stream in self.streams.values() {
            totals += stream.totals(self.limits.stream_bytes);
        }
        assert_eq!(totals, self.totals);
        assert!(self.turns.len() <= self.streams.len() && self.news.len() <= self.streams.len());
        assert!(self.streams.len() <= self.limits.streams);
    }
}

/// Everything that the mux gives to the session, in messages.
fn sent(mux: &mut Mux) -> Vec<u8> {
    let messages = std::iter::from_fn(|| mux.poll_transmit(1024));
    messages.flatten().collect()
}

/// The frames of those bytes: command, stream, payload.
fn frames_in(mut bytes: &[u8]) -> Vec<(u8, u32, Vec<u8>)> {
    let mut frames = Vec::new();
    while let [1, command, l0, l1, s0, s1, s2, s3, rest @ ..] = bytes {
        let (payload, rest) = rest.split_at(u16::from_le_bytes([*l0, *l1]).into());
        let stream = u32::from_le_bytes([*s0, *s1, *s2, *s3]);
        frames.push((*command, stream, payload.to_vec()));
        bytes = rest;
    }
    assert!(bytes.is_empty());
    frames
}

fn output(stream: StreamId, bytes: &'static [u8]) -> MuxEvent {
    let bytes = Bytes::from_static(bytes);
    MuxEvent::Output { stream, bytes }
}
