//! What bounds a mux: bytes, streams and patience.

use std::time::Duration;

/// The bounds of a [`crate::Mux`]. The defaults are for a port session of today's agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MuxLimits {
    /// How many streams there may be at a time. The agent keeps 1,024 that wait to be dialled, one after the other, and takes
    /// nothing more of the whole session when there are more.
    pub streams: usize,
    /// How much of one stream may wait. Input: more is not taken. Output: when nobody else waits the session is not read
    /// further, and a stream that holds so much and takes nothing is the first to be reset when others do.
    pub stream_bytes: usize,
    /// How much of all streams may wait. Input: above it each stream still has room for one frame. Output: above it the
    /// session is not read until half of it was taken.
    pub session_bytes: usize,
    /// How much of what [`crate::Mux::poll_transmit`] gave the agent may not have acknowledged: somewhat more than the window
    /// of the data channel, so that it never runs dry. What is beyond waits here, where streams have fair turns.
    pub in_flight_bytes: usize,
    /// How long a stream may keep all others from getting their output.
    pub stalled_for: Duration,
    /// How long a stream whose local side has ended its input may be silent before the agent is told, which ends the stream.
    pub half_closed_for: Duration,
    /// How long the agent may acknowledge nothing, while it could, before the session counts as wedged.
    pub wedged_after: Duration,
    /// How often a sign of life is sent when nothing else is: for agents that end a session without one, see
    /// [`crate::PortMode`].
    pub keep_alive: Option<Duration>,
}

impl Default for MuxLimits {
    fn default() -> Self {
        Self {
            streams: 1000,
            stream_bytes: 1 << 20,
            session_bytes: 4 << 20,
            in_flight_bytes: 320 << 10,
            stalled_for: Duration::from_secs(30),
            half_closed_for: Duration::from_secs(60),
            wedged_after: Duration::from_secs(30),
            keep_alive: None,
        }
    }
}
