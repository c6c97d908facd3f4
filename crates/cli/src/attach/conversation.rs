//! A session in the user's terminal, or between pipes: what its events and the user's keys and signals mean.

use std::collections::BTreeMap;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use postern_aws::Terminal;
use postern_forward::ForwardError;
use postern_model::SessionId;
use postern_protocol::PortMode;
use postern_session::{
    AgentWords, Session, SessionEnd, SessionError, SessionEvent, SessionEvents, SessionState, SessionType,
};
use tokio::time::Instant;

use super::escapes::{self, InputAction};
use super::handover::{Attached, PortHandover};
use super::input::{Input, InputEvent};
use super::leaving::{self, LeaveReason};
use super::stream_end::{StreamEnd, StreamStart};
use super::terminal::{RawMode, current_size, is_interactive};
use crate::console;
use crate::failure::Failure;
use crate::foreground::{
    Backlog, Foreground, ForegroundLoop, LeaveSignals, LoopEnd, Outage, OutageReport, ResizeSignals, Write,
    at,
};
use crate::wording::{AGENT_IS_AWAY, AGENT_IS_BACK, LINK_IS_BACK, Wording, not_connected_yet, notice};

/// When the user is told that the end takes its time.
const END_IS_SLOW: Duration = Duration::from_secs(1);
/// When the user is told that the agent takes its time.
const AGENT_IS_SLOW: Duration = Duration::from_secs(30);
/// The agent turns this byte into SIGINT where a command has no terminal.
const CTRL_C: Bytes = Bytes::from_static(b"\x03");

/// Runs `session` in this process's terminal, or between its pipes, until it ends.
pub(crate) async fn attach(
    session: Session,
    events: SessionEvents,
    wording: Wording,
) -> Result<ExitCode, Failure> {
    match attach_or_hand_over(session, events, wording).await? {
        Attached::Over(status) => Ok(status),
        Attached::Ports(_) => Err(Failure::Forward(Arc::new(ForwardError::NoPortSession))),
    }
}

/// Runs `session` until it ends, or gives it back where it turns out to forward ports.
pub(crate) async fn attach_or_hand_over(
    session: Session,
    events: SessionEvents,
    wording: Wording,
) -> Result<Attached, Failure> {
    let mut foreground = ForegroundLoop::start(events)?;
    let mut conversation = Conversation::new(session, wording).map_err(Failure::Terminal)?;
    let end = match foreground.run(&mut conversation).await {
        Ok(LoopEnd::Over(end)) => Ok(end),
        Ok(LoopEnd::HandedOver) => {
            let (events, signals) = foreground.hand_over(&mut conversation).await;
            return conversation.hand_over(events, signals);
        }
        Err(failure) => Err(failure),
    };
    let _nobody_reads = foreground.print_the_rest(&mut conversation).await;
    // The terminal is itself again before anything is said about the end.
    conversation.raw = None;
    if let Err(Failure::Session(SessionError::Agent(words))) = &end {
        conversation.agent_failed(words);
    }
    conversation.outcome(end?).map(Attached::Over)
}

struct Conversation {
    session: Session,
    wording: Wording,
    interactive: bool,
    id: Option<SessionId>,
    /// Raw mode begins when the session is ready: before, Ctrl-C ends the program, as everywhere.
    raw: Option<RawMode>,
    input: Input,
    resizes: ResizeSignals,
    to_print: Backlog,
    waiting_since: Option<Instant>,
    outage: Outage,
    exit_code: Option<i32>,
    /// A command without a terminal runs, which a first Ctrl-C interrupts.
    interruptible: bool,
    /// The two streams are those of a connection, and nobody types.
    is_stream: bool,
    stream_start: StreamStart,
    stream_end: StreamEnd,
    /// The session forwards ports: what made it ready, and what the agent says of the port.
    ports: Option<(SessionEvent, BTreeMap<String, String>)>,
    leaving: Option<LeaveReason>,
    /// When the user is told that leaving takes its time.
    say_how_to_leave_at: Option<Instant>,
}

