//! The terminal of a tab: what lies between a session's output and the page that draws it.

mod pipe;
mod plain;
mod pump;

pub use pump::{PageGone, Sink};
pub(crate) use {
    plain::{OutputFormatter, PlainOutput},
    pump::Terminal,
};
