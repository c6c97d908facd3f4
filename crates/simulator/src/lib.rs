//! AWS on loopback over the real wire: EC2, SSM, KMS, ECS, STS, the message gateway and agents with real shells.

mod agent;
mod cloud;
mod control;
mod ec2;
mod ecs;
mod faults;
mod files;
mod gateway;
mod keys;
mod kms;
mod server;
mod session;
mod sigv4;
mod simulator;
mod ssm;
mod sts;
mod world;

pub use agent::{
    AgentConfig, AgentCore, AgentEncryption, AgentEvent, AgentHostility, AgentSession, AgentTiming,
    OutputKind, ProgramEnd,
};
pub use control::Control;
pub use files::AwsFiles;
pub use session::{AgentBehaviour, FrameFaults, SessionRecord, SessionState};
pub use simulator::{SimulatedProfile, Simulator, SimulatorConfig, SimulatorError};
