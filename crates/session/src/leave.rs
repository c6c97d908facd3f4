//! How the user's side leaves a session: the first word counts.

use std::sync::{Arc, OnceLock};

use tokio_util::sync::CancellationToken;

/// What is to become of a session that is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leave {
    /// It is ended at AWS.
    Terminate,
    /// Another driver will go on with it.
    Detach,
}

/// The wish to leave, from the handles to the driver.
#[derive(Debug, Default)]
pub(crate) struct LeaveSignal {
    how: OnceLock<Leave>,
    given: CancellationToken,
}

/// What all handles of a session share: without any of them the session is terminated.
#[derive(Debug)]
pub(crate) struct TerminateOnDrop(Arc<LeaveSignal>);

impl LeaveSignal {
    /// Resolves when somebody leaves. Cancel safe.
    pub(crate) async fn wait(&self) -> Leave {
        self.given.cancelled().await;
        self.how()
    }

    /// How the session is left; terminated, where nobody said anything else.
    pub(crate) fn how(&self) -> Leave {
        self.how.get().copied().unwrap_or(Leave::Terminate)
    }
}

impl TerminateOnDrop {
    pub(crate) fn new(signal: Arc<LeaveSignal>) -> Self {
        Self(signal)
    }

    /// Leaves, unless somebody left before.
    pub(crate) fn leave(&self, how: Leave) {
        self.0.how.get_or_init(|| how);
        self.0.given.cancel();
    }
}

impl Drop for TerminateOnDrop {
    fn drop(&mut self) {
        self.leave(Leave::Terminate);
    }
}
