//! A session in the user's terminal, or between pipes: keys in, output out, the terminal restored on every way out.

mod conversation;
mod escapes;
mod keyboard;
mod keys;
mod screen;
mod signals;
mod stdin_end;
mod terminal;
mod voice;

pub(crate) use conversation::attach;
pub(crate) use screen::{Backlog, Screen, Write};
pub(crate) use signals::LeaveSignals;
pub(crate) use terminal::initial_size;
pub(crate) use voice::{Voice, notice};
