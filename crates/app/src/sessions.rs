//! Live sessions, who waits for a sign-in, and the tabs that show them.

mod connecting;
mod destination;
mod live;
mod logins;
mod progress;
mod tab;
mod tabs;

pub(crate) use destination::{Defaults, parse, parse_optional};
pub(crate) use live::LiveSessions;
pub(crate) use tabs::Tabs;
