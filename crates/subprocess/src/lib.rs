//! A program of the user's, run to its end. [`Subprocess::run`] starts it, reads what it prints and waits. It never gets
//! the input of this program; where this program was started in a [`Terminal`] that it does not read itself, the
//! subprocess is lent that as soon as it asks for it, as a shell would. When its time is over, when nobody waits for it
//! any more, and when this program ends, however that happens, it ends with all that it started: by its process group
//! and a [watchdog](watchdog) on Unix, by a job object on Windows.

mod error;
mod output;
mod run;
mod running;
mod search;
mod subprocess;
mod terminal;
#[cfg(unix)]
mod watchdog;

pub use error::SubprocessError;
pub use subprocess::{Finished, Subprocess};
pub use terminal::{Terminal, TerminalTurn};
