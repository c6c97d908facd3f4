//! The simulated SSM agent: one worker with a real shell for each session.

mod cipher;
mod config;
mod core;
mod event;
mod frame;
mod handshake;
mod inbox;
mod outbox;
mod place;
mod processes;
mod program;
mod pty;
mod reader;
mod standard_streams;
mod timing;
mod worker;

pub use config::{AgentConfig, AgentEncryption, AgentHostility, AgentSession};
pub use core::AgentCore;
pub use event::{AgentEvent, OutputKind, ProgramEnd};
pub(crate) use place::Place;
pub(crate) use processes::kill_all_of;
pub(crate) use program::{Command, SeparateOutput};
pub use timing::AgentTiming;
pub(crate) use worker::{DecryptedDataKey, Gateway, run};
