//! What can happen to a mux.

use std::time::Duration;

use arbitrary::Arbitrary;
use postern_protocol::MuxLimits;

#[derive(Debug, Arbitrary)]
pub(super) struct Script {
    pub(super) bounds: Bounds,
    /// Which of the streams takes nothing at the end.
    pub(super) stalled: u8,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug, Arbitrary)]
pub(super) struct Bounds {
    streams: u8,
    stream: u8,
    session: u8,
    in_flight: u8,
    keep_alive: bool,
}

/// Streams are named by their place among those that were opened.
#[derive(Debug, Arbitrary)]
pub(super) enum Step {
    Open,
    /// A local side sends, as much of it as there is room for.
    Send(u8, u16),
    EndInput(u8),
    Reset(u8),
    /// A local side takes so much of what it was given.
    Take(u8, u16),
    /// The destination sends, through the agent.
    FarSend(u8, u16),
    FarEnd(u8),
    /// The agent cannot connect.
    FarRefuse(u8),
    FarNothing,
    /// The session brings so many bytes of the agent.
    Read(u16),
    /// The session takes so many bytes for the agent.
    Write(u16),
    Acknowledge(u16),
    Wait(u8),
    Hold,
    GoOn,
}

impl Bounds {
    pub(super) fn limits(&self) -> MuxLimits {
        MuxLimits {
            streams: usize::from(self.streams % 8) + 1,
            stream_bytes: usize::from(self.stream) * 32 + 128,
            session_bytes: usize::from(self.session) * 128 + 512,
            in_flight_bytes: usize::from(self.in_flight) * 64,
            keep_alive: self.keep_alive.then_some(Duration::from_secs(10)),
            ..MuxLimits::default()
        }
    }
}
