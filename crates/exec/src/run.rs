//! A command that runs: what its session says, and how it is interrupted and left.

use bytes::Bytes;
use postern_session::{Session, SessionEnd, SessionEvent, SessionState, SessionType};

use crate::error::ExecError;
use crate::outputs::{CommandOutput, MissingOutput, Outputs};
use crate::status::{INTERRUPTED, exit_status_of, is_of_interrupt};
use crate::trailer::Trailer;

/// The agent turns this byte into SIGINT for the shell that runs the command, which sends it on, SIGTERM 5 s later, and
/// SIGKILL after 5 s more.
const CTRL_C: &[u8] = b"\x03";
/// The agent turns this byte into SIGQUIT: the shell begins with SIGTERM.
const QUIT: &[u8] = b"\x1c";

/// A command in a session of its own.
#[derive(Debug)]
pub struct RunningCommand {
    session: Session,
    outputs: Outputs,
    is_running: bool,
    /// It was told to end, and the agent hears nothing more until it has.
    asked_to_end: Option<EndRequest>,
    /// The link or the agent was away at some time.
    was_away: bool,
}

/// How the command was told to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EndRequest {
    Interrupt,
    Quit,
}

impl RunningCommand {
    /// The command of `session`, whose plan made `trailer`.
    #[must_use]
    pub fn new(session: Session, trailer: Trailer) -> Self {
        Self {
            session,
            outputs: Outputs::new(trailer),
            is_running: false,
            asked_to_end: None,
            was_away: false,
        }
    }

    /// Takes the session's next event; gives the output in it that is certainly the command's.
    ///
    /// # Errors
    /// [`ExecError::NotACommand`]: the session turned out to be of another type. It should be left.
    pub fn take(&mut self, event: SessionEvent) -> Result<Option<CommandOutput>, ExecError> {
        let output = match event {
            SessionEvent::Output(bytes) => Some(self.outputs.output(&bytes)),
            SessionEvent::StdErr(bytes) => Some(self.outputs.error(&bytes)),
            SessionEvent::ExitCode(code) => {
                self.outputs.exit_code(code);
                None
            }
            SessionEvent::State(state) => {
                self.state(&state)?;
                None
            }
            SessionEvent::Message(_) | SessionEvent::Flag(_) | SessionEvent::Saved(_) => None,
        };
        Ok(output.filter(|output| !output.bytes().is_empty()))
    }

    fn state(&mut self, state: &SessionState) -> Result<(), ExecError> {
        match state {
            SessionState::Ready { session_type, .. } => {
                if *session_type != SessionType::NonInteractiveCommands {
                    return Err(ExecError::NotACommand);
                }
                self.is_running = true;
            }
            SessionState::Resuming { .. } | SessionState::Paused => self.was_away = true,
            SessionState::Starting
            | SessionState::NotConnectedYet { .. }
            | SessionState::Opening { .. }
            | SessionState::Waiting { .. }
            | SessionState::Resumed
            | SessionState::Unpaused
            | SessionState::Ended(_)
            | SessionState::Failed(_) => {}
        }
        Ok(())
    }

    /// Whether the command runs and can still be told to end: the agent takes one such wish.
    #[must_use]
    pub fn can_be_ended(&self) -> bool {
        self.is_running && self.asked_to_end.is_none()
    }

    /// Interrupts the command and all that it started: SIGINT, after 5 s SIGTERM, after 5 s more SIGKILL.
    pub fn interrupt(&mut self) {
        self.asked_to_end = Some(EndRequest::Interrupt);
        self.send(CTRL_C);
    }

    /// Has the command and all that it started end: SIGTERM, after 5 s SIGKILL.
    pub fn end(&mut self) {
        self.asked_to_end = Some(EndRequest::Quit);
        self.send(QUIT);
    }

    fn send(&self, key: &'static [u8]) {
        let session = self.session.clone();
        // An error means that the session is over, which its last event tells.
        tokio::spawn(async move { session.send_input(Bytes::from_static(key)).await });
    }

    /// Ends the session, and the command first where it was not told to end: the agent would leave behind what it started.
    pub fn leave(&self) {
        let ends_command = self.can_be_ended();
        let session = self.session.clone();
        tokio::spawn(async move {
            if ends_command {
                let _over = session.send_input(Bytes::from_static(QUIT)).await;
            }
            session.terminate();
        });
    }

    /// What was held back of both outputs, when nothing follows.
    pub fn finish(&mut self) -> [CommandOutput; 2] {
        self.outputs.finish()
    }

    /// Whether some of the output may be missing, and why.
    #[must_use]
    pub fn missing_output(&self) -> Option<MissingOutput> {
        self.outputs.are_cut().then_some(if self.was_away {
            MissingOutput::WhileAway
        } else {
            MissingOutput::AtTheEnd
        })
    }

    /// The exit status as a shell would give it, once the session came to its `end`.
    ///
    /// # Errors
    /// [`ExecError::NoStatus`]: the session ended before the status came.
    pub fn exit_status(&self, end: &SessionEnd) -> Result<u8, ExecError> {
        let interrupted = self.asked_to_end == Some(EndRequest::Interrupt);
        match self.outputs.status() {
            // The agent does not know the status of what it signalled.
            Some(_) if interrupted && self.outputs.are_cut() => Ok(INTERRUPTED),
            Some(code) if interrupted && is_of_interrupt(code) => Ok(INTERRUPTED),
            Some(code) => Ok(exit_status_of(code)),
            None if interrupted => Ok(INTERRUPTED),
            None => Err(ExecError::NoStatus { reason: end.reason() }),
        }
    }
}
