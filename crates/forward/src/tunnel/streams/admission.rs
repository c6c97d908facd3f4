//! Which connections a session takes: none before its agent has answered, where that was silent for long.

use postern_protocol::StreamError;
use tokio::time::Instant;

use super::Streams;
use crate::local::LocalStream;
use crate::tunnel::connection::{LocalConnection, WaitKind};
use crate::tunnel::probe::{ProbeAdvice, ProbeAnswer};
use crate::{ForwardError, ForwardNotice};

impl Streams {
    /// Takes a connection; it comes back when there are as many as there may be, or the agent has to answer first.
    pub(in crate::tunnel) fn connect(&mut self, stream: LocalStream) -> Result<(), LocalStream> {
        match self.probe.advice(Instant::now()) {
            ProbeAdvice::Give => self.open(stream),
            ProbeAdvice::Ask => {
                self.mux.ask_for_sign_of_life();
                Err(stream)
            }
            ProbeAdvice::Keep => Err(stream),
        }
    }

    fn open(&mut self, stream: LocalStream) -> Result<(), LocalStream> {
        match self.mux.open(self.now()) {
            Ok(id) => {
                let connection = LocalConnection::new(stream);
                self.waits.push(connection.wait_for(id, WaitKind::Input));
                self.connections.insert(id, connection);
                self.notices.tell(ForwardNotice::Accepted);
                Ok(())
            }
            Err(error) => {
                tracing::debug!(%error, "a connection has to wait");
                self.is_full = true;
                if matches!(error, StreamError::NumbersUsedUp | StreamError::SessionBroken(_)) {
                    self.defect = Some(ForwardError::Malformed(error.to_string()));
                }
                Err(stream)
            }
        }
    }

    /// The agent was heard: what was kept can be given to it.
    pub(super) fn heard(&mut self) {
        match self.probe.heard(Instant::now()) {
            ProbeAnswer::Nothing => {}
            ProbeAnswer::InTime => self.has_room_again = true,
            ProbeAnswer::Late => {
                self.has_room_again = true;
                self.silence = None;
                self.wedge = Some(false);
            }
        }
    }

    /// Looks whether the agent owes an answer for too long.
    pub(super) fn look_at_probe(&mut self) {
        if let Some(silent) = self.probe.unanswered(Instant::now()) {
            tracing::warn!("the agent does not answer");
            self.silence = Some(ForwardError::Silent(silent));
        }
    }
}
