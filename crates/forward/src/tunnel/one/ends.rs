//! How the connection of a session ends: at the destination, at its program, with the session.

use std::time::Duration;

use postern_session::SessionInput;
use tokio::time::Instant;

use super::{CurrentConnection, OneConnection, Turns};
use crate::ForwardError;

/// How long what a closed connection had sent may take to arrive.
const LAST_WORDS: Duration = Duration::from_secs(30);

impl OneConnection {
    /// The destination has ended: what it said is still written. False when there is nobody to tell.
    pub(in crate::tunnel) fn remote_ended(&mut self) -> bool {
        let Some(current) = &mut self.current else {
            return false;
        };
        current.remote_ended();
        self.write();
        self.current.is_some()
    }

    /// Ends the connection as the loss that it is.
    pub(in crate::tunnel) fn fail_all(&mut self, why: &ForwardError) {
        if let Some(current) = self.current.take() {
            current.fail(why);
        }
        self.last_words = None;
    }

    /// The agent is told of a program that has closed its connection, so that it does not keep it for an answer.
    pub(super) fn look_whether_closed(&mut self) {
        if self.current.as_mut().is_some_and(CurrentConnection::was_closed) {
            self.close();
        }
    }

    /// The local program has reset the connection, or is gone: what it sent is of no use to anybody.
    pub(super) fn gone(&mut self) {
        self.to_send.clear();
        self.read = self.acknowledged;
        self.close();
    }

    /// The connection is over; what was sent in it goes on its way.
    pub(super) fn close(&mut self) {
        let current = self.current.take();
        let is_over = current.is_some_and(|current| current.is_over());
        self.counts.changed();
        let now = self.now();
        match &mut self.turns {
            Turns::Single => self.last_words = (!is_over).then(|| Instant::now() + LAST_WORDS),
            Turns::Basic(port) => {
                let flag = port.disconnect(now).map(u32::from);
                self.to_send.extend(flag.map(SessionInput::Flag));
                self.is_waited_for = true;
            }
        }
    }

    /// A session that has served its connection is of no use any more once everything has arrived.
    pub(super) fn end_with_last_words(&mut self) {
        let has_arrived = self.to_send.is_empty() && self.acknowledged >= self.read;
        if self
            .last_words
            .is_some_and(|until| has_arrived || until <= Instant::now())
        {
            self.last_words = None;
        }
    }

    /// Whether the connection that the session was for is over.
    pub(in crate::tunnel) fn is_served(&self) -> bool {
        self.is_used_up() && self.len() == 0
    }
}
