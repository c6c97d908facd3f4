//! Where other programs of this user learn which forwards run, and stop them.
//!
//! A program that runs forwards opens a [`Switchboard`]: an entrance whose file stands in a folder of the user's, under its
//! process number. Who asks ([`ask_running`], [`stop_running`]) goes through the files of the folder. One line of JSON goes there,
//! one comes back. The entrance is a Unix socket, and a port of this computer with a key where there are none.

mod asking;
mod board;
#[cfg(any(not(unix), test))]
mod loopback;
mod messages;
#[cfg(unix)]
mod unix;

pub use asking::{ask_running, stop_running};
pub use board::Switchboard;
#[cfg(not(unix))]
use loopback as entrance;
pub use messages::{BoardAnswer, BoardOrder, BoardReply, ReportedForward};
#[cfg(unix)]
use unix as entrance;
