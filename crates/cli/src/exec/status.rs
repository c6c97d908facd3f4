//! The exit status for a failure of `postern exec`, told apart as well as ssh does.

use std::process::ExitCode;

use postern_exec::{FAILED, INTERRUPTED};

use crate::failure::Failure;

/// 128 and the signal that ended Postern, else [`FAILED`].
pub(crate) fn of_failure(failure: &Failure) -> ExitCode {
    let (Failure::Signal(name) | Failure::LeftBehind { signal: Some(name) }) = failure else {
        return ExitCode::from(FAILED);
    };
    let status = match *name {
        "SIGHUP" => 128 + 1,
        "SIGINT" | "Ctrl-C" => INTERRUPTED,
        "SIGQUIT" => 128 + 3,
        "SIGTERM" => 128 + 15,
        _ => FAILED,
    };
    ExitCode::from(status)
}
