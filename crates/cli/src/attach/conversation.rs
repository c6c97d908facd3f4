//! The loop between a session and the user's terminal.

use std::collections::VecDeque;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use postern_model::SessionId;
use postern_session::{
    AgentWords, Session, SessionEnd, SessionError, SessionEvent, SessionEvents, SessionState, SessionType,
};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::escapes::{self, Escapes, Meaning};
use super::keyboard::{self, Typed};
use super::screen::{Backlog, Screen, Write};
use super::signals::{LeaveSignals, ResizeSignals};
use super::stdin_end::StdinEnd;
use super::terminal::{RawMode, current_size, is_interactive};
use super::voice::{Voice, notice};
use crate::console;
use crate::exec::of_program;
use crate::failure::Failure;

/// Typed chunks that the session has not taken yet. Beyond them the keyboard is not read, so that escapes still work
/// on a stuck session until some 1 MiB was pasted into it.
const QUEUED_INPUT: usize = 256;
/// Events taken in one turn. Signals and keys wait no longer than these take.
const EVENTS_AT_ONCE: usize = 64;
/// How long the end waits for a terminal that takes nothing, once the user has left.
const LAST_WRITES: Duration = Duration::from_secs(2);
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
    voice: Voice,
) -> Result<ExitCode, Failure> {
    let mut signals = LeaveSignals::listen().map_err(Failure::Terminal)?;
    let mut resizes = ResizeSignals::listen().map_err(Failure::Terminal)?;
    let screen = Screen::start().map_err(Failure::Terminal)?;
    tracing::debug!("signals are heard from here on");
    let mut conversation = Conversation::new(session, events, voice);
    let end = conversation.run(&screen, &mut signals, &mut resizes).await;
    conversation.print_the_rest(screen, &mut signals).await;
    // The terminal is itself again before anything is said about the end.
    conversation.raw = None;
    if let Err(Failure::Session(SessionError::Agent(words))) = &end {
        conversation.agent_failed(words);
    }
    conversation.farewell(end?)
}

struct Conversation {
    session: Session,
    events: SessionEvents,
    voice: Voice,
    interactive: bool,
    id: Option<SessionId>,
    /// Raw mode begins when the session is ready: before, Ctrl-C ends the program, as everywhere.
    raw: Option<RawMode>,
    keyboard: Option<mpsc::Receiver<Typed>>,
    escapes: Escapes,
    stdin_end: StdinEnd,
    typist: mpsc::Sender<Bytes>,
    to_type: VecDeque<Bytes>,
    to_print: Backlog,
    waiting_since: Option<Instant>,
    /// The link is down; the code of the reason that was told last.
    away: Option<&'static str>,
    exit_code: Option<i32>,
    /// A command without a terminal runs, which a first Ctrl-C interrupts.
    interruptible: bool,
    leaving: Option<Leaving>,
    /// When the user is told that leaving takes its time.
    say_how_to_leave_at: Option<Instant>,
}

/// Why the user's side ended the session.
#[derive(Clone, Copy)]
enum Leaving {
    Escape,
    Signal(&'static str),
    OutputClosed,
}

impl Leaving {
    /// A closed terminal brings several signals of its own; only a key is a wish.
    fn is_by_hand(self) -> bool {
        match self {
            Self::Escape => true,
            Self::Signal(name) => matches!(name, "SIGINT" | "Ctrl-C"),
            Self::OutputClosed => false,
        }
    }
}

/// What happened in one turn of the loop.
enum Turn {
    Event(Option<SessionEvent>),
    Typed(Option<Typed>),
    Quiet(Vec<u8>),
    Resized,
    Slow,
    /// AWS has not answered the wish to leave yet.
    EndIsSlow,
    Leave(Leaving),
    /// Something moved on; look again.
    Moved,
}

impl Conversation {
    fn new(session: Session, events: SessionEvents, voice: Voice) -> Self {
        let interactive = is_interactive();
        let (typist, to_session) = mpsc::channel(QUEUED_INPUT);
        tokio::spawn(type_into(session.clone(), to_session));
        Self {
            session,
            events,
            voice,
            interactive,
            id: None,
            raw: None,
            keyboard: None,
            escapes: if interactive {
                Escapes::on()
            } else {
                Escapes::off()
            },
            stdin_end: StdinEnd::not_yet(),
            typist,
            to_type: VecDeque::new(),
            to_print: Backlog::new(),
            waiting_since: None,
            away: None,
            exit_code: None,
            interruptible: false,
            leaving: None,
            say_how_to_leave_at: None,
        }
    }

