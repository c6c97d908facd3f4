//! What is to happen in a run.

use std::time::Duration;

use postern_simulator::AgentTiming;

use crate::far_side::{Session, agent_timing};
use crate::journal::Journal;
use crate::path::Weather;

/// What is to happen.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Everything random follows from it.
    pub seed: u64,
    /// What is played.
    pub session: Session,
    /// The agent's delays.
    pub timing: AgentTiming,
    /// What the paths do, in both directions.
    pub weather: Weather,
    /// Bytes to the agent.
    pub up: usize,
    /// Bytes from the agent.
    pub down: usize,
    /// How the user types.
    pub typing: Typing,
    /// Whether our end is journaled.
    pub journal: Journal,
    /// One after the other.
    pub cuts: Vec<Cut>,
}

/// How the user types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    /// As fast as there is room.
    Fast,
    /// A little at a time and seldom much, with pauses.
    Paced,
}

/// A link that is gone for a while, with everything on its way.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// Whose it is.
    pub whose: Whose,
    /// When it is cut.
    pub point: CutPoint,
    /// For how long.
    pub length: Duration,
    /// After what time our end notices; what it sends until then is lost.
    pub noticed: Duration,
    /// After what time the service notices and tells the agent; none when it never does.
    pub told: Option<Duration>,
}

/// Whose link to the service is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Ours: a new socket has to be opened.
    Ours,
    /// The agent's: ours stays, and the service tells us when the agent is away and back.
    Agents,
    /// Ours, because our process ends at that moment; another one goes on from what is on the disk.
    OfOurProcess,
}

/// When a link is cut, counted from when it came up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CutPoint {
    /// At once.
    Opened,
    /// When frame number `n` of either direction arrives, counted from 0; that frame is lost too.
    Before(u64),
    /// When the first stream message with frame number `n` or a later one has arrived, before its acknowledgement is on its
    /// way.
    Unacknowledged(u64),
}

impl Plan {
    /// A shell on a calm path that carries `bytes` each way.
    #[must_use]
    pub fn calm(seed: u64, bytes: usize) -> Self {
        Self {
            seed,
            session: Session::Shell,
            timing: agent_timing(),
            weather: Weather::calm(),
            up: bytes,
            down: bytes,
            typing: Typing::Fast,
            journal: Journal::None,
            cuts: Vec::new(),
        }
    }
}
