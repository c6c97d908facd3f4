//! Connections that wait for a session, each for so long.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::ForwardError;
use crate::local::LocalStream;

/// More wait at the system's.
const MOST: usize = 128;

/// Connections that wait, the oldest first.
#[derive(Debug, Default)]
pub(super) struct WaitingConnections(VecDeque<(Instant, LocalStream)>);

impl WaitingConnections {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn has_room(&self) -> bool {
        self.0.len() < MOST
    }

    pub(super) fn push(&mut self, stream: LocalStream, patience: Duration) {
        self.0.push_back((Instant::now() + patience, stream));
    }

    /// Offers them to somebody, in their order, until one comes back.
    pub(super) fn offer(&mut self, mut take: impl FnMut(LocalStream) -> Result<(), LocalStream>) {
        while let Some((until, stream)) = self.0.pop_front() {
            if let Err(stream) = take(stream) {
                return self.0.push_front((until, stream));
            }
        }
    }

    /// When the oldest has waited long enough.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        self.0.front().map(|(until, _)| *until)
    }

    /// Closes those that have waited long enough; how many.
    pub(super) fn close_late(&mut self, why: &ForwardError) -> usize {
        let now = Instant::now();
        let late = self.0.iter().take_while(|(until, _)| *until <= now).count();
        for (_, stream) in self.0.drain(..late) {
            stream.fail(why);
        }
        late
    }

    /// Takes all of them.
    pub(super) fn take_all(&mut self) -> impl Iterator<Item = LocalStream> + use<> {
        std::mem::take(&mut self.0).into_iter().map(|(_, stream)| stream)
    }
}
