//! AWS on loopback over the real wire: EC2, SSM, STS, the message gateway and agents with real shells.

mod agent;
mod cloud;
mod gateway;
mod session;
mod ssm;
mod world;

pub use agent::AgentTiming;
