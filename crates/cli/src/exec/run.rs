//! The loop between the session of a command and the two standard streams.

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::time::Duration;

use bytes::Bytes;
use postern_session::{
    Session, SessionEnd, SessionError, SessionEvent, SessionEvents, SessionState, SessionType,
};
use tokio::time::Instant;

use super::error::ExecError;
use super::outputs::Outputs;
use super::status::{INTERRUPTED, OUTPUT_CLOSED, of_program};
use super::trailer::Trailer;
use crate::attach::{Backlog, LeaveSignals, Screen, Write, notice};
use crate::console;
use crate::failure::Failure;

/// The agent turns this byte into SIGINT for the shell that runs the command, which sends it on, SIGTERM 5 s later, and
/// SIGKILL after 5 s more.
const CTRL_C: &[u8] = b"\x03";
/// The agent turns this byte into SIGQUIT: the shell begins with SIGTERM.
const QUIT: &[u8] = b"\x1c";
/// How long a command may take to end once it was told to: the shell kills it after 5 s, and lives on for a moment.
const COMMAND_ENDS_WITHIN: Duration = Duration::from_secs(8);
/// How long the end waits for a reader that takes nothing, once the user has left.
const LAST_WRITES: Duration = Duration::from_secs(2);
/// Observed of agent 3.3: while the service says that nobody listens, it gives up reading separate outputs.
const OUTPUT_MAY_BE_LOST: &str = "postern: The link was lost while the command ran. The SSM agent gives up output that it \
cannot send meanwhile, so some may be missing; the exit status is the command's.\n";
/// The agent drops what could be the beginning of a character, and nothing behind it says that the output was whole.
const END_MAY_BE_LOST: &str = "postern: The end of an output did not arrive, so some of it may be missing; the exit status is \
the agent's word.\n";
/// What a shell tells of a command that was ended by SIGINT, SIGKILL or SIGTERM.
const ENDED_BY_CTRL_C: [i32; 3] = [128 + 2, 128 + 9, 128 + 15];

/// Stays until the session is over; gives the command's exit status.
pub(super) async fn run(
    session: Session,
    events: SessionEvents,
    trailer: Trailer,
) -> Result<ExitCode, Failure> {
    let mut signals = LeaveSignals::listen().map_err(Failure::Terminal)?;
    let screen = Screen::start().map_err(Failure::Terminal)?;
    tracing::debug!("signals are heard from here on");
    let mut running = Running {
        session,
        events,
        outputs: Outputs::new(trailer),
        to_print: Backlog::new(),
        for_people: io::stderr().is_terminal(),
        is_ready: false,
        ending: None,
        leaving: None,
        away: None,
        was_away: false,
    };
    let end = running.until_end(&screen, &mut signals).await;
    let printed = running.print_the_rest(screen, &mut signals).await;
    running.outcome(&end?, printed)
}

struct Running {
    session: Session,
    events: SessionEvents,
    outputs: Outputs,
    to_print: Backlog,
    /// Somebody looks at standard error; a script would take a notice for the command's words.
    for_people: bool,
    is_ready: bool,
    /// The command was told to end.
    ending: Option<Ending>,
    leaving: Option<Leaving>,
    /// The link is down; the code of the reason that was told last.
    away: Option<&'static str>,
    /// The link or the agent was away at some time.
    was_away: bool,
}

/// Why the command was told to end. The agent hears nothing more from then on, until it has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Ctrl-C, the command's own affair.
    Interrupted,
    /// This program is to end, and waits until then for the command.
    Signal(&'static str, Instant),
}

