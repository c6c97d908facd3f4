//! Many connections in one port session: smux version 1, the client's side.

mod clocks;
mod error;
mod event;
mod flight;
mod frame;
mod limits;
mod refusals;
mod stream;
mod stream_id;
mod stream_input;
mod stream_output;
#[cfg(test)]
mod tests;
mod timers;
mod totals;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::{Bytes, BytesMut};

pub use error::{MuxError, StreamError};
pub use event::{MuxEvent, StreamFailure};
pub use limits::MuxLimits;
pub use stream_id::StreamId;

use crate::{Moment, PortFlag};
use clocks::Clocks;
use flight::Flight;
use frame::{FrameCommand, FrameHeader, FramePart, FrameReader};
use refusals::Refusals;
use stream::MuxStream;
use stream_input::{OWN_SHARE, StreamInput};
use totals::Totals;

/// The number in front of the first stream's.
const BEFORE_FIRST: u32 = 1;

/// All streams of one port session in [`crate::PortMode::Mux`]. Each is one connection: from a program on this computer (its
/// local side) to the destination, which the agent dials for it.
///
/// Like a [`crate::DataChannel`] it does no input or output and has no clock: give it what came and the time, then drain
/// [`Self::poll_event`] and [`Self::poll_transmit`]. After every call both may have something new. Nothing in it blocks and
/// nothing grows beyond [`MuxLimits`].
///
/// # Output
/// What the session brings goes into [`Self::receive`]; [`MuxEvent::Output`] gives each local side its bytes, a few at a time,
/// and more once [`Self::delivered`] tells that they were taken. While [`Self::takes_more`] is false, do not read the session:
/// that holds back the agent. Version 1 has no window for each stream, so that this holds back all of them. A local side
/// that takes too little for [`MuxLimits::stalled_for`] while others wait is therefore reset, and it alone.
///
/// # Input
/// Read a local side only as far as there is [`Self::room`]. [`Self::poll_transmit`] gives what goes into the session, the
/// streams in turns. It gives no more than the agent acknowledges in time ([`Self::acknowledged`]): what is given cannot be
/// taken back, and a destination that does not read holds up whatever is behind it. The agent can be wedged by such a
/// destination: it takes some 9 MB for it and then nothing at all, and nothing on the wire tells before. So it is noticed
/// here and reported, [`MuxEvent::Wedged`].
///
/// # Ends
/// A FIN of either side ends the whole stream at the agent, both ways. So when a local side ends its input
/// ([`Self::end_input`]) the FIN is held back: until the destination has ended, or nothing came for
/// [`MuxLimits::half_closed_for`]. An answer arrives; a destination that waits for the end before it answers sees it late, and
/// its answer cannot be carried.
#[derive(Debug)]
pub struct Mux {
    limits: MuxLimits,
    now: Duration,
    last_number: u32,
    streams: BTreeMap<u32, MuxStream>,
    totals: Totals,
    /// Streams that have something for the session.
    turns: VecDeque<u32>,
    /// Streams that have something for their owner.
    news: VecDeque<u32>,
    reader: FrameReader,
    refusals: Refusals,
    flight: Flight,
    clocks: Clocks,
    broken: Option<MuxError>,
}

impl Mux {
    /// A mux without streams, for a session that is ready.
    #[must_use]
    pub fn new(limits: MuxLimits) -> Self {
        Self {
            limits,
            now: Duration::ZERO,
            last_number: BEFORE_FIRST,
            streams: BTreeMap::new(),
            totals: Totals::default(),
            turns: VecDeque::new(),
            news: VecDeque::new(),
            reader: FrameReader::default(),
            refusals: Refusals::default(),
            flight: Flight::default(),
            clocks: Clocks::new(),
            broken: None,
        }
    }

    /// Opens a stream. The agent dials the destination when it hears of it; it does not say that it succeeded. Input may be
    /// given at once.
    ///
    /// # Errors
    /// [`StreamError::TooMany`], [`StreamError::NumbersUsedUp`], [`StreamError::SessionBroken`].
    pub fn open(&mut self, now: Moment) -> Result<StreamId, StreamError> {
        if let Some(error) = self.broken {
            return Err(error.into());
        }
        if self.streams.len() >= self.limits.streams {
            let most = self.limits.streams;
            return Err(StreamError::TooMany { most });
        }
        let number = self
            .last_number
            .checked_add(2)
            .ok_or(StreamError::NumbersUsedUp)?;
        self.advance(now);
        self.last_number = number;
        let stream = MuxStream::new(number, self.now);
        self.totals += stream.totals(self.limits.stream_bytes);
        self.streams.insert(number, stream);
        self.change(number, |_| ());
        self.settle();
        Ok(StreamId(number))
    }

