//! The registry of granted sessions.

mod registry;

pub(crate) use registry::{Grant, SessionRequest, Sessions};
pub use registry::{SessionRecord, SessionState};
