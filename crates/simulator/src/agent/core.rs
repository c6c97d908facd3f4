//! The agent's worker of one session as a pure state machine: frames, program output and time in; frames and orders to
//! the program out. It has the real agent's weaknesses (amazon-ssm-agent of October 2024), because a client is right
//! only when it works against them.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use postern_protocol::{Acknowledge, JsonPayload as _, Message, MessageKind, Moment, PayloadType};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::AgentTiming;
use super::frame::{self, ReadFrame};
use super::handshake;
use super::inbox::{Inbox, Place};
use super::outbox::Outbox;
use super::reader::Reader;

/// Stream data with number 0 carries SYN.
const FLAG_SYN: u64 = 1;
/// Acknowledgements carry SYN and FIN.
const FLAGS_ACKNOWLEDGE: u64 = 3;
/// The real agent's words (observed).
const HANDSHAKE_TIMED_OUT: &str =
    "Handshake timed out. Please ensure that you have the latest version of the session manager plugin.";

/// What the session is for, and with it whether there is a handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentSession {
    /// `Standard_Stream`: a shell in a terminal, no handshake.
    Shell,
    /// `InteractiveCommands`: one command in a terminal, no handshake.
    InteractiveCommand,
    /// `NonInteractiveCommands`: one command without terminal and input, with a handshake.
    NonInteractiveCommand {
        /// Standard error travels on its own and the exit code is told.
        separate_output: bool,
    },
}

impl AgentSession {
    /// The name on the wire.
    #[must_use]
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Shell => "Standard_Stream",
            Self::InteractiveCommand => "InteractiveCommands",
            Self::NonInteractiveCommand { .. } => "NonInteractiveCommands",
        }
    }

    fn has_terminal(self) -> bool {
        match self {
            Self::Shell | Self::InteractiveCommand => true,
            Self::NonInteractiveCommand { .. } => false,
        }
    }

    fn separate_output(self) -> bool {
        match self {
            Self::Shell | Self::InteractiveCommand => false,
            Self::NonInteractiveCommand { separate_output } => separate_output,
        }
    }
}

/// What a worker is made from.
#[derive(Debug, Clone)]
pub struct AgentConfig {
    /// What the session is for.
    pub session: AgentSession,
    /// The delays.
    pub timing: AgentTiming,
    /// What the HandshakeRequest says, such as `3.3.987.0`.
    pub agent_version: String,
    /// The real agent does not compare the digest of input with its payload and executes a corrupted one; true makes
    /// this agent drop it instead, for tests that corrupt input on the way.
    pub checks_digest: bool,
    /// Message ids derive from it.
    pub seed: u64,
}

/// What the worker wants done outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgentEvent {
    /// Start the program, then call [`AgentCore::program_started`] or [`AgentCore::program_ended`].
    Start,
    /// Bytes for the program's terminal.
    Input(Bytes),
    /// The terminal's new size in character cells.
    Resize {
        /// Columns, cut to 16 bits as the agent does; may be 0.
        cols: u16,
        /// Rows, likewise.
        rows: u16,
    },
    /// Interrupt the program (SIGINT).
    Interrupt,
    /// Make the program quit (SIGQUIT).
    Quit,
    /// Kill the program; nothing of it is wanted any more.
    Kill,
    /// The session is over; `output` is the text for `channel_closed`, empty after a normal end. Always the last event.
    Ended {
        /// Why, in the agent's words.
        output: String,
    },
}

/// How the program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgramEnd {
    /// With this exit code.
    Exited(i32),
    /// By a signal.
    Killed,
    /// It could not be started, for this reason.
    NotStarted(String),
}

/// The worker of one session. Mutate it, then drain [`AgentCore::poll_transmit`] and [`AgentCore::poll_event`].
#[derive(Debug)]
pub struct AgentCore {
    config: AgentConfig,
    stage: Stage,
    inbox: Inbox,
    outbox: Outbox,
    reader: Reader,
    paused: bool,
    /// The reader of the data channel is stuck for good.
    deaf: bool,
    interrupted: bool,
    next_scan: Duration,
    ids: ChaCha8Rng,
    transmit: VecDeque<Bytes>,
    events: VecDeque<AgentEvent>,
}

