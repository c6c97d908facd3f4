//! Clients that wait for a session, because all are in use.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::admission::SocksClient;
use crate::ForwardError;

/// More wait at the system's.
const MOST: usize = 128;

/// Clients that wait, the oldest first.
#[derive(Default)]
pub(super) struct WaitingClients(VecDeque<(Instant, SocksClient)>);

impl WaitingClients {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn has_room(&self) -> bool {
        self.0.len() < MOST
    }

    pub(super) fn push(&mut self, client: SocksClient, patience: Duration) {
        self.0.push_back((Instant::now() + patience, client));
    }

    /// Offers all of them to somebody, in their order; those that come back wait on.
    pub(super) fn offer(&mut self, mut take: impl FnMut(SocksClient) -> Result<(), SocksClient>) {
        for (until, client) in std::mem::take(&mut self.0) {
            if let Err(client) = take(client) {
                self.0.push_back((until, client));
            }
        }
    }

    /// When the oldest has waited long enough.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.0.front().map(|(until, _)| *until)
    }

    /// Turns away those that have waited long enough; how many.
    pub(super) fn turn_away_late(&mut self, why: &ForwardError) -> usize {
        let now = Instant::now();
        let late = self.0.iter().take_while(|(until, _)| *until <= now).count();
        for (_, client) in self.0.drain(..late) {
            client.stream.fail(why);
        }
        late
    }
}
