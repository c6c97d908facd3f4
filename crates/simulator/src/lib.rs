//! AWS on loopback over the real wire: EC2, SSM, KMS, ECS, STS, IAM Identity Center, the message gateway and agents with real shells.

mod agent;
mod call_counts;
mod call_faults;
mod call_rates;
mod cloud;
mod config;
mod control;
mod files;
mod gateway;
mod identity;
mod kms;
mod network;
mod proxy;
mod pushed_keys;
mod region_faults;
mod server;
mod service_clock;
mod services;
mod simulator;
mod wire;
mod world;

pub use agent::{
    AgentConfig, AgentCore, AgentEncryption, AgentEvent, AgentHostility, AgentSession, AgentTiming,
    OutputKind, ProgramEnd,
};
pub use call_rates::CallRate;
pub use config::SimulatorConfig;
pub use control::Control;
pub use files::ClientFiles;
pub use gateway::{AgentBehaviour, SessionRecord, SessionStatus};
pub use identity::{IdentityCenter, PendingSignIn, SignInAnswer, SignInLifetimes, SimulatedRole};
pub use network::{ListenerPlace, SimulatedServer};
pub use proxy::{ConnectProxy, ProxyBehaviour};
pub use pushed_keys::PushedKey;
pub use region_faults::RegionFault;
pub use simulator::{SimulatedProfile, Simulator, SimulatorError};
pub use world::InstanceTiming;
