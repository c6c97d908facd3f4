//! Where other programs of this user learn which forwards run, and stop them.
//!
//! A program that runs forwards opens a [`Switchboard`]: a Unix socket in a folder of the user's, under its process number. Who
//! asks ([`ask_running`], [`stop_running`]) goes through the sockets of the folder. One line of JSON goes there, one comes back.

#[cfg(unix)]
mod asking;
#[cfg(unix)]
mod board;
mod messages;
#[cfg(not(unix))]
mod unsupported;

#[cfg(unix)]
pub use asking::{ask_running, stop_running};
#[cfg(unix)]
pub use board::Switchboard;
pub use messages::{BoardAnswer, BoardOrder, BoardReply, ReportedForward};
#[cfg(not(unix))]
pub use unsupported::{Switchboard, ask_running, stop_running};
