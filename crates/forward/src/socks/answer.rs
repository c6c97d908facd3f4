//! What a client of SOCKS is told of its request, once.

use std::io::IoSlice;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::reply::{ReplyCode, SUCCEEDED, failed};
use crate::ForwardError;
use crate::local::LocalSocket;

/// How long a refusal of the destination is waited for before the first clients of a destination are told that it was reached:
/// the agent tells of a failure, and never of success.
const REFUSED_WITHIN: Duration = Duration::from_millis(500);

/// What a client of SOCKS is told of its request; a clone is of the same request.
#[derive(Clone)]
pub(crate) struct SocksAnswer(Arc<Mutex<Answering>>);

struct Answering {
    is_told: bool,
    /// What the client sent behind its request without waiting.
    early: Vec<u8>,
    reached: Reached,
}

/// Whether a destination was reached lately, for all of its clients.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reached(Arc<AtomicBool>);

impl SocksAnswer {
    /// Of a request that is not answered, with what came behind it.
    pub(crate) fn new(early: Vec<u8>) -> Self {
        Self(Arc::new(Mutex::new(Answering {
            is_told: false,
            early,
            reached: Reached::default(),
        })))
    }

    /// From now on it shares with the other clients of its destination what is known of that.
    pub(super) fn share(&self, reached: Reached) {
        self.lock().reached = reached;
    }

    /// Whether there are bytes that the client sent too early.
    pub(crate) fn has_early(&self) -> bool {
        !self.lock().early.is_empty()
    }

    /// Moves bytes that the client sent too early into the buffer; how many.
    pub(crate) fn take_early(&self, buffer: &mut [u8]) -> usize {
        let mut answering = self.lock();
        let count = answering.early.len().min(buffer.len());
        for (place, byte) in buffer.iter_mut().zip(answering.early.drain(..count)) {
            *place = byte;
        }
        count
    }

    /// Tells that the destination was reached, if nothing was told.
    pub(crate) fn succeed(&self, socket: &LocalSocket) {
        let mut answering = self.lock();
        if std::mem::replace(&mut answering.is_told, true) {
            return;
        }
        answering.reached.0.store(true, Ordering::Relaxed);
        // These are the first bytes but two of the socket, so that there is room for all of them.
        if let Err(error) = socket.try_write(&[IoSlice::new(&SUCCEEDED)]) {
            tracing::debug!(%error, "a client that is gone already");
        }
    }

    /// Tells that the destination was reached: at once where others reached it, otherwise unless it refuses.
    pub(crate) fn succeed_soon(&self, socket: &Arc<LocalSocket>) {
        if self.lock().reached.0.load(Ordering::Relaxed) {
            return self.succeed(socket);
        }
        let (answer, socket) = (self.clone(), Arc::downgrade(socket));
        tokio::spawn(async move {
            tokio::time::sleep(REFUSED_WITHIN).await;
            if let Some(socket) = socket.upgrade() {
                answer.succeed(&socket);
            }
        });
    }

    /// The words for a failure; none when it is too late for an answer.
    pub(crate) fn fail(&self, error: &ForwardError) -> Option<Vec<u8>> {
        let mut answering = self.lock();
        answering.reached.0.store(false, Ordering::Relaxed);
        let was_told = std::mem::replace(&mut answering.is_told, true);
        (!was_told).then(|| failed(reply_code(error)).to_vec())
    }

    fn lock(&self) -> MutexGuard<'_, Answering> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The code for what stands between a client and its destination.
#[allow(clippy::wildcard_enum_match_arm)] // SOCKS has no words for the rest.
fn reply_code(error: &ForwardError) -> ReplyCode {
    match error {
        ForwardError::NotAllowed { .. } | ForwardError::HostDenied { .. } => ReplyCode::NotAllowed,
        ForwardError::DialFailed { .. } | ForwardError::Unanswered => ReplyCode::ConnectionRefused,
        _ => ReplyCode::GeneralFailure,
    }
}
