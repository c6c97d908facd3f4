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
use super::status::{INTERRUPTED, OUTPUT_CLOSED, of_program};
use super::trailer::Trailer;
use crate::attach::{Backlog, LeaveSignals, Screen, Write, notice};
use crate::console;
use crate::failure::Failure;

/// The agent turns this byte into SIGINT.
const CTRL_C: &[u8] = b"\x03";
/// How long the end waits for a reader that takes nothing, once the user has left.
const LAST_WRITES: Duration = Duration::from_secs(2);
/// Observed of agent 3.3: while the service says that nobody listens, it gives up reading separate outputs.
const OUTPUT_MAY_BE_LOST: &str = "postern: The link was lost while the command ran. The SSM agent gives up output that it \
cannot send meanwhile, so some may be missing; the exit status is the command's.\n";
/// What the command line tells of a command that got SIGTERM because of Ctrl-C.
const TERMINATED: u8 = 128 + 15;

/// Stays until the session is over; gives the command's exit status.
pub(super) async fn run(
    session: Session,
    events: SessionEvents,
    trailer: Option<Trailer>,
) -> Result<ExitCode, Failure> {
    let mut signals = LeaveSignals::listen().map_err(Failure::Terminal)?;
    let screen = Screen::start().map_err(Failure::Terminal)?;
    tracing::debug!("signals are heard from here on");
    let mut running = Running {
        session,
        events,
        trailer,
        to_print: Backlog::new(),
        for_people: io::stderr().is_terminal(),
        is_ready: false,
        interrupted: false,
        leaving: None,
        exit_code: None,
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
    trailer: Option<Trailer>,
    to_print: Backlog,
    /// Somebody looks at standard error; a script would take a notice for the command's words.
    for_people: bool,
    is_ready: bool,
    interrupted: bool,
    leaving: Option<Leaving>,
    exit_code: Option<i32>,
    /// The link is down; the code of the reason that was told last.
    away: Option<&'static str>,
    /// The link or the agent was away at some time.
    was_away: bool,
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
            }
        }
    }

    /// Output that is not printed holds back the session's events; signals are heard all the same.
    async fn turn(&mut self, screen: &Screen, signals: &mut LeaveSignals) -> Turn {
        let left = self.leaving.is_some();
        let closed = matches!(self.leaving, Some(Leaving::OutputClosed));
        let has_room = self.to_print.has_room();
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
        }
    }

    fn happened(&mut self, event: SessionEvent) {
        match event {
            SessionEvent::State(state) => self.state(state),
            SessionEvent::Output(bytes) => self.output(bytes),
            SessionEvent::StdErr(bytes) => self.to_print.push(Write::Err(bytes)),
            SessionEvent::ExitCode(code) => self.exit_code = Some(code),
            SessionEvent::Message(text) => self.tell(&text),
        }
    }

    fn output(&mut self, bytes: Bytes) {
        let bytes = match &mut self.trailer {
            Some(trailer) => Bytes::from(trailer.push(&bytes)),
            None => bytes,
        };
        if !bytes.is_empty() {
            self.to_print.push(Write::Out(bytes));
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
    fn signalled(&mut self, name: &'static str) -> Result<(), Failure> {
        if self.leaving.is_some() {
            return Err(Failure::LeftAtOnce);
        }
        let is_interrupt = matches!(name, "SIGINT" | "Ctrl-C");
        if is_interrupt && self.is_ready && !self.interrupted {
            self.interrupted = true;
            self.tell("Interrupting the command. (Ctrl-C again ends the session)");
            let session = self.session.clone();
            // An error means that the session is over, which its last event tells.
            tokio::spawn(async move { session.send_input(Bytes::from_static(CTRL_C)).await });
        } else {
            self.leave(Leaving::Signal(name));
        }
        Ok(())
    }

    fn leave(&mut self, why: Leaving) {
        if self.leaving.is_none() {
            self.leaving = Some(why);
            self.session.terminate();
        }
    }

    async fn print_the_rest(&mut self, screen: Screen, signals: &mut LeaveSignals) -> io::Result<()> {
        if let Some(trailer) = &mut self.trailer {
            self.to_print.push(Write::Out(trailer.finish().into()));
        }
        let patience = self.leaving.map(|_| Instant::now() + LAST_WRITES);
        tokio::select! {
            printed = screen.finish(&mut self.to_print) => printed,
            _ = signals.next() => Ok(()),
            () = at(patience) => Ok(()),
        }
    }

    /// Output that was lost, as on a full disk, must not look like success.
    fn outcome(&self, end: &SessionEnd, printed: io::Result<()>) -> Result<ExitCode, Failure> {
        match (self.leaving, printed) {
            (Some(Leaving::Signal(name)), _) => return Err(Failure::Signal(name)),
            (Some(Leaving::NotACommand), _) => return Err(ExecError::NotACommand.into()),
            (_, Err(error)) if error.kind() != io::ErrorKind::BrokenPipe => {
                return Err(Failure::Output(error));
            }
            (Some(Leaving::OutputClosed), _) | (None, Err(_)) => return Ok(ExitCode::from(OUTPUT_CLOSED)),
            (None, Ok(())) => {}
        }
        if self.was_away && self.exit_code.is_some() {
            console::to_stderr(OUTPUT_MAY_BE_LOST);
        }
        let code = self.exit_code.or(self.trailer.as_ref().and_then(Trailer::status));
        match code {
            Some(code) => Ok(ExitCode::from(self.status(code))),
            None if self.interrupted && !end.is_agent_error() => Ok(ExitCode::from(INTERRUPTED)),
            None => Err(ExecError::NoStatus { reason: end.reason() }.into()),
        }
    }

    fn status(&self, code: i32) -> u8 {
        let by_signal = code == -1 || code == i32::from(TERMINATED);
        if self.interrupted && by_signal {
            INTERRUPTED
        } else {
            of_program(code)
        }
    }
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
