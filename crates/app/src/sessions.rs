//! Live sessions, who waits for a sign-in, the tabs that show them, and where they go.

mod connecting;
mod destination;
mod documents;
mod live;
mod number;
mod progress;
mod query_nodes;
mod tab;
mod tabs;

pub(crate) use connecting::Connecting;
pub use documents::Documents;
pub use live::LiveSessions;
pub(crate) use live::SessionWorld;
pub use tab::Tab;
pub use tabs::Tabs;