    /// How much input the stream takes now: 0 when it is over or its input has ended.
    #[must_use]
    pub fn room(&self, stream: StreamId) -> usize {
        let stream = self.streams.get(&stream.0);
        let Some(stream) = stream.filter(|stream| stream.takes_input()) else {
            return 0;
        };
        let cost = stream.input_cost();
        let shared = self.limits.session_bytes.saturating_sub(self.totals.shared_input);
        let own = OWN_SHARE.saturating_sub(cost);
        let limit = self.limits.stream_bytes.saturating_sub(cost);
        StreamInput::longest_piece(limit.min(own + shared))
    }

    /// Takes input for the destination, all of it. It is not copied until it is sent.
    ///
    /// # Errors
    /// [`StreamError::Over`] and [`StreamError::NoRoom`]; nothing was taken then.
    pub fn send(&mut self, now: Moment, stream: StreamId, bytes: Bytes) -> Result<(), StreamError> {
        let open = self.streams.get(&stream.0).filter(|stream| stream.takes_input());
        let (given, room) = (bytes.len(), self.room(stream));
        match open {
            None => Err(StreamError::Over),
            Some(_) if given > room => Err(StreamError::NoRoom { given, room }),
            Some(_) if given == 0 => Ok(()),
            Some(_) => {
                self.advance(now);
                self.change(stream.0, |stream| stream.push_input(bytes));
                Ok(())
            }
        }
    }

    /// The local side will send no more. It still gets its output, see the description of the type.
    pub fn end_input(&mut self, now: Moment, stream: StreamId) {
        self.advance(now);
        let now = self.now;
        self.change(stream.0, |stream| stream.end_input(now));
    }

    /// The local side is gone: the stream ends at the agent, and whatever still comes of it is thrown away. No event tells
    /// of it.
    pub fn reset(&mut self, now: Moment, stream: StreamId) {
        self.advance(now);
        self.change(stream.0, MuxStream::drop_local);
        self.settle();
    }

    /// The local side is gone, and what it sent is to arrive all the same: that is sent, and then the stream ends at the agent.
    /// Whatever still comes of it is thrown away. No event tells of it.
    pub fn close(&mut self, now: Moment, stream: StreamId) {
        self.advance(now);
        self.change(stream.0, MuxStream::close_local);
        self.settle();
    }

    /// Takes output of the session, cut anywhere.
    ///
    /// # Errors
    /// [`MuxError`], again and again once there was one: the session is of no use any more.
    pub fn receive(&mut self, now: Moment, bytes: &[u8]) -> Result<(), MuxError> {
        self.advance(now);
        let outcome = match self.broken {
            None => self.read(bytes),
            Some(error) => Err(error),
        };
        self.broken = outcome.err();
        self.settle();
        outcome
    }

    /// Takes a flag of the session. [`PortFlag::ConnectToPortError`] does not say which stream it is about; the end that
    /// the agent sends next for a stream without any output tells, and is then [`StreamFailure::NotReached`].
    pub fn flag(&mut self, now: Moment, flag: PortFlag) {
        self.advance(now);
        match flag {
            PortFlag::ConnectToPortError => self.refusals.flag(self.streams.len()),
            // Not for clients, or without a meaning.
            PortFlag::DisconnectToPort | PortFlag::TerminateSession | PortFlag::Other(_) => {}
        }
    }

    /// The local side took so many bytes of what [`MuxEvent::Output`] gave it.
    pub fn delivered(&mut self, now: Moment, stream: StreamId, bytes: usize) {
        self.advance(now);
        let now = self.now;
        self.change(stream.0, |stream| stream.taken(now, bytes));
        self.settle();
    }