/// What can happen besides the session's events and signals.
enum Happening {
    Input(InputEvent),
    Resized,
    AgentIsSlow,
    /// AWS has not answered the wish to leave yet.
    EndIsSlow,
    /// A stream whose input has ended may be over.
    StreamIsQuiet,
    /// The first input of a stream should have arrived.
    StreamIsUnanswered,
}

impl Foreground for Conversation {
    type Happening = Happening;

    async fn next(&mut self) -> Happening {
        let slow_at = self.waiting_since.map(|since| since + AGENT_IS_SLOW);
        let end_is_slow_at = self.say_how_to_leave_at;
        let (connected, leaving) = (!self.outage.lasts(), self.is_leaving());
        let quiet_at = self.stream_end.quiet_at();
        let unanswered_at = self.stream_start.unanswered_at();
        tokio::select! {
            event = self.input.next(connected) => Happening::Input(event),
            () = self.resizes.next() => Happening::Resized,
            () = at(slow_at), if !leaving => Happening::AgentIsSlow,
            () = at(end_is_slow_at) => Happening::EndIsSlow,
            () = at(quiet_at), if connected && !leaving => Happening::StreamIsQuiet,
            () = at(unanswered_at), if connected && !leaving => Happening::StreamIsUnanswered,
        }
    }

    fn happened(&mut self, happening: Happening) -> Result<(), Failure> {
        match happening {
            Happening::Input(InputEvent::Moved) => {}
            Happening::Input(InputEvent::Keys(keys)) => self.typed(&keys)?,
            Happening::Input(InputEvent::Resized(size)) => self.session.resize(size),
            Happening::Input(InputEvent::Ended) => self.input_ended()?,
            Happening::Resized => self.resize(),
            Happening::AgentIsSlow => {
                self.waiting_since = None;
                let text = format!(
                    "The agent has not answered yet, still waiting. {}",
                    self.way_out()
                );
                self.say(&text);
            }
            Happening::EndIsSlow => {
                self.say_how_to_leave_at = None;
                let text = format!("Waiting for AWS to end the session. {}", self.way_out_at_once());
                self.say(&text);
            }
            Happening::StreamIsQuiet => self.stream_is_quiet()?,
            Happening::StreamIsUnanswered => {
                self.stream_start.answered();
                if *self.session.acknowledged().borrow() == 0 {
                    self.leave(LeaveReason::Unanswered)?;
                }
            }
        }
        Ok(())
    }

    fn event(&mut self, event: SessionEvent) -> Result<(), Failure> {
        match event {
            SessionEvent::State(state) => self.state(state)?,
            SessionEvent::Output(bytes) => {
                self.input.printed();
                self.stream_start.answered();
                self.stream_end.moved();
                self.to_print.push(Write::Out(bytes));
            }
            SessionEvent::StdErr(bytes) => {
                self.input.printed();
                self.to_print.push(Write::Err(bytes));
            }
            SessionEvent::ExitCode(code) => {
                self.exit_code = Some(code);
                self.to_print.extend(self.wording.exit_code(code));
            }
            SessionEvent::Message(text) => {
                let message = self.wording.message(&text, self.raw.is_some());
                self.to_print.push(message);
            }
            // Neither is asked for.
            SessionEvent::Flag(_) | SessionEvent::Saved(_) => {}
        }
        Ok(())
    }

    fn signal(&mut self, name: &'static str) -> Result<(), Failure> {
        self.leave(LeaveReason::Signal(name))
    }

    fn output_closed(&mut self) -> Result<(), Failure> {
        self.leave(LeaveReason::OutputClosed)
    }

    fn is_leaving(&self) -> bool {
        self.leaving.is_some()
    }

    fn hands_over(&self) -> bool {
        self.ports.is_some()
    }

    fn to_print(&mut self) -> &mut Backlog {
        &mut self.to_print
    }
}

