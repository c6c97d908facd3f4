//! The agent's worker of one session as a pure state machine: frames, program output and time in; frames and orders to
//! the program out. It has the real agent's weaknesses (amazon-ssm-agent of October 2024), because a client is right
//! only when it works against them.

mod encryption;
mod input;
mod output;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use postern_protocol::{Message, Moment, PayloadType, flag};
use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::cipher::AgentCipher;
use super::config::AgentConfig;
use super::event::{AgentEvent, OutputKind, ProgramEnd};
use super::frame::{self, ReadFrame};
use super::handshake;
use super::inbox::AgentInbox;
use super::outbox::AgentOutbox;
use super::reader::OutputReader;

/// The real agent's words (observed).
const HANDSHAKE_TIMED_OUT: &str =
    "Handshake timed out. Please ensure that you have the latest version of the session manager plugin.";

const CHALLENGE_TIMED_OUT: &str = "Timed out waiting for encryption challenge.";

/// The worker of one session. Mutate it, then drain [`AgentCore::poll_transmit`] and [`AgentCore::poll_event`]; call
/// [`AgentCore::handle_timeout`] when [`AgentCore::next_timeout`] has come.
///
/// An encrypted session ([`AgentConfig::encryption`]) shakes hands whatever it is for: request (type 5) with the action
/// `KMSEncryption`, response (6), [`AgentEvent::DecryptDataKey`] answered by [`AgentCore::data_key`], challenge (8), its
/// answer (9), completion (7), [`AgentEvent::Start`]. From then on Output, StdErr and ExitCode are encrypted, and so is the
/// client's Output; everything else stays in the clear. The limits of 15 s before and after the challenge are
/// [`AgentTiming::handshake_limit`](super::AgentTiming::handshake_limit).
pub struct AgentCore {
    config: AgentConfig,
    stage: AgentStage,
    inbox: AgentInbox,
    outbox: AgentOutbox,
    reader: OutputReader,
    paused: bool,
    /// The reader of the data channel is stuck for good.
    deaf: bool,
    /// The program was signalled.
    interrupted: bool,
    /// The signal's message: the reader waits for the program's end before it goes on, and then acknowledges it.
    signalled_by: Option<Message>,
    /// What the HandshakeResponse said.
    client_version: String,
    /// Of an encrypted session, from the client's data key on.
    cipher: Option<AgentCipher>,
    /// The challenge of the HandshakeRequest (base64).
    offered_challenge: Option<String>,
    /// Frames that came while KMS was asked.
    unread: VecDeque<Bytes>,
    next_scan: Duration,
    ids: ChaCha8Rng,
    transmit: VecDeque<Bytes>,
    events: VecDeque<AgentEvent>,
}

/// Where the session stands.
#[derive(Debug)]
enum AgentStage {
    /// No handshake, but not ready either: input is acknowledged and lost.
    Joining { ready_at: Duration },
    /// The HandshakeRequest is out: input is acknowledged and lost.
    AwaitingResponse { since: Duration },
    /// KMS is asked for the client's data key; the reader stands still.
    Decrypting {
        since: Duration,
        /// The HandshakeResponse, still without its acknowledgement.
        response: Box<Message>,
        customer_message: String,
    },
    /// The encryption challenge is out: everything else is acknowledged and lost.
    AwaitingChallenge {
        since: Duration,
        sent_at: Duration,
        /// What the client must send back.
        challenge: [u8; 64],
        customer_message: String,
    },
    /// The handshake is good, HandshakeComplete not yet sent: input is still acknowledged and lost.
    Settling {
        since: Duration,
        ready_at: Duration,
        customer_message: String,
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
    Closing {
        deadline: Duration,
        /// What `channel_closed` will say.
        output: String,
    },
    /// Over.
    Ended,
}

impl AgentCore {
    /// A worker that joins its data channel now.
    #[must_use]
    pub fn new(now: Moment, config: AgentConfig) -> Self {
        let mut core = Self {
            stage: AgentStage::Joining {
                ready_at: now.monotonic + config.timing.join_delay,
            },
            inbox: AgentInbox::default(),
            outbox: AgentOutbox::new(),
            reader: OutputReader::new(now.monotonic, &config),
            paused: false,
            deaf: false,
            interrupted: false,
            signalled_by: None,
            client_version: String::new(),
            cipher: None,
            offered_challenge: None,
            unread: VecDeque::new(),
            next_scan: now.monotonic + config.timing.retransmit_scan,
            ids: ChaCha8Rng::seed_from_u64(config.seed),
            transmit: VecDeque::new(),
            events: VecDeque::new(),
            config,
        };
        if core.config.shakes_hands() {
            core.begin_handshake(now);
            core.stage = AgentStage::AwaitingResponse { since: now.monotonic };
        }
        core.handle_timeout(now);
        core
    }

