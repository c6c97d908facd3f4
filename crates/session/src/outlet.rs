//! The way out to the consumer: a bounded queue, and what waits in front of it while the consumer is behind.

use std::collections::VecDeque;

use tokio::sync::mpsc;

use crate::{SessionEvent, SessionState};

/// Events under way to the consumer. Agents send about 1 KiB at a time, so this is some 128 KiB of output.
pub(crate) const QUEUED_EVENTS: usize = 128;

/// The consumer dropped its end.
#[derive(Debug)]
pub(crate) struct ConsumerGone;

/// Events that wait for room. While it is not empty, the driver reads nothing from the socket, so that it holds at
/// most what one reading brought.
#[derive(Debug)]
pub(crate) struct Outlet {
    sender: mpsc::Sender<SessionEvent>,
    waiting: VecDeque<SessionEvent>,
}

impl Outlet {
    pub(crate) fn new(sender: mpsc::Sender<SessionEvent>) -> Self {
        Self {
            sender,
            waiting: VecDeque::new(),
        }
    }

    /// Whether everything was handed over.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn push(&mut self, event: SessionEvent) {
        self.waiting.push_back(event);
    }

    pub(crate) fn state(&mut self, state: SessionState) {
        self.push(SessionEvent::State(state));
    }

    /// Like [`Outlet::state`] of a [`SessionState::Resuming`], but replaces a newest event of the same kind, so that hours
    /// of attempts with a consumer that is asleep do not pile up.
    pub(crate) fn resuming(&mut self, state: SessionState) {
        if matches!(
            self.waiting.back(),
            Some(SessionEvent::State(SessionState::Resuming { .. }))
        ) {
            self.waiting.pop_back();
        }
        self.state(state);
    }

    /// Hands over as many events as there is room for. Whether there were any.
    pub(crate) fn offer(&mut self) -> bool {
        let waiting = self.waiting.len();
        while !self.waiting.is_empty()
            && let Ok(room) = self.sender.try_reserve()
        {
            if let Some(event) = self.waiting.pop_front() {
                room.send(event);
            }
        }
        self.waiting.len() < waiting
    }

    /// Hands over the oldest event and what else there is room for, or waits for the consumer to leave when there is
    /// none. Cancel safe.
    pub(crate) async fn deliver(&mut self) -> Result<(), ConsumerGone> {
        if self.waiting.is_empty() {
            self.sender.closed().await;
            return Err(ConsumerGone);
        }
        let room = self.sender.reserve().await.map_err(|_| ConsumerGone)?;
        match self.waiting.pop_front() {
            Some(event) => room.send(event),
            None => drop(room),
        }
        self.offer();
        Ok(())
    }

    /// Hands over everything and `last`.
    pub(crate) async fn finish(mut self, last: SessionState) {
        self.state(last);
        while !self.is_empty() && self.deliver().await.is_ok() {}
    }
}
