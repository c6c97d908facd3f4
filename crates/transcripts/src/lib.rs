//! Recorded sessions of the real agent: their format, a player for the data channel, and the rules they prove.

mod delivered;
mod difference;
mod keys;
mod player;
mod recording;
mod replay;
mod rules;
mod streams;

pub use difference::ReplayDifference;
pub use recording::{
    Digest, Expect, ExpectedStream, ExpectedStreams, Frame, Header, Op, RecordedKeys, Recording,
    RecordingError,
};
pub use replay::{Outcome, Problem, Replayed, recordings, replay};
