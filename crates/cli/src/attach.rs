//! A session in the user's terminal, or between pipes: keys in, output out, the terminal restored on every way out.

mod conversation;
mod escapes;
mod input;
mod keyboard;
mod keys;
mod stdin_end;
mod terminal;

pub(crate) use conversation::attach;
pub(crate) use terminal::initial_size;
