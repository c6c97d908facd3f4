//! The simulated SSM agent: one worker with a real shell for each session.

mod timing;

pub use timing::AgentTiming;