/// Why the session is ended from here.
#[derive(Clone, Copy)]
enum Leaving {
    Signal(&'static str),
    OutputClosed,
    NotACommand,
}

enum Turn {
    Event(Option<SessionEvent>),
    Signal(&'static str),
    OutputClosed,
    /// The command was told to end and does not.
    EndIsLate(&'static str),
    Moved,
}

impl Running {
    async fn until_end(
        &mut self,
        screen: &Screen,
        signals: &mut LeaveSignals,
    ) -> Result<SessionEnd, Failure> {
        loop {
            match self.turn(screen, signals).await {
                Turn::Moved => {}
                Turn::Event(Some(SessionEvent::State(SessionState::Ended(end)))) => return Ok(end),
                Turn::Event(Some(SessionEvent::State(SessionState::Failed(error)))) => {
                    return Err(error.into());
                }
                Turn::Event(None) => return Err(SessionError::Crashed.into()),
                Turn::Event(Some(event)) => self.happened(event),
                Turn::Signal(name) => self.signalled(name)?,
                Turn::OutputClosed => self.leave(Leaving::OutputClosed),
                Turn::EndIsLate(name) => self.leave(Leaving::Signal(name)),
            }
        }
    }

    /// Output that is not printed holds back the session's events; signals are heard all the same.
    async fn turn(&mut self, screen: &Screen, signals: &mut LeaveSignals) -> Turn {
        let left = self.leaving.is_some();
        let closed = matches!(self.leaving, Some(Leaving::OutputClosed));
        let has_room = self.to_print.has_room();
        let late = match self.ending {
            Some(Ending::Signal(name, at)) if !left => Some((name, at)),
            _ => None,
        };
        tokio::select! {
            name = signals.next() => Turn::Signal(name),
            room = screen.writes().reserve(), if !self.to_print.is_empty() && !closed => match room {
                Ok(room) => {
                    if let Some(write) = self.to_print.pop() {
                        room.send(write);
                    }
                    Turn::Moved
                }
                Err(_closed) => {
                    self.to_print.clear();
                    Turn::OutputClosed
                }
            },
            event = self.events.next(), if has_room || left => Turn::Event(event),
            () = at(late.map(|(_, at)| at)) => Turn::EndIsLate(late.map_or("", |(name, _)| name)),
        }
    }

    fn happened(&mut self, event: SessionEvent) {
        match event {
            SessionEvent::State(state) => self.state(state),
            SessionEvent::Output(bytes) => {
                let own = self.outputs.output(&bytes);
                self.print(Write::Out(own));
            }
            SessionEvent::StdErr(bytes) => {
                let own = self.outputs.error(&bytes);
                self.print(Write::Err(own));
            }
            SessionEvent::ExitCode(code) => self.outputs.exit_code(code),
            SessionEvent::Message(text) => self.tell(&text),
            // Neither is asked for.
            SessionEvent::Flag(_) | SessionEvent::Saved(_) => {}
        }
    }

    fn print(&mut self, write: Write) {
        let (Write::Out(bytes) | Write::Err(bytes)) = &write;
        if !bytes.is_empty() {
            self.to_print.push(write);
        }
    }

    fn state(&mut self, state: SessionState) {
        match state {
            SessionState::Ready { session_type, .. } => {
                self.is_ready = true;
                tracing::debug!("Ctrl-C is the command's from here on");
                if session_type != SessionType::NonInteractiveCommands {
                    self.leave(Leaving::NotACommand);
                }
            }
            SessionState::Resuming { last_error, .. } => {
                self.was_away = true;
                self.resuming(last_error.as_ref());
            }
            SessionState::Resumed => {
                self.away = None;
                self.tell("The link is back.");
            }
            SessionState::Paused => {
                self.was_away = true;
                self.tell("The agent is away for the moment.");
            }
            SessionState::Unpaused => self.tell("The agent is back."),
            SessionState::Starting
            | SessionState::Opening { .. }
            | SessionState::Waiting { .. }
            | SessionState::Ended(_)
            | SessionState::Failed(_) => {}
        }
    }

    fn resuming(&mut self, error: Option<&SessionError>) {
        let Some(error) = error.filter(|error| self.away != Some(error.code())) else {
            return;
        };
        self.away = Some(error.code());
        self.tell(&format!("No link, resuming: {error}"));
    }

    fn tell(&mut self, text: &str) {
        if self.for_people {
            self.to_print.push(notice(text, false));
        }
    }

    /// The first Ctrl-C is the command's, as at a terminal; the second ends the session, the third the waiting for that.
    /// Any other signal ends the command first, because the agent would leave behind what it started.
    fn signalled(&mut self, name: &'static str) -> Result<(), Failure> {
        if self.leaving.is_some() {
            return Err(Failure::LeftAtOnce);
        }
        if !self.is_ready || self.ending.is_some() {
            self.leave(Leaving::Signal(name));
        } else if matches!(name, "SIGINT" | "Ctrl-C") {
            self.ending = Some(Ending::Interrupted);
            self.tell(
                "Interrupting the command; it is killed after 10 seconds. (Ctrl-C again ends the session)",
            );
            self.send(CTRL_C);
        } else {
            self.ending = Some(Ending::Signal(name, Instant::now() + COMMAND_ENDS_WITHIN));
            self.send(QUIT);
        }
        Ok(())
    }

    fn send(&self, key: &'static [u8]) {
        let session = self.session.clone();
        // An error means that the session is over, which its last event tells.
        tokio::spawn(async move { session.send_input(Bytes::from_static(key)).await });
    }

    fn leave(&mut self, why: Leaving) {
        if self.leaving.is_some() {
            return;
        }
        self.leaving = Some(why);
        let command_runs = self.is_ready && self.ending.is_none() && !matches!(why, Leaving::NotACommand);
        let session = self.session.clone();
        tokio::spawn(async move {
            if command_runs {
                let _over = session.send_input(Bytes::from_static(QUIT)).await;
            }
            session.terminate();
        });
    }

    async fn print_the_rest(&mut self, screen: Screen, signals: &mut LeaveSignals) -> io::Result<()> {
        let (output, error) = self.outputs.finish();
        self.print(Write::Out(output));
        self.print(Write::Err(error));
        let patience = self.leaving.map(|_| Instant::now() + LAST_WRITES);
        tokio::select! {
            printed = screen.finish(&mut self.to_print) => printed,
            _ = signals.next() => Ok(()),
            () = at(patience) => Ok(()),
        }
    }

    /// Output that was lost, as on a full disk, must not look like success.
    fn outcome(&self, end: &SessionEnd, printed: io::Result<()>) -> Result<ExitCode, Failure> {
        let left_behind = *end == SessionEnd::LeftBehind;
        let left = match (self.leaving, self.ending) {
            (None, Some(Ending::Signal(name, _))) => Some(Leaving::Signal(name)),
            (leaving, _) => leaving,
        };
        match (left, printed) {
            (Some(Leaving::Signal(name)), _) if left_behind => {
                return Err(Failure::LeftBehind { signal: Some(name) });
            }
            (Some(Leaving::Signal(name)), _) => return Err(Failure::Signal(name)),
            _ if left_behind => return Err(Failure::LeftBehind { signal: None }),
            (Some(Leaving::NotACommand), _) => return Err(ExecError::NotACommand.into()),
            (_, Err(error)) if error.kind() != io::ErrorKind::BrokenPipe => {
                return Err(Failure::Output(error));
            }
            (Some(Leaving::OutputClosed), _) | (None, Err(_)) => return Ok(ExitCode::from(OUTPUT_CLOSED)),
            (None, Ok(())) => {}
        }
        if self.outputs.are_cut() {
            console::to_stderr(if self.was_away {
                OUTPUT_MAY_BE_LOST
            } else {
                END_MAY_BE_LOST
            });
        }
        let interrupted = self.ending == Some(Ending::Interrupted);
        match self.outputs.status() {
            // The agent does not know the status of what it signalled.
            Some(_) if interrupted && self.outputs.are_cut() => Ok(ExitCode::from(INTERRUPTED)),
            Some(code) => Ok(ExitCode::from(status(code, interrupted))),
            None if interrupted => Ok(ExitCode::from(INTERRUPTED)),
            None => Err(ExecError::NoStatus { reason: end.reason() }.into()),
        }
    }
}

fn status(code: i32, interrupted: bool) -> u8 {
    if interrupted && (code == -1 || ENDED_BY_CTRL_C.contains(&code)) {
        INTERRUPTED
    } else {
        of_program(code)
    }
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
