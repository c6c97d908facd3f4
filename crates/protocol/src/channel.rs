//! The data channel of one session.

use std::time::Duration;

use bytes::Bytes;

use crate::{ChannelConfig, ChannelEvent, FrameError, Message, Moment, Size};

/// The client's end of one session's data channel: mutate it, then drain [`Self::poll_transmit`] and
/// [`Self::poll_event`] until both are empty.
pub struct DataChannel {
    config: ChannelConfig,
}

impl DataChannel {
    /// A channel without a socket. Message ids derive from `seed`; give each channel its own.
    #[must_use]
    pub fn new(config: ChannelConfig, seed: [u8; 32]) -> Self {
        let _ = seed;
        Self { config }
    }

    /// A (new) socket is up: returns the OpenDataChannel message, to be written as the first frame, a text frame.
    /// Everything that the agent has not acknowledged is due at once.
    pub fn open(&mut self, now: Moment, token: &str) -> String {
        let _ = (now, token, &self.config);
        String::new()
    }

    /// The socket is gone: everything is held.
    pub fn link_lost(&mut self, now: Moment) {
        let _ = now;
    }

    /// Takes one WebSocket message, binary or text.
    ///
    /// # Errors
    /// [`FrameError`] names the frame's defect; the channel goes on.
    pub fn handle_frame(&mut self, now: Moment, frame: Bytes) -> Result<(), FrameError> {
        let _ = (now, Message::decode(&frame)?);
        Ok(())
    }

    /// Takes typed bytes, as many as there is room for, and returns how many were taken.
    pub fn send_input(&mut self, now: Moment, bytes: &[u8]) -> usize {
        let _ = (now, bytes);
        0
    }

    /// How many bytes [`Self::send_input`] would take now.
    #[must_use]
    pub fn input_room(&self) -> usize {
        0
    }

    /// How many typed bytes the agent has not acknowledged.
    #[must_use]
    pub fn held_input(&self) -> usize {
        0
    }

    /// The terminal has a (new) size.
    pub fn resize(&mut self, now: Moment, size: Size) {
        let _ = (now, size);
    }

    /// Time has passed; to be called when [`Self::next_timeout`] is reached.
    pub fn handle_timeout(&mut self, now: Moment) {
        let _ = now;
    }

    /// When [`Self::handle_timeout`] must be called next, on the monotonic clock.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Duration> {
        None
    }

    /// The next binary frame to write, acknowledgements first.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        None
    }

    /// The next event.
    pub fn poll_event(&mut self) -> Option<ChannelEvent> {
        None
    }
}
