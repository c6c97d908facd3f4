//! Why a session was left from here, and what that means for the exit status.

use std::process::ExitCode;
use std::sync::Arc;

use postern_exec::exit_status_of;
use postern_forward::ForwardError;
use postern_session::SessionEnd;

use crate::failure::Failure;

/// Why the user's side ended the session.
#[derive(Clone, Copy)]
pub(super) enum LeaveReason {
    Escape,
    Signal(&'static str),
    OutputClosed,
    /// The input of a stream has ended, and nothing came any more.
    StreamEnded,
    /// Nothing of a stream's input arrived.
    Unanswered,
}

impl LeaveReason {
    /// A closed terminal brings several signals of its own; only a key is a wish.
    pub(super) fn is_by_hand(self) -> bool {
        match self {
            Self::Escape => true,
            Self::Signal(name) => matches!(name, "SIGINT" | "Ctrl-C"),
            Self::OutputClosed | Self::StreamEnded | Self::Unanswered => false,
        }
    }
}

/// The exit status of a session that came to its `end`.
pub(super) fn outcome(
    leaving: Option<LeaveReason>,
    end: SessionEnd,
    is_stream: bool,
    exit_code: Option<i32>,
) -> Result<ExitCode, Failure> {
    match leaving {
        Some(LeaveReason::Signal(signal)) if end == SessionEnd::LeftBehind => {
            Err(Failure::LeftBehind { signal: Some(signal) })
        }
        Some(_) if end == SessionEnd::LeftBehind => Err(Failure::LeftBehind { signal: None }),
        // ssh ends its proxy in this way.
        Some(LeaveReason::Signal(_) | LeaveReason::OutputClosed) if is_stream => Ok(ExitCode::SUCCESS),
        Some(LeaveReason::Signal(signal)) => Err(Failure::Signal(signal)),
        Some(LeaveReason::OutputClosed) => Err(Failure::OutputClosed),
        Some(LeaveReason::Escape | LeaveReason::StreamEnded) => Ok(ExitCode::SUCCESS),
        Some(LeaveReason::Unanswered) => Err(Failure::Forward(Arc::new(ForwardError::Unanswered))),
        None if end == SessionEnd::GoneWhileAway => Err(Failure::End(end)),
        None => Ok(exit_code.map_or(ExitCode::SUCCESS, |code| exit_status_of(code).into())),
    }
}
