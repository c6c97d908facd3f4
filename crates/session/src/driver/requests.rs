//! The driver's ends of a session's handles.

use std::sync::Arc;

use postern_model::TerminalSize;
use tokio::sync::{Notify, mpsc, watch};

use crate::SessionInput;
use crate::leave::LeaveSignal;

/// What the handles of a session ask of its driver.
#[derive(Debug)]
pub(crate) struct Requests {
    pub(crate) input: mpsc::Receiver<SessionInput>,
    pub(crate) size: watch::Receiver<Option<TerminalSize>>,
    pub(crate) retry: Arc<Notify>,
    /// Bytes of input that the agent acknowledged.
    pub(crate) acknowledged: watch::Sender<u64>,
    pub(crate) leave: Arc<LeaveSignal>,
}

impl Requests {
    /// Whether the size changed since it was last asked for.
    pub(super) fn has_new_size(&self) -> bool {
        self.size.has_changed().unwrap_or(false)
    }

    /// The newest size; none while nobody said any.
    pub(super) fn newest_size(&mut self) -> Option<TerminalSize> {
        *self.size.borrow_and_update()
    }

    /// Tells the handles how much input the agent has acknowledged.
    pub(super) fn tell_acknowledged(&self, bytes: u64) {
        self.acknowledged.send_if_modified(|known| {
            let before = std::mem::replace(known, bytes);
            before != bytes
        });
    }

    /// What was sent before the driver takes no more. Whoever still sends hears that the session is over.
    pub(super) fn take_the_rest(&mut self) -> Vec<SessionInput> {
        self.input.close();
        std::iter::from_fn(|| self.input.try_recv().ok()).collect()
    }
}
