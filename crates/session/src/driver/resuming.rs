//! The link is lost, or was another driver's: the session is resumed for as long as AWS has it, and what the user does is
//! kept.

use std::sync::Arc;
use std::time::Duration;

use postern_model::{ControlError, SessionId};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::aws::Aws;
use super::live::Live;
use super::opening::{GrantedTo, OpenedLink, open};
use super::stop::Stop;
use crate::backoff::FailedAttempts;
use crate::dial::Dial;
use crate::{SessionEnd, SessionError, SessionState};

/// An attempt that began for a reason is not given up for another one before this, and then before twice as long each
/// time: on a network that never settles, one of them must get the time that it needs.
const PATIENCE: Duration = Duration::from_secs(2);

/// A session without a link.
pub(super) struct Resuming<'live, 'core> {
    live: &'live mut Live<'core>,
    failed_attempts: FailedAttempts,
    /// What ended the link or the attempt before; none, where another driver had the link.
    error: Option<SessionError>,
}

/// What the consumer is to know of an attempt.
struct AttemptStatus {
    attempt: u32,
    /// When the attempt begins, or began.
    at: Instant,
    error: Option<SessionError>,
    /// The consumer knows all of this: it is not said again.
    is_known: bool,
}

impl<'live, 'core> Resuming<'live, 'core> {
    pub(super) fn new(live: &'live mut Live<'core>, lost: Option<SessionError>) -> Self {
        Self {
            live,
            failed_attempts: FailedAttempts::default(),
            error: lost,
        }
    }

    /// Tries until there is a link, or none can be any more.
    pub(super) async fn run(mut self) -> Result<OpenedLink, Stop> {
        let now = self.live.core.now();
        self.live.core.channel.link_lost(now);
        self.live.gather()?;
        let mut before = None;
        loop {
            let session = &self.live.session;
            if let Some(error) = &self.error {
                tracing::info!(%session, code = error.code(), "no link: {error}");
            }
            let (status, outcome) = self.attempt(before).await?;
            match outcome {
                Ok(opened) => return Ok(opened),
                Err(error) => self.failed(error)?,
            }
            before = Some(status);
        }
    }

    /// What an attempt that failed means for the next one.
    fn failed(&mut self, error: SessionError) -> Result<(), Stop> {
        if let SessionError::Control(ControlError::SessionGone { .. }) = error {
            return Err(Stop::Ended(SessionEnd::GoneWhileAway));
        }
        if let SessionError::StreamUrl(_) = error {
            return Err(Stop::Failed(error));
        }
        self.failed_attempts.note(&error);
        self.error = Some(error);
        Ok(())
    }

    /// Waits as long as the pace says, or until there is a reason to hurry, and tries once.
    async fn attempt(
        &mut self,
        before: Option<AttemptStatus>,
    ) -> Result<(AttemptStatus, Result<OpenedLink, SessionError>), Stop> {
        let (attempt, wait) = self
            .live
            .backoff
            .next(self.failed_attempts.pace(), rand::random());
        let mut status = AttemptStatus {
            attempt,
            at: Instant::now() + wait,
            error: self.error.clone(),
            is_known: before.is_some_and(|before| before.is_known && before.error == self.error),
        };
        self.emit_unknown(&status);
        let work = Attempt::of(self.live);
        let hurried = self.meanwhile(work.wait(wait), &status).await?;
        // Without new credentials that an attempt begins is worth a word only when somebody asked for it.
        status.at = Instant::now();
        status.is_known = status.waits_for_credentials() && !hurried;
        self.emit_unknown(&status);
        let (hurried_again, outcome) = self.meanwhile(work.make(hurried), &status).await?;
        if hurried || hurried_again {
            self.live.backoff.restart();
        }
        Ok((status, outcome))
    }

    /// Runs `work` while the user is served; what is held of his typing is shown.
    async fn meanwhile<T>(
        &mut self,
        work: impl Future<Output = T>,
        status: &AttemptStatus,
    ) -> Result<T, Stop> {
        let mut work = std::pin::pin!(work);
        let mut held_bytes = self.live.core.held_bytes();
        loop {
            self.live.save_if_due();
            if let Some(done) = self.live.core.next_without_link(work.as_mut()).await? {
                return Ok(done);
            }
            if held_bytes != self.live.core.held_bytes() {
                held_bytes = self.live.core.held_bytes();
                self.emit(status);
            }
        }
    }

    fn emit_unknown(&mut self, status: &AttemptStatus) {
        if !status.is_known {
            self.emit(status);
        }
    }

    fn emit(&mut self, status: &AttemptStatus) {
        let core = &mut *self.live.core;
        let held_bytes = core.held_bytes();
        core.outlet.resuming(SessionState::Resuming {
            attempt: status.attempt,
            held_bytes,
            wait: status.at.saturating_duration_since(Instant::now()),
            waits_for_credentials: status.waits_for_credentials(),
            last_error: status.error.clone(),
        });
    }
}

impl AttemptStatus {
    fn waits_for_credentials(&self) -> bool {
        let error = self.error.as_ref();
        error.is_some_and(SessionError::waits_for_credentials)
    }
}

/// What one attempt to resume needs of its own, while the driver serves the user.
struct Attempt {
    reasons_to_retry: Arc<Notify>,
    aws: Aws,
    dial: Arc<dyn Dial>,
    session: SessionId,
}

impl Attempt {
    fn of(live: &Live<'_>) -> Self {
        Self {
            reasons_to_retry: Arc::clone(&live.core.reasons_to_retry),
            aws: live.core.aws.clone(),
            dial: Arc::clone(&live.core.dial),
            session: live.session.clone(),
        }
    }

    /// Waits; no longer than until the user or the system says that the network is back. Says whether it did.
    async fn wait(&self, wait: Duration) -> bool {
        tokio::select! {
            () = sleep(wait) => false,
            () = self.reasons_to_retry.notified() => true,
        }
    }

    /// Resumes. What is under way may hang on the network that was lost, so it starts over on one that comes back; says
    /// whether it did.
    async fn make(&self, hurried: bool) -> (bool, Result<OpenedLink, SessionError>) {
        let mut patience = if hurried { PATIENCE } else { Duration::ZERO };
        let mut hurried_again = false;
        loop {
            tokio::select! {
                outcome = self.once() => return (hurried_again, outcome),
                () = self.reason_after(patience) => hurried_again = true,
            }
            patience = patience.saturating_mul(2).max(PATIENCE);
        }
    }

    /// A reason that comes sooner is not lost: it waits.
    async fn reason_after(&self, patience: Duration) {
        sleep(patience).await;
        self.reasons_to_retry.notified().await;
    }

    async fn once(&self) -> Result<OpenedLink, SessionError> {
        let grant = self.aws.resume(&self.session).await?;
        open(self.aws.clone(), Arc::clone(&self.dial), grant, GrantedTo::Us).await
    }
}
