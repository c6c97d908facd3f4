//! The message gateway: granted sessions, the agents behind them, and the WebSockets of their clients.

mod behaviour;
mod clock;
mod data_channel;
mod record;
mod relay;
mod session;
mod sessions;
#[cfg(test)]
mod tests;

pub use behaviour::AgentBehaviour;
pub(crate) use data_channel::data_channel;
pub(crate) use record::{Grant, SessionRequest};
pub use record::{SessionRecord, SessionStatus};
pub(crate) use sessions::Sessions;
