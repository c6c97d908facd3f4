//! The registry of granted sessions.

mod behaviour;
mod clock;
mod faults;
mod plan;
mod registry;
mod relay;
#[allow(
    clippy::module_inception,
    reason = "the noun is the folder's and the type's name"
)]
mod session;

pub use behaviour::AgentBehaviour;
use clock::wall_clock_ms;
pub use faults::FrameFaults;
pub(crate) use plan::{GrantError, plan};
pub(crate) use registry::{Grant, SessionRequest, Sessions};
pub use registry::{SessionRecord, SessionState};
pub(crate) use relay::{LinkEnd, LinkFrame, LinkOrder};
pub(crate) use session::Session;