    async fn run(
        &mut self,
        screen: &Screen,
        signals: &mut LeaveSignals,
        resizes: &mut ResizeSignals,
    ) -> Result<SessionEnd, Failure> {
        loop {
            match self.turn(screen, signals, resizes).await {
                Turn::Moved => {}
                Turn::Event(first) => {
                    if let Some(end) = self.take(first)? {
                        return Ok(end);
                    }
                }
                Turn::Typed(Some(Typed::Bytes(keys))) => self.typed(&keys)?,
                Turn::Typed(Some(Typed::Resized(size))) => self.session.resize(size),
                Turn::Typed(None) => self.input_ended()?,
                Turn::Quiet(keys) => self.to_type.push_back(keys.into()),
                Turn::Resized => {
                    if let Some(size) = current_size() {
                        self.session.resize(size);
                    }
                }
                Turn::Slow => {
                    self.waiting_since = None;
                    let text = format!(
                        "The agent has not answered yet, still waiting. {}",
                        self.way_out()
                    );
                    self.say(&text);
                }
                Turn::EndIsSlow => {
                    self.say_how_to_leave_at = None;
                    let text = format!("Waiting for AWS to end the session. {}", self.way_out_at_once());
                    self.say(&text);
                }
                Turn::Leave(why) => self.leave(why)?,
            }
        }
    }

    /// Waits for the next thing to do. Output that is not printed holds back the session's events, and keys that are
    /// not taken hold back the keyboard; signals and escapes are heard all the same.
    async fn turn(
        &mut self,
        screen: &Screen,
        signals: &mut LeaveSignals,
        resizes: &mut ResizeSignals,
    ) -> Turn {
        let (printed, has_room) = (self.to_print.is_empty(), self.to_print.has_room());
        let slow_at = self.waiting_since.map(|since| since + AGENT_IS_SLOW);
        let left = self.leaving.is_some();
        let end_is_slow_at = self.say_how_to_leave_at;
        let connected = self.away.is_none();
        let Self {
            events,
            keyboard,
            typist,
            to_type,
            to_print,
            stdin_end,
            ..
        } = self;
        tokio::select! {
            signal = signals.next() => Turn::Leave(Leaving::Signal(signal)),
            room = screen.writes().reserve(), if !printed && !matches!(self.leaving, Some(Leaving::OutputClosed)) => match room {
                Ok(room) => {
                    if let Some(write) = to_print.pop() {
                        room.send(write);
                    }
                    Turn::Moved
                }
                Err(_closed) => {
                    to_print.clear();
                    Turn::Leave(Leaving::OutputClosed)
                }
            },
            event = events.next(), if has_room || left => Turn::Event(event),
            room = typist.reserve(), if !to_type.is_empty() => {
                match (room, to_type.pop_front()) {
                    (Ok(room), Some(keys)) => room.send(keys),
                    // The session is over; its last event is on its way.
                    (Err(_), _) | (Ok(_), None) => to_type.clear(),
                }
                Turn::Moved
            }
            typed = next_typed(keyboard), if to_type.is_empty() => Turn::Typed(typed),
            keys = stdin_end.quiet(), if connected => Turn::Quiet(keys),
            () = resizes.next() => Turn::Resized,
            () = at(slow_at), if !left => Turn::Slow,
            () = at(end_is_slow_at) => Turn::EndIsSlow,
        }
    }

    /// Takes an event and those that are there already: in a flood, a turn costs more than an event. Answers the end.
    fn take(&mut self, first: Option<SessionEvent>) -> Result<Option<SessionEnd>, Failure> {
        let (mut event, mut taken) = (first, 1);
        loop {
            match event {
                Some(SessionEvent::State(SessionState::Ended(end))) => return Ok(Some(end)),
                Some(SessionEvent::State(SessionState::Failed(error))) => return Err(error.into()),
                Some(event) => self.happened(event)?,
                None => return Err(SessionError::Crashed.into()),
            }
            if taken == EVENTS_AT_ONCE || !self.to_print.has_room() {
                return Ok(None);
            }
            let Some(next) = self.events.next().now_or_never() else {
                return Ok(None);
            };
            (event, taken) = (next, taken + 1);
        }
    }

    fn happened(&mut self, event: SessionEvent) -> Result<(), Failure> {
        match event {
            SessionEvent::State(state) => self.state(state)?,
            SessionEvent::Output(bytes) => {
                self.stdin_end.printed();
                self.to_print.push(Write::Out(bytes));
            }
            SessionEvent::StdErr(bytes) => {
                self.stdin_end.printed();
                self.to_print.push(Write::Err(bytes));
            }
            SessionEvent::ExitCode(code) => {
                self.exit_code = Some(code);
                self.to_print.extend(self.voice.exit_code(code));
            }
            SessionEvent::Message(text) => {
                let message = self.voice.message(&text, self.raw.is_some());
                self.to_print.push(message);
            }
            // Neither is asked for.
            SessionEvent::Flag(_) | SessionEvent::Saved(_) => {}
        }
        Ok(())
    }

