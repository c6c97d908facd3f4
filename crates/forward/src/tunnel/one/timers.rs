//! How long a connection waits: for its turn, for an answer, for its program.

use tokio::time::Instant;

use super::{CurrentConnection, OneConnection, Turns};
use crate::ForwardError;

impl OneConnection {
    pub(in crate::tunnel) fn hold(&mut self) {
        self.is_held = true;
    }

    pub(in crate::tunnel) fn go_on(&mut self) {
        self.is_held = false;
        let now = self.now();
        if let Turns::Basic(port) = &mut self.turns {
            port.go_on(now);
        }
        if let Some(current) = &mut self.current {
            current.begin_patience_anew();
        }
    }

    pub(in crate::tunnel) fn next_timeout(&self) -> Option<Instant> {
        let of_connection = self.current.as_ref().and_then(CurrentConnection::next_timeout);
        let patience = self.current.as_ref().and_then(CurrentConnection::patience_ends);
        let next_turn = match &self.turns {
            Turns::Basic(port) if self.is_waited_for => port.next_timeout().map(|at| self.started + at),
            Turns::Basic(_) | Turns::Single => None,
        };
        [
            of_connection,
            patience.filter(|_| !self.is_held),
            next_turn,
            self.last_words,
            self.counts.due(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    pub(in crate::tunnel) fn time_out(&mut self) {
        let now = Instant::now();
        if let Turns::Basic(port) = &self.turns
            && self.is_waited_for
            && port.next_timeout().is_some_and(|at| self.started + at <= now)
        {
            self.is_waited_for = false;
            self.has_room_again = true;
        }
        let Some(current) = &self.current else { return };
        if current.lingers_until().is_some_and(|until| until <= now) {
            self.close();
        } else if !self.is_held && current.patience_ends().is_some_and(|at| at <= now) {
            if current.is_half_closed() {
                self.close();
            } else {
                self.defect = Some(ForwardError::Unanswered);
            }
        }
    }
}
