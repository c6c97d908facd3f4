//! The driver of a session: tokio, TLS WebSocket and clock around the pure data channel of `postern-protocol`.

mod backoff;
mod dial;
mod driver;
mod end;
mod error;
mod event;
mod handle;
mod link;
mod liveness;
mod network;
mod outlet;
#[cfg(test)]
mod tests;
mod wake;

pub use end::{AgentWords, SessionEnd};
pub use error::{LinkError, SessionError};
pub use event::{SessionEncryption, SessionEvent, SessionState};
pub use handle::{Session, SessionEvents, SessionOptions, SessionOver};
pub use postern_protocol::{ChannelFailure, SessionType};
