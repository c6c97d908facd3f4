//! The one connection that a session carries now: its socket, what waits for it, and how long it has patience.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use crate::ForwardError;
use crate::local::{LocalStream, closed_for_good};
use crate::tunnel::connection::{LocalConnection, ReadOutcome, SocketWait, WaitKind, WriteOutcome};

/// How long the first input may take to arrive: an agent that cannot connect loses its worker and says nothing for a minute.
const UNANSWERED: Duration = Duration::from_secs(15);
/// How long a connection whose program has ended its input may be silent.
const HALF_CLOSED: Duration = Duration::from_secs(60);
/// How long a program may still send after the destination has ended, so that its close does not cost it the answer.
const LINGER: Duration = Duration::from_secs(5);
/// How often it is looked whether a program that has ended its input is gone: nothing tells that by itself.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The connection that a session carries now.
pub(super) struct CurrentConnection {
    local: LocalConnection,
    /// How much output was not written yet.
    waiting: usize,
    /// Its input waits for the agent's acknowledgement.
    is_paused: bool,
    is_answered: bool,
    patience: Patience,
    lingers_until: Option<Instant>,
    look_at: Option<Instant>,
}

/// What is waited for, since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Patience {
    /// Nothing.
    Endless,
    /// That the first input arrives.
    FirstAnswer(Instant),
    /// The rest of the answer, as the input has ended.
    Rest(Instant),
}

impl CurrentConnection {
    pub(super) fn new(stream: LocalStream) -> Self {
        Self {
            local: LocalConnection::new(stream),
            waiting: 0,
            is_paused: false,
            is_answered: false,
            patience: Patience::Endless,
            lingers_until: None,
            look_at: None,
        }
    }

    /// How much output was not written yet.
    pub(super) fn waiting(&self) -> usize {
        self.waiting
    }

    pub(super) fn wait_for(&self, number: u64, kind: WaitKind) -> SocketWait<u64> {
        self.local.wait_for(number, kind)
    }

    pub(super) fn push_all(&mut self, kept: &mut VecDeque<Bytes>) {
        for bytes in kept.drain(..) {
            self.push(bytes);
        }
    }

    /// Takes output.
    pub(super) fn push(&mut self, bytes: Bytes) {
        self.answered();
        if let Patience::Rest(since) = &mut self.patience {
            *since = Instant::now();
        }
        self.waiting += bytes.len();
        self.local.push_output(bytes);
    }

    pub(super) fn write(&mut self) -> WriteOutcome {
        let (written, outcome) = self.local.write();
        self.waiting = self.waiting.saturating_sub(written);
        if outcome == WriteOutcome::OutputEnded {
            self.lingers_until = Some(Instant::now() + LINGER);
        }
        outcome
    }

    pub(super) fn has_room(&mut self) {
        self.local.has_room();
    }

    pub(super) fn read(&mut self, buffer: &mut [u8]) -> ReadOutcome {
        self.local.read(buffer)
    }

    pub(super) fn wait_for_acknowledgement(&mut self) {
        self.is_paused = true;
    }

    /// Whether it is to be read again, now that there is room or not; asked once.
    pub(super) fn reads_again(&mut self, has_room: bool) -> bool {
        has_room && std::mem::take(&mut self.is_paused)
    }

    /// Input is on its way.
    pub(super) fn typed(&mut self) {
        if !self.is_answered && self.patience == Patience::Endless {
            self.patience = Patience::FirstAnswer(Instant::now());
        }
    }

    /// The other end takes something, or says something.
    pub(super) fn answered(&mut self) {
        self.is_answered = true;
        if let Patience::FirstAnswer(_) = self.patience {
            self.patience = Patience::Endless;
        }
    }

    /// The program will send no more; it may wait for an answer, or be gone.
    pub(super) fn input_ended(&mut self) {
        self.patience = Patience::Rest(Instant::now());
        self.look_at = Some(Instant::now());
    }

    pub(super) fn is_half_closed(&self) -> bool {
        matches!(self.patience, Patience::Rest(_))
    }

    /// Nobody is to blame for a silence without a link.
    pub(super) fn begin_patience_anew(&mut self) {
        match &mut self.patience {
            Patience::Endless => {}
            Patience::FirstAnswer(since) | Patience::Rest(since) => *since = Instant::now(),
        }
    }

    /// When it has waited long enough.
    pub(super) fn patience_ends(&self) -> Option<Instant> {
        match self.patience {
            Patience::Endless => None,
            Patience::FirstAnswer(since) => Some(since + UNANSWERED),
            Patience::Rest(since) => Some(since + HALF_CLOSED),
        }
    }

    pub(super) fn lingers_until(&self) -> Option<Instant> {
        self.lingers_until
    }

    pub(super) fn next_timeout(&self) -> Option<Instant> {
        [self.lingers_until, self.look_at].into_iter().flatten().min()
    }

    pub(super) fn remote_ended(&mut self) {
        self.local.remote_ended();
    }

    pub(super) fn is_over(&self) -> bool {
        self.local.is_over()
    }

    pub(super) fn is_told(&self) -> bool {
        self.local.is_told()
    }

    /// Whether its program has closed it for good, looked at from time to time.
    pub(super) fn was_closed(&mut self) -> bool {
        if self.look_at.is_none_or(|at| at > Instant::now()) {
            return false;
        }
        self.look_at = Some(Instant::now() + LOOK_EVERY);
        closed_for_good(&[self.local.stream()]) == [true]
    }

    /// Ends it as the loss that it is.
    pub(super) fn fail(&self, why: &ForwardError) {
        self.local.fail(why);
    }

    /// The same, where nobody can say why.
    pub(super) fn reset(&self) {
        self.local.reset();
    }
}
