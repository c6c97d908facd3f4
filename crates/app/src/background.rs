//! What a world does by itself, and its end.

use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The tasks of one world. Clones are handles of the same ones.
#[derive(Debug, Clone, Default)]
pub(crate) struct Background {
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl Background {
    /// Runs `work` to its end, which [`Background::finished`] waits for.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(work);
    }

    /// Runs `work` until the world is left, at most.
    pub(crate) fn spawn_until_closed(&self, work: impl Future<Output = ()> + Send + 'static) {
        let closing = self.closing.clone();
        self.tasks.spawn(async move {
            closing.run_until_cancelled(work).await;
        });
    }

    /// What `work` answers; none when the world is left first.
    pub(crate) async fn unless_closed<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.closing.run_until_cancelled(work).await
    }

    /// The world is left: breaks off what would go on for ever.
    pub(crate) fn stop(&self) {
        self.closing.cancel();
    }

    /// Waits for the end of everything that still runs.
    pub(crate) async fn finished(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}