/// Where the session stands.
#[derive(Debug)]
enum Stage {
    /// No handshake, but not ready either: input is acknowledged and lost.
    Joining { ready_at: Duration },
    /// The HandshakeRequest is out: input is acknowledged and lost.
    AwaitingResponse { since: Duration },
    /// The response is accepted, HandshakeComplete not yet sent: input is still acknowledged and lost.
    Settling {
        since: Duration,
        ready_at: Duration,
        customer_message: &'static str,
    },
    /// The program is asked for: a terminal session refuses input silently until it is there.
    Starting,
    /// The program runs.
    Running,
    /// The program is gone, its last output is not read yet.
    Draining { end: ProgramEnd },
    /// The text of a failed start is still to come.
    LateError { at: Duration, text: String },
    /// Everything is sent; outstanding acknowledgements are awaited for a while.
    Closing { deadline: Duration },
    /// Over.
    Ended,
}

/// What became of a message that was due.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// Processed (or thrown away): acknowledged.
    Taken,
    /// Not acknowledged; everything behind it waits.
    Refused,
}

impl AgentCore {
    /// A worker that joins its data channel now.
    #[must_use]
    pub fn new(now: Moment, config: AgentConfig) -> Self {
        let mut core = Self {
            stage: Stage::Joining {
                ready_at: now.monotonic + config.timing.join_delay,
            },
            inbox: Inbox::default(),
            outbox: Outbox::new(),
            reader: Reader::new(now.monotonic, config.timing.read_pause),
            paused: false,
            deaf: false,
            interrupted: false,
            next_scan: now.monotonic + config.timing.retransmit_scan,
            ids: ChaCha8Rng::seed_from_u64(config.seed),
            transmit: VecDeque::new(),
            events: VecDeque::new(),
            config,
        };
        if !core.config.session.has_terminal() {
            let request = handshake::request(&core.config.agent_version, core.config.session.wire_name());
            core.send_stream(now, PayloadType::HandshakeRequest, request);
            core.stage = Stage::AwaitingResponse { since: now.monotonic };
        }
        core.handle_timeout(now);
        core
    }

    /// One WebSocket message from the gateway. Frames that the agent cannot read are dropped without a word.
    pub fn handle_frame(&mut self, now: Moment, bytes: &Bytes) {
        if self.deaf || matches!(self.stage, Stage::Ended) {
            return;
        }
        match frame::read(bytes, self.config.checks_digest) {
            ReadFrame::Message(message) => self.handle_message(now, message),
            ReadFrame::Unreadable => {}
            ReadFrame::Fatal => self.deaf = true,
        }
        self.handle_timeout(now);
    }

    /// The program is up: input reaches it, and its terminal is read after `first_read_delay`.
    pub fn program_started(&mut self, now: Moment) {
        if !matches!(self.stage, Stage::Starting) {
            return;
        }
        let delay = if self.config.session.has_terminal() {
            self.config.timing.first_read_delay
        } else {
            Duration::ZERO
        };
        self.reader = Reader::new(now.monotonic + delay, self.config.timing.read_pause);
        self.stage = Stage::Running;
        self.play_held(now);
        self.handle_timeout(now);
    }

    /// How many bytes of output (or of standard error) the program can write before it stands still.
    #[must_use]
    pub fn output_room(&self, kind: OutputKind) -> usize {
        self.reader.room(kind.payload_type())
    }

    /// The program wrote `bytes`; answers how many were taken, at most [`AgentCore::output_room`].
    pub fn program_output(&mut self, now: Moment, kind: OutputKind, bytes: &[u8]) -> usize {
        let taken = self.reader.take(kind.payload_type(), bytes);
        self.handle_timeout(now);
        taken
    }

    /// The program is gone and all its output was given.
    pub fn program_ended(&mut self, now: Moment, end: ProgramEnd) {
        match self.stage {
            Stage::Starting | Stage::Running => self.stage = Stage::Draining { end },
            Stage::Joining { .. }
            | Stage::AwaitingResponse { .. }
            | Stage::Settling { .. }
            | Stage::Draining { .. }
            | Stage::LateError { .. }
            | Stage::Closing { .. }
            | Stage::Ended => {}
        }
        self.handle_timeout(now);
    }

    /// The control channel orders the end: the program is killed and nothing more is sent.
    pub fn terminate(&mut self) {
        self.end(String::new());
    }

    /// Does what is due at `now`.
    pub fn handle_timeout(&mut self, now: Moment) {
        self.resend(now);
        while self.step(now) {}
    }

