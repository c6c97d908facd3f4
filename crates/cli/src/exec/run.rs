//! A command in the foreground: its outputs on the standard streams, Ctrl-C and signals for it.

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use postern_exec::{CommandOutput, ExecError, MissingOutput, OUTPUT_CLOSED, RunningCommand, Trailer};
use postern_session::{Session, SessionEnd, SessionError, SessionEvent, SessionEvents, SessionState};
use tokio::time::Instant;

use crate::console;
use crate::failure::Failure;
use crate::foreground::{Backlog, Foreground, ForegroundLoop, Outage, OutageReport, Write, at};
use crate::wording::{AGENT_IS_AWAY, AGENT_IS_BACK, LINK_IS_BACK, not_connected_yet, notice};

/// How long a command may take to end once it was told to: the shell kills it after 5 s, and lives on for a moment.
const COMMAND_ENDS_WITHIN: Duration = Duration::from_secs(8);
const OUTPUT_MAY_BE_LOST: &str = "postern: The link was lost while the command ran. The SSM agent gives up output that it \
cannot send meanwhile, so some may be missing; the exit status is the command's.\n";
const END_MAY_BE_LOST: &str = "postern: The end of an output did not arrive, so some of it may be missing; the exit status is \
the agent's word.\n";

/// Stays until the session is over; gives the command's exit status.
pub(super) async fn run(
    session: Session,
    events: SessionEvents,
    trailer: Trailer,
) -> Result<ExitCode, Failure> {
    let mut foreground = ForegroundLoop::start(events)?;
    let mut command = CommandInForeground {
        command: RunningCommand::new(session, trailer),
        to_print: Backlog::new(),
        for_people: io::stderr().is_terminal(),
        ends_by_signal: None,
        leaving: None,
        outage: Outage::default(),
    };
    let end = foreground.until_end(&mut command).await;
    for held in command.command.finish() {
        command.print(held);
    }
    let printed = foreground.print_the_rest(&mut command).await;
    command.outcome(&end?, printed)
}

