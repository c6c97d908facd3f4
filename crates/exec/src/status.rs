//! Exit statuses of one byte, told apart as well as a shell and ssh do.

/// Postern's own failures, as for ssh.
pub const FAILED: u8 = 255;
/// Nobody reads standard output: 128 and SIGPIPE.
pub const OUTPUT_CLOSED: u8 = 128 + 13;
/// Ctrl-C: 128 and SIGINT.
pub const INTERRUPTED: u8 = 128 + 2;
/// What the agent reports of a program that a signal killed, whichever it was.
const KILLED_BY_SIGNAL: i32 = -1;
/// The most likely of signals that nobody asked for: 128 and SIGKILL.
const KILLED: u8 = 128 + 9;
/// What a shell tells of a command that was ended by SIGINT, SIGKILL or SIGTERM.
const ENDED_BY_CTRL_C: [i32; 3] = [128 + 2, 128 + 9, 128 + 15];

/// The exit status for what the agent reports of a program; what has no room in a byte is a failure.
#[must_use]
pub fn exit_status_of(code: i32) -> u8 {
    if code == KILLED_BY_SIGNAL {
        KILLED
    } else {
        u8::try_from(code).unwrap_or(FAILED)
    }
}

/// Whether an interrupted command ended by its interrupt, as far as `code` tells.
pub(crate) fn is_of_interrupt(code: i32) -> bool {
    code == KILLED_BY_SIGNAL || ENDED_BY_CTRL_C.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programs_status_arrives_unchanged_where_it_fits() {
        for code in 0..=255 {
            assert_eq!(i32::from(exit_status_of(code)), code);
        }
        assert_eq!(exit_status_of(-1), 137);
        assert_eq!((exit_status_of(256), exit_status_of(-1_073_741_819)), (255, 255));
    }

    #[test]
    fn an_interrupted_command_may_have_a_status_of_its_own() {
        assert!([-1, 130, 137, 143].into_iter().all(is_of_interrupt));
        assert!(!is_of_interrupt(3), "it handled the signal itself");
    }
}
