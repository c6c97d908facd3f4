//! Many connections in one port session: smux version 1, the client's side.

mod error;
mod event;
mod limits;
mod stream_id;

use std::time::Duration;

use bytes::Bytes;

pub use error::{MuxError, StreamError};
pub use event::{MuxEvent, StreamFailure};
pub use limits::MuxLimits;
pub use stream_id::StreamId;

use crate::{Moment, PortFlag};

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
}

impl Mux {
    /// A mux without streams, for a session that is ready.
    #[must_use]
    pub fn new(limits: MuxLimits) -> Self {
        Self { limits }
    }

    /// Opens a stream. The agent dials the destination when it hears of it; it does not say that it succeeded. Input may be
    /// given at once.
    ///
    /// # Errors
    /// [`StreamError::TooMany`], [`StreamError::NumbersUsedUp`], [`StreamError::SessionBroken`].
    pub fn open(&mut self, _now: Moment) -> Result<StreamId, StreamError> {
        Err(StreamError::TooMany {
            most: self.limits.streams,
        })
    }

    /// How much input the stream takes now: 0 when it is over or its input has ended.
    #[must_use]
    pub fn room(&self, _stream: StreamId) -> usize {
        0
    }

    /// Takes input for the destination, all of it. It is not copied until it is sent.
    ///
    /// # Errors
    /// [`StreamError::Over`] and [`StreamError::NoRoom`]; nothing was taken then.
    pub fn send(&mut self, _now: Moment, _stream: StreamId, _bytes: Bytes) -> Result<(), StreamError> {
        Err(StreamError::Over)
    }

    /// The local side will send no more. It still gets its output, see the description of the type.
    pub fn end_input(&mut self, _now: Moment, _stream: StreamId) {}

    /// The local side is gone: the stream ends at the agent, and whatever still comes of it is thrown away. No event tells
    /// of it.
    pub fn reset(&mut self, _now: Moment, _stream: StreamId) {}

    /// Takes output of the session, cut anywhere.
    ///
    /// # Errors
    /// [`MuxError`], again and again once there was one: the session is of no use any more.
    pub fn receive(&mut self, _now: Moment, _bytes: &[u8]) -> Result<(), MuxError> {
        Ok(())
    }

    /// Takes a flag of the session. [`PortFlag::ConnectToPortError`] does not say which stream it is about; the end that
    /// the agent sends next for a stream without any output tells, and is then [`StreamFailure::NotReached`].
    pub fn flag(&mut self, _now: Moment, _flag: PortFlag) {}

    /// The local side took so many bytes of what [`MuxEvent::Output`] gave it.
    pub fn delivered(&mut self, _now: Moment, _stream: StreamId, _bytes: usize) {}

    /// Whether the session is to be read further. Acknowledgements come the same way.
    #[must_use]
    pub fn takes_more(&self) -> bool {
        true
    }

    /// How many bytes of input of the session the agent has acknowledged, counted from its beginning: all of it must come
    /// from [`Self::poll_transmit`].
    pub fn acknowledged(&mut self, _now: Moment, _total: u64) {}

    /// The session has no link, or its agent is away: nobody is to blame for silence, so that no clock runs.
    pub fn hold(&mut self, _now: Moment) {}

    /// The session goes on after [`Self::hold`].
    pub fn go_on(&mut self, _now: Moment) {}

    /// The next bytes of input for the session, at most `most`, which should be 1,024 (a message) or a multiple; none when
    /// nothing waits or enough is on its way.
    pub fn poll_transmit(&mut self, _most: usize) -> Option<Bytes> {
        None
    }

    /// The next event, the streams in turns.
    pub fn poll_event(&mut self) -> Option<MuxEvent> {
        None
    }

    /// When [`Self::handle_timeout`] must be called next, on the monotonic clock.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Duration> {
        None
    }

    /// Time has passed; to be called when [`Self::next_timeout`] is reached.
    pub fn handle_timeout(&mut self, _now: Moment) {}

    /// How many streams there are: open, or not yet told to the agent to be over.
    #[must_use]
    pub fn streams(&self) -> usize {
        0
    }

    /// Whether the session is wedged now, see [`MuxEvent::Wedged`].
    #[must_use]
    pub fn is_wedged(&self) -> bool {
        false
    }
}
