//! No link: what the user does is kept while the session is started, opened or resumed.

use std::sync::Arc;
use std::time::Duration;

use postern_model::{ControlError, SessionId};
use tokio::sync::Notify;

use super::opening::{Opened, open};
use super::{Aws, Driver, Stop};
use crate::dial::Dial;
use crate::{SessionEnd, SessionError};

impl Driver {
    /// Resumes the session for as long as AWS has it.
    pub(super) async fn resume(&mut self, session: &SessionId, lost: SessionError) -> Result<Opened, Stop> {
        let now = self.now();
        self.channel.link_lost(now);
        self.gather(session)?;
        let mut last = lost;
        loop {
            tracing::info!(%session, code = last.code(), "no link: {last}");
            let (attempt, wait) = self.backoff.next(rand::random());
            self.outlet
                .resuming(attempt, self.held_bytes(), Some(last.clone()));
            self.resuming = Some((attempt, last));
            let next = Attempt {
                retry: Arc::clone(&self.wishes.retry),
                aws: self.aws.clone(),
                dial: Arc::clone(&self.dial),
                session: session.clone(),
            };
            let outcome = self.meanwhile(next.after(wait)).await;
            self.resuming = None;
            let (hurried, outcome) = outcome?;
            if hurried {
                self.backoff.restart();
            }
            match outcome {
                Ok(opened) => return Ok(opened),
                Err(SessionError::Control(ControlError::SessionGone { .. })) => {
                    return Err(Stop::Ended(SessionEnd::GoneWhileAway));
                }
                Err(error @ SessionError::StreamUrl(_)) => return Err(Stop::Failed(error)),
                Err(error) => last = error,
            }
        }
    }

    /// Runs `work` while typing, sizes and events go on; returns early when everybody leaves.
    pub(super) async fn meanwhile<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Stop> {
        let mut work = std::pin::pin!(work);
        loop {
            let can_type = self.can_type();
            let Self {
                wishes, outlet, wake, ..
            } = self;
            tokio::select! {
                () = wishes.leave.cancelled() => return Err(Stop::Left),
                delivered = outlet.deliver() => delivered?,
                bytes = wishes.input.recv(), if can_type => {
                    self.type_in(bytes);
                    self.tell_what_is_held();
                }
                Ok(()) = wishes.size.changed() => {
                    let size = *self.wishes.size.borrow_and_update();
                    self.resize(size);
                }
                () = wake.woke() => self.wishes.retry.notify_one(),
                done = &mut work => return Ok(done),
            }
        }
    }

    /// Whether another chunk of input has a place to go.
    pub(super) fn can_type(&self) -> bool {
        self.unsent.is_empty() && self.channel.input_room() > 0
    }

    fn tell_what_is_held(&mut self) {
        if let Some((attempt, error)) = self.resuming.clone() {
            self.outlet.resuming(attempt, self.held_bytes(), Some(error));
        }
    }
}

/// What one attempt to resume needs of its own, while the driver serves the user.
struct Attempt {
    retry: Arc<Notify>,
    aws: Aws,
    dial: Arc<dyn Dial>,
    session: SessionId,
}

impl Attempt {
    /// Waits, then resumes; at once when the user or the system says that the network is back. Says whether it did.
    async fn after(self, wait: Duration) -> (bool, Result<Opened, SessionError>) {
        let mut hurried = tokio::select! {
            () = tokio::time::sleep(wait) => false,
            () = self.retry.notified() => true,
        };
        loop {
            tokio::select! {
                outcome = self.once() => return (hurried, outcome),
                // What is under way may hang on the network that was lost: start over on the one that is back.
                () = self.retry.notified() => hurried = true,
            }
        }
    }

    async fn once(&self) -> Result<Opened, SessionError> {
        let grant = self.aws.resume(&self.session).await?;
        open(self.aws.clone(), Arc::clone(&self.dial), grant).await
    }
}
