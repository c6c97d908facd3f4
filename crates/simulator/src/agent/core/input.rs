//! What the worker makes of messages: acknowledged and played in order, refused, or thrown away.

use std::time::Duration;

use postern_protocol::{Message, MessageKind, Moment, PayloadType, flag};

use super::{AgentCore, AgentStage};
use crate::agent::config::AgentHostility;
use crate::agent::event::AgentEvent;
use crate::agent::inbox::Arrival;
use crate::agent::{frame, handshake};

/// What became of a message that was due.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Processed (or thrown away): acknowledged.
    Taken,
    /// Not acknowledged; everything behind it waits.
    Refused,
    /// Acknowledged when the program has ended; until then nothing else is read.
    Standing,
}

impl AgentCore {
    pub(super) fn handle_message(&mut self, now: Moment, message: Message) {
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
        let reads = matches!(self.stage, AgentStage::Running | AgentStage::Draining { .. });
        let loses = self.config.loses_output_in_a_pause && self.config.session.separate_output();
        if reads && loses {
            self.reader.give_up();
        }
    }

    fn handle_input(&mut self, now: Moment, message: Message) {
        match self.inbox.arrival(message.sequence) {
            Arrival::Known => self.acknowledge(now, &message),
            Arrival::Early => {
                if self.inbox.hold(message.clone()) {
                    self.acknowledge(now, &message);
                }
            }
            Arrival::Next => match self.process(now, &message) {
                Verdict::Taken => {
                    self.acknowledge(now, &message);
                    self.inbox.advance();
                    self.play_held(now);
                }
                Verdict::Refused => {}
                Verdict::Standing => self.signalled_by = Some(message),
            },
        }
    }

    /// The program that was signalled is gone: the reader takes what came meanwhile.
    pub(super) fn read_on(&mut self, now: Moment) {
        let Some(message) = self.signalled_by.take() else {
            return;
        };
        self.acknowledge(now, &message);
        self.inbox.advance();
        self.play_held(now);
        while let Some(frame) = self.unread.pop_front() {
            self.handle_frame(now, &frame);
        }
    }

    /// Messages that came early and are due now; they were acknowledged when they came.
    pub(super) fn play_held(&mut self, now: Moment) {
        while let Some(message) = self.inbox.held_next().cloned() {
            if self.deaf || self.stands_still() {
                return;
            }
            match self.process(now, &message) {
                Verdict::Taken => self.inbox.advance(),
                Verdict::Refused => return,
                Verdict::Standing => {
                    self.signalled_by = Some(message);
                    return;
                }
            }
        }
    }

    fn process(&mut self, now: Moment, message: &Message) -> Verdict {
        let Some(message) = self.deciphered(message) else {
            return Verdict::Refused;
        };
        self.process_plain(now, message.as_ref())
    }

    fn process_plain(&mut self, now: Moment, message: &Message) -> Verdict {
        let is_response = message.payload_type == PayloadType::HandshakeResponse;
        let answers_challenge = message.payload_type == PayloadType::EncChallengeResponse;
        let has_terminal = self.config.session.has_terminal();
        match &self.stage {
            AgentStage::AwaitingResponse { since } if is_response => self.take_response(now, *since, message),
            AgentStage::AwaitingChallenge { .. } if answers_challenge => {
                self.take_challenge(now, &message.payload)
            }
            // A second answer with its own number blocks the agent's reader for good.
            AgentStage::AwaitingChallenge { .. }
            | AgentStage::Settling { .. }
            | AgentStage::Starting
            | AgentStage::Running
                if (is_response && self.config.shakes_hands())
                    || (answers_challenge && self.cipher.is_some()) =>
            {
                self.deaf = true;
                Verdict::Refused
            }
            AgentStage::Joining { .. }
            | AgentStage::AwaitingResponse { .. }
            | AgentStage::AwaitingChallenge { .. } => Verdict::Taken,
            // The reader stands still: no frame comes here.
            AgentStage::Decrypting { .. } => Verdict::Refused,
            AgentStage::Settling { .. } => Verdict::Taken,
            AgentStage::Starting if has_terminal || self.config.session.is_port() => Verdict::Refused,
            AgentStage::Starting => Verdict::Taken,
            AgentStage::Running if self.config.session.is_port() => self.give_to_port(now, message),
            AgentStage::Running if has_terminal => self.give_to_terminal(message),
            AgentStage::Running => self.give_to_command(message),
            // The terminal is closed: writing to it fails.
            AgentStage::Draining { .. }
            | AgentStage::LateError { .. }
            | AgentStage::Closing { .. }
            | AgentStage::Ended => Verdict::Refused,
        }
    }

    fn take_response(&mut self, now: Moment, since: Duration, message: &Message) -> Verdict {
        let Some(response) = handshake::response(&message.payload) else {
            return Verdict::Refused;
        };
        if let Some(refusal) = handshake::refusal(&response) {
            self.fail_handshake(&refusal);
            return Verdict::Taken;
        }
        let customer_message = if self.config.session.separate_output() {
            handshake::advice(&response).to_owned()
        } else {
            String::new()
        };
        self.client_version = response.client_version.clone();
        if self.config.hostility == Some(AgentHostility::RepeatsRequest) {
            self.send_request(now);
        }
        if self.encrypts() {
            return self.take_data_key(since, &response, message, customer_message);
        }
        self.settle(now, since, customer_message);
        Verdict::Taken
    }

    pub(super) fn settle(&mut self, now: Moment, since: Duration, customer_message: String) {
        self.stage = AgentStage::Settling {
            since,
            ready_at: now.monotonic + self.config.timing.handshake_settle,
            customer_message,
        };
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

    /// Everything but data and two flags is taken and ignored.
    fn give_to_port(&mut self, now: Moment, message: &Message) -> Verdict {
        match (message.payload_type, message.payload.first_chunk::<4>()) {
            (PayloadType::Output, _) => self.events.push_back(AgentEvent::Input(message.payload.clone())),
            (PayloadType::Flag, Some(value)) => match u32::from_be_bytes(*value) {
                flag::DISCONNECT_TO_PORT => self.events.push_back(AgentEvent::Disconnect),
                flag::TERMINATE_SESSION => self.leave_port(now),
                _ => {}
            },
            _ => {}
        }
        Verdict::Taken
    }

    /// What the port wrote and was not read is lost.
    fn leave_port(&mut self, now: Moment) {
        self.reader.give_up();
        self.events.push_back(AgentEvent::Kill);
        self.close(now);
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
                return Verdict::Standing;
            }
        }
        Verdict::Taken
    }
}
