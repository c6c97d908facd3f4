//! Exit statuses, told apart as well as ssh does.

use std::process::ExitCode;

use crate::failure::Failure;

/// Postern's own failures, as for ssh.
pub(crate) const FAILED: u8 = 255;
/// Nobody reads standard output: 128 and SIGPIPE.
pub(super) const OUTPUT_CLOSED: u8 = 128 + 13;
/// Ctrl-C: 128 and SIGINT.
pub(super) const INTERRUPTED: u8 = 128 + 2;
/// What the agent reports of a program that a signal killed, whichever it was.
const KILLED_BY_SIGNAL: i32 = -1;
/// The most likely of signals that nobody asked for: 128 and SIGKILL.
const KILLED: u8 = 128 + 9;

/// The exit status for what the agent reports of a program.
pub(crate) fn of_program(code: i32) -> u8 {
    if code == KILLED_BY_SIGNAL {
        KILLED
    } else {
        u8::try_from(code).unwrap_or(FAILED)
    }
}

/// The exit status for a failure of `postern exec`.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programs_status_arrives_unchanged_where_it_fits() {
        for code in 0..=255 {
            assert_eq!(i32::from(of_program(code)), code);
        }
        assert_eq!(of_program(-1), 137);
        assert_eq!((of_program(256), of_program(-1_073_741_819)), (255, 255));
    }
}
