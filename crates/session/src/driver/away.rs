//! No link: what the user does is kept while the session is started, opened or resumed.

use std::sync::Arc;
use std::time::Duration;

use postern_model::{ControlError, SessionId};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use super::opening::{GrantedTo, Opened, open};
use super::{Aws, Driver, Stop};
use crate::backoff::Pace;
use crate::dial::Dial;
use crate::{SessionEnd, SessionError, SessionState};

/// An attempt that began because of news is not given up for more news before this, and then before twice as long each
/// time: on a network that never settles, one of them must get the time that it needs.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where the resuming of a session stands.
pub(super) struct Away {
    attempt: u32,
    /// When the attempt begins, or began.
    at: Instant,
    /// What ended the link or the attempt before.
    error: SessionError,
    /// The consumer knows all of this: it is not told again.
    quiet: bool,
}

impl Driver {
    /// Resumes the session for as long as AWS has it.
    pub(super) async fn resume(&mut self, session: &SessionId, lost: SessionError) -> Result<Opened, Stop> {
        let now = self.now();
        self.channel.link_lost(now);
        self.gather(session)?;
        let (mut last, mut hopes) = (lost, Hopes::default());
        loop {
            tracing::info!(%session, code = last.code(), "no link: {last}");
            let outcome = self.attempt(session, last, hopes.pace()).await?;
            match outcome {
                Ok(opened) => {
                    self.away = None;
                    return Ok(opened);
                }
                Err(SessionError::Control(ControlError::SessionGone { .. })) => {
                    return Err(Stop::Ended(SessionEnd::GoneWhileAway));
                }
                Err(error @ SessionError::StreamUrl(_)) => return Err(Stop::Failed(error)),
                Err(error) => last = error,
            }
            hopes.dashed_by(&last);
        }
    }

    /// Waits as long as `pace` says, or until there is a reason to hurry, and tries once.
    async fn attempt(
        &mut self,
        session: &SessionId,
        last: SessionError,
        pace: Pace,
    ) -> Result<Result<Opened, SessionError>, Stop> {
        let next = Attempt {
            retry: Arc::clone(&self.wishes.retry),
            aws: self.aws.clone(),
            dial: Arc::clone(&self.dial),
            session: session.clone(),
        };
        let (attempt, wait) = self.backoff.next(pace, rand::random());
        let again = |before: &Away| before.quiet && before.error == last;
        self.tell_away(Away {
            attempt,
            at: Instant::now() + wait,
            quiet: self.away.as_ref().is_some_and(again),
            error: last,
        });
        let hurried = self.meanwhile(next.wait(wait)).await?;
        self.tell_begun(hurried);
        let (hurried_again, outcome) = self.meanwhile(next.make(hurried)).await?;
        if hurried || hurried_again {
            self.backoff.restart();
        }
        Ok(outcome)
    }

    /// Runs `work` while typing, sizes and events go on; returns early when everybody leaves.
    pub(super) async fn meanwhile<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Stop> {
        let mut work = std::pin::pin!(work);
        loop {
            let can_type = self.can_type();
            let Self {
                encryption,
                wishes,
                outlet,
                wake,
                network,
                ..
            } = self;
            tokio::select! {
                () = wishes.leave.cancelled() => return Err(Stop::Left),
                delivered = outlet.deliver() => delivered?,
                bytes = wishes.input.recv(), if can_type => {
                    self.type_in(bytes);
                    self.tell_what_is_held();
                }
                Ok(()) = wishes.size.changed() => self.resize(),
                answer = encryption.answered() => self.take_key(answer)?,
                () = wake.woke() => self.wishes.retry.notify_one(),
                Ok(()) = network.changed() => self.wishes.retry.notify_one(),
                done = &mut work => return Ok(done),
            }
        }
    }

    /// Whether another chunk of input has a place to go.
    pub(super) fn can_type(&self) -> bool {
        self.unsent.is_empty() && self.channel.input_room() > 0
    }

    fn tell_away(&mut self, away: Away) {
        let quiet = away.quiet;
        self.away = Some(away);
        if !quiet {
            self.tell_what_is_held();
        }
    }

    /// The attempt begins. Without new credentials that is worth a word only when somebody asked for it.
    fn tell_begun(&mut self, hurried: bool) {
        if let Some(away) = self.away.take() {
            self.tell_away(Away {
                at: Instant::now(),
                quiet: away.error.waits_for_credentials() && !hurried,
                ..away
            });
        }
    }

    fn tell_what_is_held(&mut self) {
        if let Some(away) = &self.away {
            let state = away.state(self.held_bytes());
            self.outlet.resuming(state);
        }
    }
}

impl Away {
    fn state(&self, held_bytes: usize) -> SessionState {
        SessionState::Resuming {
            attempt: self.attempt,
            held_bytes,
            wait: self.at.saturating_duration_since(Instant::now()),
            waits_for_credentials: self.error.waits_for_credentials(),
            last_error: Some(self.error.clone()),
        }
    }
}

/// What the attempts since the loss of the link say of the next.
#[derive(Debug, Default)]
struct Hopes {
    /// Refusals in a row.
    refusals: u32,
    waits_for_credentials: bool,
}

impl Hopes {
    fn dashed_by(&mut self, error: &SessionError) {
        self.refusals = if error.may_pass() { 0 } else { self.refusals + 1 };
        self.waits_for_credentials = error.waits_for_credentials();
    }

    /// A single refusal may be chance: a policy that is not everywhere yet, a file that is being written.
    fn pace(&self) -> Pace {
        if self.waits_for_credentials || self.refusals > 1 {
            Pace::Rare
        } else {
            Pace::Quick
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
    /// Waits; no longer than until the user or the system says that the network is back. Says whether it did.
    async fn wait(&self, wait: Duration) -> bool {
        tokio::select! {
            () = sleep(wait) => false,
            () = self.retry.notified() => true,
        }
    }

    /// Resumes. What is under way may hang on the network that was lost, so it starts over on one that comes back; says
    /// whether it did.
    async fn make(&self, hurried: bool) -> (bool, Result<Opened, SessionError>) {
        let mut patience = if hurried { PATIENCE } else { Duration::ZERO };
        let mut hurried_again = false;
        loop {
            tokio::select! {
                outcome = self.once() => return (hurried_again, outcome),
                () = self.news_after(patience) => hurried_again = true,
            }
            patience = patience.saturating_mul(2).max(PATIENCE);
        }
    }

    /// News that comes sooner is not lost: it waits in `retry`.
    async fn news_after(&self, patience: Duration) {
        sleep(patience).await;
        self.retry.notified().await;
    }

    async fn once(&self) -> Result<Opened, SessionError> {
        let grant = self.aws.resume(&self.session).await?;
        open(self.aws.clone(), Arc::clone(&self.dial), grant, GrantedTo::Us).await
    }
}