impl Conversation {
    fn new(session: Session, wording: Wording) -> io::Result<Self> {
        let interactive = is_interactive();
        Ok(Self {
            input: Input::to(session.clone(), interactive),
            session,
            wording,
            interactive,
            id: None,
            raw: None,
            resizes: ResizeSignals::listen()?,
            to_print: Backlog::new(),
            waiting_since: None,
            outage: Outage::default(),
            exit_code: None,
            interruptible: false,
            is_stream: false,
            stream_start: StreamStart::default(),
            stream_end: StreamEnd::not_yet(),
            ports: None,
            leaving: None,
            say_how_to_leave_at: None,
        })
    }

    fn state(&mut self, state: SessionState) -> Result<(), Failure> {
        match state {
            SessionState::Opening { session } => {
                self.to_print.extend(self.wording.starting(&session));
                self.id = Some(session);
            }
            SessionState::Waiting { .. } => self.waiting_since = Some(Instant::now()),
            SessionState::Ready {
                session,
                session_type:
                    SessionType::Port {
                        agent_version,
                        properties,
                    },
                encryption,
            } => {
                self.waiting_since = None;
                if PortMode::of(&properties, &agent_version) == PortMode::StandardStream {
                    return self.open_stream();
                }
                let ready = SessionState::Ready {
                    session,
                    session_type: SessionType::Port {
                        agent_version,
                        properties: properties.clone(),
                    },
                    encryption,
                };
                self.ports = Some((SessionEvent::State(ready), properties));
            }
            SessionState::Ready {
                session_type,
                encryption,
                ..
            } => {
                self.waiting_since = None;
                if session_type == SessionType::NonInteractiveCommands {
                    // It takes no input, and its Ctrl-C comes as a signal.
                    self.interruptible = true;
                } else {
                    self.open_keyboard().map_err(Failure::Terminal)?;
                }
                if let (Some(encryption), Wording::Postern) = (encryption, self.wording) {
                    self.say(&format!("Encrypted with the KMS key {}.", encryption.key_arn));
                }
            }
            SessionState::Resuming {
                last_error: Some(error),
                ..
            } => self.resuming(&error),
            SessionState::Resumed => {
                self.outage.is_over();
                self.say(LINK_IS_BACK);
            }
            SessionState::Paused => self.say(AGENT_IS_AWAY),
            SessionState::Unpaused => self.say(AGENT_IS_BACK),
            SessionState::NotConnectedYet { attempts, waited } => {
                if let Some(text) = not_connected_yet(attempts, waited) {
                    self.say(&text);
                }
            }
            SessionState::Starting
            | SessionState::Resuming { last_error: None, .. }
            | SessionState::Ended(_)
            | SessionState::Failed(_) => {}
        }
        Ok(())
    }

    /// Says once what is going on, and again when the reason changes.
    fn resuming(&mut self, error: &SessionError) {
        let text = match self.outage.failed(error) {
            OutageReport::Begins => format!("No link, resuming: {error} {}", self.way_out()),
            OutageReport::ReasonChanged => format!("Still resuming: {error} {}", error.next_step()),
            OutageReport::Known => return,
        };
        self.say(&text);
    }