struct CommandInForeground {
    command: RunningCommand,
    to_print: Backlog,
    /// Somebody looks at standard error; a script would take a notice for the command's words.
    for_people: bool,
    /// The signal that is to end this program, which waits so long for the command.
    ends_by_signal: Option<(&'static str, Instant)>,
    leaving: Option<EndReason>,
    outage: Outage,
}

/// Why the session is ended from here.
#[derive(Clone, Copy)]
enum EndReason {
    Signal(&'static str),
    OutputClosed,
    NotACommand,
}

/// The command was told to end because of this signal, and does not.
struct EndIsLate(&'static str);

impl Foreground for CommandInForeground {
    type Happening = EndIsLate;

    async fn next(&mut self) -> EndIsLate {
        let late = self.ends_by_signal.filter(|_| self.leaving.is_none());
        at(late.map(|(_, at)| at)).await;
        EndIsLate(late.map_or("", |(name, _)| name))
    }

    fn happened(&mut self, EndIsLate(signal): EndIsLate) -> Result<(), Failure> {
        self.leave(EndReason::Signal(signal));
        Ok(())
    }

    fn event(&mut self, event: SessionEvent) -> Result<(), Failure> {
        match &event {
            SessionEvent::State(state) => self.state(state),
            SessionEvent::Message(text) => self.say(text),
            SessionEvent::Output(_)
            | SessionEvent::StdErr(_)
            | SessionEvent::ExitCode(_)
            | SessionEvent::Flag(_)
            | SessionEvent::Saved(_) => {}
        }
        match self.command.take(event) {
            Ok(Some(output)) => self.print(output),
            Ok(None) => {}
            Err(_other) => self.leave(EndReason::NotACommand),
        }
        Ok(())
    }

    /// The first Ctrl-C is the command's, as at a terminal; the second ends the session, the third the waiting for that.
    /// Any other signal ends the command first, because the agent would leave behind what it started.
    fn signal(&mut self, name: &'static str) -> Result<(), Failure> {
        if self.leaving.is_some() {
            return Err(Failure::LeftAtOnce);
        }
        if !self.command.can_be_ended() {
            self.leave(EndReason::Signal(name));
        } else if matches!(name, "SIGINT" | "Ctrl-C") {
            self.say(
                "Interrupting the command; it is killed after 10 seconds. (Ctrl-C again ends the session)",
            );
            self.command.interrupt();
        } else {
            self.ends_by_signal = Some((name, Instant::now() + COMMAND_ENDS_WITHIN));
            self.command.end();
        }
        Ok(())
    }

    fn output_closed(&mut self) -> Result<(), Failure> {
        self.leave(EndReason::OutputClosed);
        Ok(())
    }

    fn is_leaving(&self) -> bool {
        self.leaving.is_some()
    }

    fn to_print(&mut self) -> &mut Backlog {
        &mut self.to_print
    }
}

impl CommandInForeground {
    fn state(&mut self, state: &SessionState) {
        match state {
            SessionState::Ready { .. } => tracing::debug!("Ctrl-C is the command's from here on"),
            SessionState::Resuming {
                last_error: Some(error),
                ..
            } => self.resuming(error),
            SessionState::Resumed => {
                self.outage.is_over();
                self.say(LINK_IS_BACK);
            }
            SessionState::Paused => self.say(AGENT_IS_AWAY),
            SessionState::Unpaused => self.say(AGENT_IS_BACK),
            SessionState::NotConnectedYet { attempts, waited } => {
                if let Some(text) = not_connected_yet(*attempts, *waited) {
                    self.say(&text);
                }
            }
            SessionState::Starting
            | SessionState::Opening { .. }
            | SessionState::Waiting { .. }
            | SessionState::Resuming { last_error: None, .. }
            | SessionState::Ended(_)
            | SessionState::Failed(_) => {}
        }
    }

    fn resuming(&mut self, error: &SessionError) {
        if self.outage.failed(error) != OutageReport::Known {
            self.say(&format!("No link, resuming: {error}"));
        }
    }

    fn say(&mut self, text: &str) {
        if self.for_people {
            self.to_print.push(notice(text, false));
        }
    }

    fn print(&mut self, output: CommandOutput) {
        let write = match output {
            CommandOutput::Out(bytes) => Write::Out(bytes),
            CommandOutput::Err(bytes) => Write::Err(bytes),
        };
        if !write.is_empty() {
            self.to_print.push(write);
        }
    }

    fn leave(&mut self, why: EndReason) {
        if self.leaving.is_none() {
            self.leaving = Some(why);
            self.command.leave();
        }
    }

    /// Output that was lost, as on a full disk, must not look like success.
    fn outcome(&self, end: &SessionEnd, printed: io::Result<()>) -> Result<ExitCode, Failure> {
        let left_behind = *end == SessionEnd::LeftBehind;
        let by_signal = self.ends_by_signal.map(|(name, _)| EndReason::Signal(name));
        match (self.leaving.or(by_signal), printed) {
            (Some(EndReason::Signal(name)), _) if left_behind => {
                return Err(Failure::LeftBehind { signal: Some(name) });
            }
            (Some(EndReason::Signal(name)), _) => return Err(Failure::Signal(name)),
            _ if left_behind => return Err(Failure::LeftBehind { signal: None }),
            (Some(EndReason::NotACommand), _) => return Err(ExecError::NotACommand.into()),
            (_, Err(error)) if error.kind() != io::ErrorKind::BrokenPipe => {
                return Err(Failure::Output(error));
            }
            (Some(EndReason::OutputClosed), _) | (None, Err(_)) => return Ok(ExitCode::from(OUTPUT_CLOSED)),
            (None, Ok(())) => {}
        }
        match self.command.missing_output() {
            Some(MissingOutput::WhileAway) => console::to_stderr(OUTPUT_MAY_BE_LOST),
            Some(MissingOutput::AtTheEnd) => console::to_stderr(END_MAY_BE_LOST),
            None => {}
        }
        Ok(ExitCode::from(self.command.exit_status(end)?))
    }
}
