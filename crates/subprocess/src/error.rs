//! Why a program did not run to its end.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

/// Why a program did not run to its end. Nothing here shows its arguments, which may be secret.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SubprocessError {
    /// There is no such program.
    #[error("{program} was not found")]
    NotFound {
        /// As it was named.
        program: String,
        /// The value of `PATH` that was searched; none for a program named with its folder.
        searched: Option<OsString>,
    },
    /// The file is there, and what it says it is to be run with is not.
    #[error("{} is there, and the program that its first line names is not", file.display())]
    NoInterpreter {
        /// The file that was found.
        file: PathBuf,
    },
    /// The file may not be run, or is no program.
    #[error("{program} cannot be run: {cause}")]
    NotRunnable {
        /// As it was named.
        program: String,
        /// What the system said.
        cause: io::Error,
    },
    /// It took too long, and was ended with all that it had started.
    #[error("it did not end within {} s", limit.as_secs())]
    TimedOut {
        /// How long it could have taken.
        limit: Duration,
    },
    /// It asked for the terminal, which somebody else reads.
    #[error("it asked for the terminal, which is in use")]
    TerminalInUse,
    /// The user stopped it.
    #[error("it was stopped in the terminal")]
    Stopped,
    /// The system lost sight of it.
    #[error("it was lost: {0}")]
    Lost(io::Error),
}