    fn state(&mut self, state: SessionState) -> Result<(), Failure> {
        match state {
            SessionState::Opening { session } => {
                self.to_print.push(self.voice.starting(&session));
                self.id = Some(session);
            }
            SessionState::Waiting { .. } => self.waiting_since = Some(Instant::now()),
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
                if let (Some(encryption), Voice::Postern) = (encryption, self.voice) {
                    self.say(&format!("Encrypted with the KMS key {}.", encryption.key_arn));
                }
            }
            SessionState::Resuming { last_error, .. } => self.resuming(last_error.as_ref()),
            SessionState::Resumed => {
                self.away = None;
                self.say("The link is back.");
            }
            SessionState::Paused => self.say("The agent is away for the moment."),
            SessionState::Unpaused => self.say("The agent is back."),
            SessionState::Starting | SessionState::Ended(_) | SessionState::Failed(_) => {}
        }
        Ok(())
    }

    /// Says once what is going on, and again when the reason changes.
    fn resuming(&mut self, error: Option<&SessionError>) {
        let Some(error) = error else { return };
        let code = error.code();
        if self.away == Some(code) {
            return;
        }
        let text = match self.away {
            None => format!("No link, resuming: {error} {}", self.way_out()),
            Some(_) => format!("Still resuming: {error} {}", error.next_step()),
        };
        self.away = Some(code);
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
    fn leave(&mut self, why: Leaving) -> Result<(), Failure> {
        let by_signal = matches!(why, Leaving::Signal(_)) && why.is_by_hand();
        if std::mem::take(&mut self.interruptible) && by_signal && self.leaving.is_none() {
            self.to_type.push_back(CTRL_C);
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
            self.raw = Some(RawMode::enter()?);
            // It may have changed before anybody listened.
            if let Some(size) = current_size() {
                self.session.resize(size);
            }
        }
        self.keyboard = Some(keyboard::start()?);
        Ok(())
    }

    fn typed(&mut self, keys: &[u8]) -> Result<(), Failure> {
        self.stdin_end.typed(keys);
        for meaning in self.escapes.read(keys) {
            match meaning {
                Meaning::Type(keys) => self.to_type.push_back(keys.into()),
                Meaning::Help => self.say(escapes::HELP),
                Meaning::Leave => self.leave(Leaving::Escape)?,
            }
        }
        Ok(())
    }

    /// A terminal that ends has hung up; a file or pipe that ends is a shell's Ctrl-D.
    fn input_ended(&mut self) -> Result<(), Failure> {
        self.keyboard = None;
        if self.interactive && self.leaving.is_none() {
            self.leave(Leaving::Signal("the end of the terminal"))?;
        } else if !self.interactive {
            self.stdin_end.came();
        }
        Ok(())
    }

    /// Waits until everything is printed, however slow the reader; only somebody who decided to leave, or does now,
    /// waits but a moment.
    async fn print_the_rest(&mut self, screen: Screen, signals: &mut LeaveSignals) {
        let patience = self.leaving.map(|_| Instant::now() + LAST_WRITES);
        tokio::select! {
            _taken = screen.finish(&mut self.to_print) => {}
            _ = signals.next() => {}
            () = at(patience) => {}
        }
    }

    /// Scripts of the official plugin look for the agent's words on standard output.
    fn agent_failed(&self, words: &AgentWords) {
        let end = SessionEnd::Closed {
            output: words.as_str().to_owned(),
        };
        if let (Voice::Plugin, Some(id)) = (self.voice, &self.id) {
            let _nobody_reads = self.voice.exiting(id, &end).now();
        }
    }

    fn farewell(&self, end: SessionEnd) -> Result<ExitCode, Failure> {
        let words = self.id.as_ref().map(|id| self.voice.exiting(id, &end));
        let outcome = match self.leaving {
            Some(Leaving::Signal(signal)) if end == SessionEnd::LeftBehind => {
                Err(Failure::LeftBehind { signal: Some(signal) })
            }
            Some(_) if end == SessionEnd::LeftBehind => Err(Failure::LeftBehind { signal: None }),
            Some(Leaving::Signal(signal)) => Err(Failure::Signal(signal)),
            Some(Leaving::OutputClosed) => Err(Failure::OutputClosed),
            Some(Leaving::Escape) => Ok(ExitCode::SUCCESS),
            None if end == SessionEnd::GoneWhileAway => Err(Failure::End(end)),
            None => Ok(self
                .exit_code
                .map_or(ExitCode::SUCCESS, |code| of_program(code).into())),
        };
        match (words, self.voice, &outcome) {
            // The failure says it all.
            (None, _, _) | (Some(_), Voice::Postern, Err(_)) => {}
            (Some(words), Voice::Postern, Ok(_)) | (Some(words), Voice::Plugin, _) => {
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

/// Types in a task of its own: a session that holds as much as it may must not stop the loop.
async fn type_into(session: Session, mut keys: mpsc::Receiver<Bytes>) {
    while let Some(keys) = keys.recv().await {
        if session.send_input(keys).await.is_err() {
            return;
        }
    }
}

async fn next_typed(keyboard: &mut Option<mpsc::Receiver<Typed>>) -> Option<Typed> {
    match keyboard {
        Some(keyboard) => keyboard.recv().await,
        None => std::future::pending().await,
    }
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