    /// Whether the session is to be read further. Acknowledgements come the same way.
    #[must_use]
    pub fn takes_more(&self) -> bool {
        let is_alone_behind = self.totals.behind > 0 && self.totals.hungry == 0;
        !self.clocks.is_full && !is_alone_behind
    }

    /// The next bytes of input for the session, at most `most`, which should be 1,024 (a message) or a multiple; none when
    /// nothing waits or enough is on its way.
    pub fn poll_transmit(&mut self, most: usize) -> Option<Bytes> {
        let most = most.min(self.flight.room(self.limits.in_flight_bytes));
        if self.broken.is_some() || most < frame::HEADER_BYTES {
            return None;
        }
        let headers = frame::HEADER_BYTES * 3 * (self.turns.len() + 1);
        let mut frames = BytesMut::with_capacity(most.min(self.totals.input + headers));
        if self.owes_sign_of_life() {
            FrameHeader::bare(FrameCommand::Nothing, 0).write(&mut frames);
        }
        let now = self.now;
        while let Some(number) = self.turns.front().copied()
            && self.turn(number, |stream| stream.take_turn(now, most, &mut frames))
        {}
        if frames.is_empty() {
            return None;
        }
        self.flight.give(now, frames.len());
        Some(frames.freeze())
    }

    /// The next event, the streams in turns.
    pub fn poll_event(&mut self) -> Option<MuxEvent> {
        if let Some(event) = self.news_of_session() {
            return Some(event);
        }
        while let Some(number) = self.news.pop_front() {
            if let Some(event) = self.change(number, MuxStream::take_news).flatten() {
                return Some(event);
            }
        }
        None
    }

    /// How many streams there are: open, or not yet over at the agent.
    #[must_use]
    pub fn streams(&self) -> usize {
        self.streams.len()
    }

    fn advance(&mut self, now: Moment) {
        self.now = self.now.max(now.monotonic);
    }

    /// Gives the first stream of the queue its turn. Whether it took it.
    fn turn(&mut self, number: u32, turn: impl FnOnce(&mut MuxStream) -> bool) -> bool {
        self.turns.pop_front();
        let took = self.change(number, turn).unwrap_or(true);
        if !took {
            self.turns.push_front(number);
        }
        took
    }

    /// Changes a stream, and keeps everything that depends on it: totals, queues, and whether it is still there.
    fn change<T>(&mut self, number: u32, change: impl FnOnce(&mut MuxStream) -> T) -> Option<T> {
        let stream = self.streams.get_mut(&number)?;
        self.totals -= stream.totals(self.limits.stream_bytes);
        let changed = change(stream);
        self.totals += stream.totals(self.limits.stream_bytes);
        if stream.enters_turn() {
            self.turns.push_back(number);
        }
        if stream.enters_news() {
            self.news.push_back(number);
        }
        if stream.is_over() {
            self.streams.remove(&number);
        }
        Some(changed)
    }

    fn read(&mut self, mut bytes: &[u8]) -> Result<(), MuxError> {
        while let Some(part) = self.reader.next(&mut bytes)? {
            match part {
                FramePart::Header(header) => self.take_header(header)?,
                FramePart::Payload { stream, bytes } => {
                    let now = self.now;
                    self.refusals.output_of(stream);
                    self.change(stream, |stream| stream.push_output(now, bytes));
                }
            }
        }
        Ok(())
    }

    fn take_header(&mut self, header: FrameHeader) -> Result<(), MuxError> {
        let stream = header.stream;
        match header.command {
            FrameCommand::Nothing => Ok(()),
            FrameCommand::Begin => Err(MuxError::OpenedByAgent { stream }),
            FrameCommand::Push | FrameCommand::End if !self.was_begun(stream) => {
                Err(MuxError::NeverOpened { stream })
            }
            FrameCommand::Push => Ok(()),
            FrameCommand::End => {
                let is_refusal = self.refusals.is_meant(stream);
                self.change(stream, |stream| stream.end_by_agent(is_refusal));
                Ok(())
            }
        }
    }

    /// Whether the agent may know the stream. One that is over is forgotten, and what still comes of it is thrown away.
    fn was_begun(&self, stream: u32) -> bool {
        let is_ours = stream > BEFORE_FIRST && stream % 2 == 1 && stream <= self.last_number;
        is_ours && self.streams.get(&stream).is_none_or(MuxStream::is_begun)
    }
}
