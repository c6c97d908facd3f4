//! The simulated SSM agent: one worker with a real shell for each session.

mod cipher;
mod config;
mod core;
mod event;
mod frame;
mod handshake;
mod inbox;
mod launch;
mod outbox;
mod port;
mod port_parameters;
mod processes;
mod program;
mod program_context;
mod pty;
mod reader;
mod standard_streams;
mod timing;
mod worker;
mod workload;

pub use config::{AgentConfig, AgentEncryption, AgentHostility, AgentSession};
pub use core::AgentCore;
pub use event::{AgentEvent, OutputKind, ProgramEnd};

pub(crate) use port_parameters::PortParameters;
pub(crate) use processes::kill_all_of;
pub(crate) use program::{OutputPrefixes, ProgramCommand};
pub(crate) use program_context::ProgramContext;
pub use timing::AgentTiming;
pub(crate) use worker::{DecryptedDataKey, Gateway, WorkerEnd, run};
pub(crate) use workload::Workload;
