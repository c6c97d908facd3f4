//! What the worker sends: the program's output and its end, acknowledgements, and the oldest message again.

use bytes::Bytes;
use postern_protocol::{Acknowledge, JsonPayload as _, Message, MessageKind, Moment, PayloadType};
use rand::Rng as _;

use super::{AgentCore, AgentStage};
use crate::agent::config::AgentSession;
use crate::agent::event::{AgentEvent, ProgramEnd};

/// Stream data with number 0 carries SYN.
const FLAG_SYN: u64 = 1;
/// Acknowledgements carry SYN and FIN.
const FLAGS_ACKNOWLEDGE: u64 = 3;

impl AgentCore {
    pub(super) fn reads(&self) -> bool {
        !self.paused && matches!(self.stage, AgentStage::Running | AgentStage::Draining { .. })
    }

    pub(super) fn read_once(&mut self, now: Moment) -> bool {
        let Some((kind, bytes)) = self.reader.read(now.monotonic) else {
            return false;
        };
        if !bytes.is_empty() {
            self.send_stream(now, kind, bytes);
        }
        true
    }

    pub(super) fn finish(&mut self, now: Moment, end: ProgramEnd) {
        for (kind, bytes) in self.reader.finish() {
            self.send_stream(now, kind, bytes);
        }
        match (self.config.session, end) {
            (_, ProgramEnd::Crashed) => self.end_by(AgentEvent::Crashed),
            (
                AgentSession::NonInteractiveCommand {
                    separate_output: true,
                },
                end,
            ) => self.tell_exit(now, end),
            (AgentSession::Port, ProgramEnd::NotStarted(text)) => self.close_with(now, text),
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

    /// The exit code comes before the text of a failed start (observed). That of a program that was signalled is not
    /// known: the reader, which waits for it, has taken it (from the source, and observed).
    fn tell_exit(&mut self, now: Moment, end: ProgramEnd) {
        let code = match &end {
            ProgramEnd::Exited(_) | ProgramEnd::Killed if self.interrupted => 1,
            ProgramEnd::Exited(code) => *code,
            ProgramEnd::Killed => -1,
            ProgramEnd::NotStarted(_) | ProgramEnd::Crashed => 1,
        };
        self.send_stream(now, PayloadType::ExitCode, format!("EXIT_CODE: {code}").into());
        match end {
            ProgramEnd::NotStarted(text) => {
                self.stage = AgentStage::LateError {
                    at: now.monotonic + self.config.timing.start_error_delay,
                    text,
                };
            }
            ProgramEnd::Exited(_) | ProgramEnd::Killed | ProgramEnd::Crashed => self.close(now),
        }
    }

    /// The timer of the real agent: a look at the oldest message each 100 ms, nothing while paused.
    pub(super) fn resend(&mut self, now: Moment) {
        if now.monotonic < self.next_scan {
            return;
        }
        self.next_scan = now.monotonic + self.config.timing.retransmit_scan;
        if !self.paused && !matches!(self.stage, AgentStage::Ended) {
            self.transmit.extend(self.outbox.resend(now.monotonic));
        }
    }

    pub(super) fn send_stream(&mut self, now: Moment, payload_type: PayloadType, payload: Bytes) {
        let payload = self.sealed(payload_type, payload);
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

    pub(super) fn acknowledge(&mut self, now: Moment, message: &Message) {
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