    /// When [`AgentCore::handle_timeout`] wants to be called, on the monotonic clock.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Duration> {
        let scan = (!self.outbox.is_empty() && !self.paused && !matches!(self.stage, Stage::Ended))
            .then_some(self.next_scan);
        let stage = match &self.stage {
            Stage::Joining { ready_at } | Stage::Settling { ready_at, .. } => Some(*ready_at),
            Stage::AwaitingResponse { since } => Some(*since + self.config.timing.handshake_limit),
            Stage::LateError { at, .. } => Some(*at),
            Stage::Closing { deadline } => Some(*deadline),
            Stage::Running | Stage::Draining { .. } if self.reads() => self.reader.next_read_at(),
            Stage::Running | Stage::Draining { .. } | Stage::Starting | Stage::Ended => None,
        };
        scan.into_iter().chain(stage).min()
    }

    /// The next frame for the gateway.
    pub fn poll_transmit(&mut self) -> Option<Bytes> {
        self.transmit.pop_front()
    }

    /// The next order for the outside.
    pub fn poll_event(&mut self) -> Option<AgentEvent> {
        self.events.pop_front()
    }

    /// How many output messages wait for their acknowledgement.
    #[must_use]
    pub fn unacknowledged(&self) -> usize {
        self.outbox.len()
    }

    /// Whether the agent neither reads its program nor sends again, because no client is there.
    #[must_use]
    pub fn is_paused(&self) -> bool {
        self.paused
    }

    /// Whether the session is over.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        matches!(self.stage, Stage::Ended)
    }

    fn handle_message(&mut self, now: Moment, message: Message) {
        match message.kind {
            MessageKind::InputStreamData => {
                self.paused = false;
                self.handle_input(now, message);
            }
            MessageKind::Acknowledge => {
                self.paused = false;
                if let Some(sequence) = frame::acknowledged_sequence(&message.payload) {
                    self.outbox.acknowledge(now.monotonic, sequence);
                }
            }
            MessageKind::PausePublication => self.pause(),
            MessageKind::StartPublication => self.paused = false,
            MessageKind::ChannelClosed => self.end(String::new()),
            MessageKind::OutputStreamData | MessageKind::Other(_) => {}
        }
    }

    /// A command whose output streams are separate does not read on after a pause: the rest of its output is lost.
    fn pause(&mut self) {
        self.paused = true;
        let reads = matches!(self.stage, Stage::Running | Stage::Draining { .. });
        if reads && self.config.session.separate_output() {
            self.reader.give_up();
        }
    }

    fn handle_input(&mut self, now: Moment, message: Message) {
        match self.inbox.place(message.sequence) {
            Place::Known => self.acknowledge(now, &message),
            Place::Early => {
                if self.inbox.hold(message.clone()) {
                    self.acknowledge(now, &message);
                }
            }
            Place::Next => {
                if self.process(now, &message) == Verdict::Taken {
                    self.acknowledge(now, &message);
                    self.inbox.advance();
                    self.play_held(now);
                }
            }
        }
    }

    /// Messages that came early and are due now; they were acknowledged when they came.
    fn play_held(&mut self, now: Moment) {
        while let Some(message) = self.inbox.held_next().cloned() {
            if self.deaf || self.process(now, &message) == Verdict::Refused {
                return;
            }
            self.inbox.advance();
        }
    }

    fn process(&mut self, now: Moment, message: &Message) -> Verdict {
        let is_response = message.payload_type == PayloadType::HandshakeResponse;
        let has_terminal = self.config.session.has_terminal();
        match &self.stage {
            Stage::AwaitingResponse { since } if is_response => {
                self.take_response(now, *since, &message.payload)
            }
            Stage::Joining { .. } | Stage::AwaitingResponse { .. } => Verdict::Taken,
            // A second response with its own number blocks the agent's reader for good.
            Stage::Settling { .. } | Stage::Starting | Stage::Running if is_response && !has_terminal => {
                self.deaf = true;
                Verdict::Refused
            }
            Stage::Settling { .. } => Verdict::Taken,
            Stage::Starting if has_terminal => Verdict::Refused,
            Stage::Starting => Verdict::Taken,
            Stage::Running if has_terminal => self.give_to_terminal(message),
            Stage::Running => self.give_to_command(message),
            // The terminal is closed: writing to it fails.
            Stage::Draining { .. } | Stage::LateError { .. } | Stage::Closing { .. } | Stage::Ended => {
                Verdict::Refused
            }
        }
    }

    fn take_response(&mut self, now: Moment, since: Duration, payload: &[u8]) -> Verdict {
        let Some(response) = handshake::response(payload) else {
            return Verdict::Refused;
        };
        if let Some(refusal) = handshake::refusal(&response) {
            self.fail_handshake(&refusal);
        } else {
            let ready_at = now.monotonic + self.config.timing.handshake_settle;
            let separate = self.config.session.separate_output();
            let customer_message = if separate {
                handshake::advice(&response)
            } else {
                ""
            };
            self.stage = Stage::Settling {
                since,
                ready_at,
                customer_message,
            };
        }
        Verdict::Taken
    }

    fn give_to_terminal(&mut self, message: &Message) -> Verdict {
        match message.payload_type {
            PayloadType::Output => self.events.push_back(AgentEvent::Input(message.payload.clone())),
            PayloadType::Size => match frame::size(&message.payload) {
                Some((cols, rows)) => self.events.push_back(AgentEvent::Resize { cols, rows }),
                None => return Verdict::Refused,
            },
            // Everything else is taken and ignored, the flag TerminateSession included.
            PayloadType::None
            | PayloadType::Error
            | PayloadType::Parameter
            | PayloadType::HandshakeRequest
            | PayloadType::HandshakeResponse
            | PayloadType::HandshakeComplete
            | PayloadType::EncChallengeRequest
            | PayloadType::EncChallengeResponse
            | PayloadType::Flag
            | PayloadType::StdErr
            | PayloadType::ExitCode
            | PayloadType::Other(_) => {}
        }
        Verdict::Taken
    }

    /// A command has no input; of its bytes only the first control byte counts.
    fn give_to_command(&mut self, message: &Message) -> Verdict {
        if message.payload_type == PayloadType::Output {
            let signal = message.payload.iter().find_map(|byte| match byte {
                0x03 => Some(AgentEvent::Interrupt),
                0x1c => Some(AgentEvent::Quit),
                _ => None,
            });
            if let Some(signal) = signal {
                self.interrupted = true;
                self.events.push_back(signal);
            }
        }
        Verdict::Taken
    }

    /// One transition that is due at `now`; false when there is none.
    fn step(&mut self, now: Moment) -> bool {
        let at = now.monotonic;
        if self.reads() && self.read_once(now) {
            return true;
        }
        match &self.stage {
            Stage::Joining { ready_at } if at >= *ready_at => self.start_program(),
            Stage::AwaitingResponse { since } if at >= *since + self.config.timing.handshake_limit => {
                self.fail_handshake(HANDSHAKE_TIMED_OUT);
            }
            Stage::Settling {
                since,
                ready_at,
                customer_message,
            } if at >= *ready_at => {
                let complete = handshake::complete(at.saturating_sub(*since), customer_message);
                self.send_stream(now, PayloadType::HandshakeComplete, complete);
                self.start_program();
            }
            Stage::Draining { end } if self.reader.is_drained() => {
                let end = end.clone();
                self.finish(now, end);
            }
            Stage::LateError { at: due, text } if at >= *due => {
                let text = Bytes::from(text.clone());
                self.send_stream(now, PayloadType::StdErr, text);
                self.close(now);
            }
            Stage::Closing { deadline } if self.outbox.is_empty() || at >= *deadline => {
                self.end(String::new())
            }
            Stage::Joining { .. }
            | Stage::AwaitingResponse { .. }
            | Stage::Settling { .. }
            | Stage::Starting
            | Stage::Running
            | Stage::Draining { .. }
            | Stage::LateError { .. }
            | Stage::Closing { .. }
            | Stage::Ended => return false,
        }
        true
    }

    fn reads(&self) -> bool {
        !self.paused && matches!(self.stage, Stage::Running | Stage::Draining { .. })
    }

    fn start_program(&mut self) {
        self.stage = Stage::Starting;
        self.events.push_back(AgentEvent::Start);
    }

    fn read_once(&mut self, now: Moment) -> bool {
        let Some((kind, bytes)) = self.reader.read(now.monotonic) else {
            return false;
        };
        if !bytes.is_empty() {
            self.send_stream(now, kind, bytes);
        }
        true
    }

    fn finish(&mut self, now: Moment, end: ProgramEnd) {
        for (kind, bytes) in self.reader.flush() {
            self.send_stream(now, kind, bytes);
        }
        match (self.config.session, end) {
            (
                AgentSession::NonInteractiveCommand {
                    separate_output: true,
                },
                end,
            ) => self.tell_exit(now, end),
            (AgentSession::NonInteractiveCommand { .. }, ProgramEnd::NotStarted(text)) => {
                self.send_stream(now, PayloadType::Output, text.into());
                self.close(now);
            }
            (AgentSession::Shell | AgentSession::InteractiveCommand, ProgramEnd::NotStarted(text)) => {
                self.fail(&format!("Unable to start command: {text}"));
            }
            (_, ProgramEnd::Exited(_) | ProgramEnd::Killed) => self.close(now),
        }
    }

    /// The exit code comes before the text of a failed start (observed).
    fn tell_exit(&mut self, now: Moment, end: ProgramEnd) {
        let code = match &end {
            ProgramEnd::Exited(code) => *code,
            ProgramEnd::Killed if self.interrupted => 1,
            ProgramEnd::Killed => -1,
            ProgramEnd::NotStarted(_) => 1,
        };
        self.send_stream(now, PayloadType::ExitCode, format!("EXIT_CODE: {code}").into());
        match end {
            ProgramEnd::NotStarted(text) => {
                self.stage = Stage::LateError {
                    at: now.monotonic + self.config.timing.start_error_delay,
                    text,
                };
            }
            ProgramEnd::Exited(_) | ProgramEnd::Killed => self.close(now),
        }
    }

    fn close(&mut self, now: Moment) {
        self.stage = Stage::Closing {
            deadline: now.monotonic + self.config.timing.close_wait,
        };
    }

    fn fail_handshake(&mut self, why: &str) {
        self.fail(&format!("Encountered error while initiating handshake. {why}"));
    }

    fn fail(&mut self, why: &str) {
        self.end(format!("\n----------ERROR-------\n{why}"));
    }

    fn end(&mut self, output: String) {
        if !matches!(self.stage, Stage::Ended) {
            self.stage = Stage::Ended;
            self.events.push_back(AgentEvent::Kill);
            self.events.push_back(AgentEvent::Ended { output });
        }
    }

    /// The timer of the real agent: a look at the oldest message each 100 ms, nothing while paused.
    fn resend(&mut self, now: Moment) {
        if now.monotonic < self.next_scan {
            return;
        }
        self.next_scan = now.monotonic + self.config.timing.retransmit_scan;
        if !self.paused && !matches!(self.stage, Stage::Ended) {
            self.transmit.extend(self.outbox.resend(now.monotonic));
        }
    }

    fn send_stream(&mut self, now: Moment, payload_type: PayloadType, payload: Bytes) {
        let sequence = self.outbox.next_sequence();
        let flags = if sequence == 0 { FLAG_SYN } else { 0 };
        let message = self.message(
            now,
            MessageKind::OutputStreamData,
            sequence,
            flags,
            payload_type,
            payload,
        );
        let encoded = message.encode();
        if self.outbox.is_empty() && self.next_scan <= now.monotonic {
            self.next_scan = now.monotonic + self.config.timing.retransmit_scan;
        }
        self.outbox.keep(now.monotonic, encoded.clone());
        self.transmit.push_back(encoded);
    }

    fn acknowledge(&mut self, now: Moment, message: &Message) {
        let payload = Acknowledge::of(message).to_payload();
        let message = self.message(
            now,
            MessageKind::Acknowledge,
            0,
            FLAGS_ACKNOWLEDGE,
            PayloadType::None,
            payload,
        );
        self.transmit.push_back(message.encode());
    }

    fn message(
        &mut self,
        now: Moment,
        kind: MessageKind,
        sequence: i64,
        flags: u64,
        payload_type: PayloadType,
        payload: Bytes,
    ) -> Message {
        let mut random = [0; 16];
        self.ids.fill_bytes(&mut random);
        let id = uuid::Builder::from_random_bytes(random).into_uuid();
        Message {
            kind,
            created_at_ms: now.wall_ms,
            sequence,
            flags,
            id,
            payload_type,
            payload,
        }
    }
}

/// Which output of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputKind {
    /// The terminal, or standard output.
    Output,
    /// Standard error of a command whose streams are separate.
    StdErr,
}

impl OutputKind {
    fn payload_type(self) -> PayloadType {
        match self {
            Self::Output => PayloadType::Output,
            Self::StdErr => PayloadType::StdErr,
        }
    }
}

#[cfg(test)]
mod tests;
