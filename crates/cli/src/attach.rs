//! A session in the user's terminal, or between pipes: keys in, output out, the terminal restored on every way out.

mod conversation;
mod escapes;
mod handover;
mod input;
mod keyboard;
mod keys;
mod leaving;
mod stdin_end;
mod stream_end;
mod terminal;

pub(crate) use conversation::{attach, attach_or_hand_over};
pub(crate) use handover::{Attached, PortHandover};
pub(crate) use terminal::initial_size;