    fn way_out(&self) -> &'static str {
        if self.raw.is_some() {
            "(~. after Enter gives up)"
        } else {
            "(Ctrl-C gives up)"
        }
    }

    fn way_out_at_once(&self) -> &'static str {
        if self.raw.is_some() {
            "(~. again leaves at once)"
        } else {
            "(Ctrl-C again leaves at once)"
        }
    }

    /// Ends the session. Who was told that this takes its time and asks again does not wait for AWS's answer.
    fn leave(&mut self, why: LeaveReason) -> Result<(), Failure> {
        let by_signal = matches!(why, LeaveReason::Signal(_)) && why.is_by_hand();
        if std::mem::take(&mut self.interruptible) && by_signal && self.leaving.is_none() {
            self.input.type_in(CTRL_C);
            return Ok(());
        }
        if self.leaving.is_none() {
            self.leaving = Some(why);
            self.say_how_to_leave_at = Some(Instant::now() + END_IS_SLOW);
            self.session.terminate();
            return Ok(());
        }
        let was_told = self.say_how_to_leave_at.is_none();
        if was_told && why.is_by_hand() {
            Err(Failure::LeftAtOnce)
        } else {
            Ok(())
        }
    }

    fn say(&mut self, text: &str) {
        self.to_print.push(notice(text, self.raw.is_some()));
    }

    fn open_keyboard(&mut self) -> io::Result<()> {
        if self.interactive {
            // Whoever was asked for a code there would lose the session's keys to the question.
            Terminal::of_this_program().take_for_good();
            self.raw = Some(RawMode::enter()?);
            // It may have changed before anybody listened.
            self.resize();
        }
        self.input.open()
    }

    /// Bytes go as they are, whatever standard input is.
    fn open_stream(&mut self) -> Result<(), Failure> {
        self.is_stream = true;
        self.input.read_as_it_is();
        self.input.open().map_err(Failure::Terminal)
    }

    fn stream_is_quiet(&mut self) -> Result<(), Failure> {
        if self.stream_end.is_reached(*self.session.acknowledged().borrow()) {
            self.leave(LeaveReason::StreamEnded)
        } else {
            Ok(())
        }
    }

    /// The session is for somebody else: as if it had just become ready.
    fn hand_over(self, mut events: SessionEvents, signals: LeaveSignals) -> Result<Attached, Failure> {
        let (Some(id), Some((ready, properties))) = (self.id, self.ports) else {
            return Err(SessionError::Crashed.into());
        };
        events.put_back(ready);
        Ok(Attached::Ports(Box::new(PortHandover {
            session: self.session,
            id,
            events,
            signals,
            properties,
        })))
    }

    fn resize(&self) {
        if let Some(size) = current_size() {
            self.session.resize(size);
        }
    }

    fn typed(&mut self, keys: &[u8]) -> Result<(), Failure> {
        if self.is_stream {
            self.stream_start.typed();
        }
        for meaning in self.input.read(keys) {
            match meaning {
                InputAction::Type(keys) => self.input.type_in(keys.into()),
                InputAction::Help => self.say(escapes::HELP),
                InputAction::Leave => self.leave(LeaveReason::Escape)?,
            }
        }
        Ok(())
    }

    /// A terminal that ends has hung up; a file or pipe that ends is a shell's Ctrl-D.
    fn input_ended(&mut self) -> Result<(), Failure> {
        self.input.close();
        if self.is_stream {
            self.stream_end.came(*self.session.acknowledged().borrow());
        } else if self.interactive && self.leaving.is_none() {
            self.leave(LeaveReason::Signal("the end of the terminal"))?;
        } else if !self.interactive {
            self.input.type_end();
        }
        Ok(())
    }

    /// Scripts of the official plugin look for the agent's words on standard output.
    fn agent_failed(&self, words: &AgentWords) {
        let end = SessionEnd::Closed {
            output: words.as_str().to_owned(),
        };
        if let (Wording::Plugin, Some(id)) = (self.wording, &self.id) {
            let _nobody_reads = self.wording.exiting(id, &end).now();
        }
    }

    /// Says how it ended, and gives the exit status.
    fn outcome(&self, end: SessionEnd) -> Result<ExitCode, Failure> {
        // Behind the last byte of a stream nothing may follow.
        let id = self.id.as_ref().filter(|_| !self.is_stream);
        let words = id.map(|id| self.wording.exiting(id, &end));
        let outcome = leaving::outcome(self.leaving, end, self.is_stream, self.exit_code);
        match (words, self.wording, &outcome) {
            // The failure says it all.
            (None, _, _) | (Some(_), Wording::Stream, _) | (Some(_), Wording::Postern, Err(_)) => {}
            (Some(words), Wording::Postern, Ok(_)) | (Some(words), Wording::Plugin, _) => {
                let say = move || {
                    let _nobody_reads = words.now();
                };
                if self.leaving.is_some() {
                    console::briefly(say)
                } else {
                    say()
                }
            }
        }
        outcome
    }
}