    /// One WebSocket message from the gateway. Frames that the agent cannot read are dropped without a word.
    pub fn handle_frame(&mut self, now: Moment, bytes: &Bytes) {
        if self.deaf || matches!(self.stage, AgentStage::Ended) {
            return;
        }
        if matches!(self.stage, AgentStage::Decrypting { .. }) || self.stands_still() {
            self.unread.push_back(bytes.clone());
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
        if !matches!(self.stage, AgentStage::Starting) {
            return;
        }
        let delay = if self.config.session.has_terminal() {
            self.config.timing.first_read_delay
        } else {
            Duration::ZERO
        };
        self.reader = OutputReader::new(now.monotonic + delay, &self.config);
        self.stage = AgentStage::Running;
        self.play_held(now);
        self.handle_timeout(now);
    }

    /// How many bytes of output (or of standard error) the program can write before it stands still; none while it
    /// does not run.
    #[must_use]
    pub fn output_room(&self, kind: OutputKind) -> usize {
        if matches!(self.stage, AgentStage::Running) {
            self.reader.room(kind.payload_type())
        } else {
            0
        }
    }

    /// The program wrote `bytes`; answers how many were taken, at most [`AgentCore::output_room`].
    pub fn program_output(&mut self, now: Moment, kind: OutputKind, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(self.output_room(kind));
        self.reader
            .take(kind.payload_type(), bytes.get(..taken).unwrap_or_default());
        self.handle_timeout(now);
        taken
    }

    /// The program is gone and all its output was given.
    pub fn program_ended(&mut self, now: Moment, end: ProgramEnd) {
        match self.stage {
            AgentStage::Starting | AgentStage::Running => self.stage = AgentStage::Draining { end },
            AgentStage::Joining { .. }
            | AgentStage::AwaitingResponse { .. }
            | AgentStage::Decrypting { .. }
            | AgentStage::AwaitingChallenge { .. }
            | AgentStage::Settling { .. }
            | AgentStage::Draining { .. }
            | AgentStage::LateError { .. }
            | AgentStage::Closing { .. }
            | AgentStage::Ended => {}
        }
        self.read_on(now);
        self.handle_timeout(now);
    }

    /// Of a port session: a connection to its port could not be opened, which the client is told at once.
    pub fn connection_failed(&mut self, now: Moment) {
        if matches!(self.stage, AgentStage::Running) {
            self.send_stream(
                now,
                PayloadType::Flag,
                flag::to_payload(flag::CONNECT_TO_PORT_ERROR),
            );
        }
    }

    /// What it called itself in the handshake.
    pub(super) fn agent_version(&self) -> &str {
        &self.config.agent_version
    }

    /// What the client called itself in the handshake; empty before, and without one.
    #[must_use]
    pub fn client_version(&self) -> &str {
        &self.client_version
    }

    /// Whether the reader waits for the end of a program that it signalled, acknowledgements and all: so does the real
    /// agent, which nothing but its control channel reaches meanwhile (from its source).
    #[must_use]
    pub fn stands_still(&self) -> bool {
        self.signalled_by.is_some()
    }

    /// Whether the program was signalled: then the real agent gives up what it has not read when the program is gone.
    #[must_use]
    pub fn was_signalled(&self) -> bool {
        self.interrupted
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
        let scan = (!self.outbox.is_empty() && !self.paused && !matches!(self.stage, AgentStage::Ended))
            .then_some(self.next_scan);
        let stage = match &self.stage {
            AgentStage::Joining { ready_at } | AgentStage::Settling { ready_at, .. } => Some(*ready_at),
            AgentStage::AwaitingResponse { since } | AgentStage::Decrypting { since, .. } => {
                Some(*since + self.config.timing.handshake_limit)
            }
            AgentStage::AwaitingChallenge { sent_at, .. } => {
                Some(*sent_at + self.config.timing.handshake_limit)
            }
            AgentStage::LateError { at, .. } => Some(*at),
            AgentStage::Closing { deadline, .. } => Some(*deadline),
            AgentStage::Running | AgentStage::Draining { .. } if self.reads() => self.reader.next_read_at(),
            AgentStage::Running | AgentStage::Draining { .. } | AgentStage::Starting | AgentStage::Ended => {
                None
            }
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
        matches!(self.stage, AgentStage::Ended)
    }

    /// One transition that is due at `now`; false when there is none.
    fn step(&mut self, now: Moment) -> bool {
        let at = now.monotonic;
        if self.reads() && self.read_once(now) {
            return true;
        }
        if let Some(words) = self.timed_out_handshake(at) {
            self.fail_handshake(words);
            return true;
        }
        self.advance(now)
    }

    /// What the agent says of a client that answered too late.
    fn timed_out_handshake(&self, at: Duration) -> Option<&'static str> {
        let limit = self.config.timing.handshake_limit;
        match &self.stage {
            AgentStage::AwaitingResponse { since } | AgentStage::Decrypting { since, .. } => {
                (at >= *since + limit).then_some(HANDSHAKE_TIMED_OUT)
            }
            AgentStage::AwaitingChallenge { sent_at, .. } => {
                (at >= *sent_at + limit).then_some(CHALLENGE_TIMED_OUT)
            }
            AgentStage::Joining { .. }
            | AgentStage::Settling { .. }
            | AgentStage::Starting
            | AgentStage::Running
            | AgentStage::Draining { .. }
            | AgentStage::LateError { .. }
            | AgentStage::Closing { .. }
            | AgentStage::Ended => None,
        }
    }

    /// Goes on to the next stage if it is time; false when it is not.
    fn advance(&mut self, now: Moment) -> bool {
        let at = now.monotonic;
        match &self.stage {
            AgentStage::Joining { ready_at } if at >= *ready_at => self.start_program(),
            AgentStage::Settling {
                since,
                ready_at,
                customer_message,
            } if at >= *ready_at => {
                let complete = handshake::complete(at.saturating_sub(*since), customer_message);
                self.send_stream(now, PayloadType::HandshakeComplete, complete);
                self.start_program();
            }
            AgentStage::Draining { end } if self.reader.is_drained() => {
                let end = end.clone();
                self.finish(now, end);
            }
            AgentStage::LateError { at: due, text } if at >= *due => {
                let text = Bytes::from(text.clone());
                self.send_stream(now, PayloadType::StdErr, text);
                self.close(now);
            }
            AgentStage::Closing { deadline, output } if self.outbox.is_empty() || at >= *deadline => {
                let output = output.clone();
                self.end(output);
            }
            AgentStage::Joining { .. }
            | AgentStage::AwaitingResponse { .. }
            | AgentStage::Decrypting { .. }
            | AgentStage::AwaitingChallenge { .. }
            | AgentStage::Settling { .. }
            | AgentStage::Starting
            | AgentStage::Running
            | AgentStage::Draining { .. }
            | AgentStage::LateError { .. }
            | AgentStage::Closing { .. }
            | AgentStage::Ended => return false,
        }
        true
    }

    fn start_program(&mut self) {
        self.stage = AgentStage::Starting;
        self.events.push_back(AgentEvent::Start);
    }

    fn close(&mut self, now: Moment) {
        self.close_with(now, String::new());
    }

    /// As [`AgentCore::close`], with a text for `channel_closed`.
    fn close_with(&mut self, now: Moment, output: String) {
        self.stage = AgentStage::Closing {
            deadline: now.monotonic + self.config.timing.close_wait,
            output,
        };
    }

    fn fail_handshake(&mut self, why: &str) {
        self.fail(&format!("Encountered error while initiating handshake. {why}"));
    }

    fn fail(&mut self, why: &str) {
        self.end(format!("\n----------ERROR-------\n{why}"));
    }

    fn end(&mut self, output: String) {
        self.end_by(AgentEvent::Ended { output });
    }

    fn end_by(&mut self, event: AgentEvent) {
        if !matches!(self.stage, AgentStage::Ended) {
            self.stage = AgentStage::Ended;
            self.events.push_back(AgentEvent::Kill);
            self.events.push_back(event);
        }
    }
}

impl fmt::Debug for AgentCore {
    /// Without what was typed and written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AgentCore")
            .field("session", &self.config.session)
            .field("stage", &self.stage)
            .field("encrypted", &self.cipher.is_some())
            .field("paused", &self.paused)
            .field("deaf", &self.deaf)
            .field("unacknowledged", &self.outbox.len())
            .finish_non_exhaustive()
    }
}
