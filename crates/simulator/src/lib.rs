//! AWS on loopback over the real wire: EC2, SSM, KMS, ECS, STS, the message gateway and agents with real shells.

mod agent;
mod call_faults;
mod cloud;
mod control;
mod files;
mod gateway;
mod kms;
mod server;
mod services;
mod simulator;
mod wire;
mod world;

pub use agent::{
    AgentConfig, AgentCore, AgentEncryption, AgentEvent, AgentHostility, AgentSession, AgentTiming,
    OutputKind, ProgramEnd,
};
pub use control::Control;
pub use files::ClientFiles;
pub use gateway::{AgentBehaviour, SessionRecord, SessionStatus};
pub use simulator::{SimulatedProfile, Simulator, SimulatorConfig, SimulatorError};
