//! A keyring that may hang, behind a time limit: each call has a thread of its own, and no two run at once.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use futures_util::future::{BoxFuture, FutureExt, Shared};
use postern_model::{SecretError, system_text};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    time::{Instant, timeout, timeout_at},
};

use crate::keyring::Keyring;

/// The longest that anybody waits for an answer.
pub(crate) const LIMIT: Duration = Duration::from_secs(5);

/// After a keyring hung, nobody waits for it again before this time.
pub(crate) const PAUSE: Duration = Duration::from_secs(30);

/// A keyring with the limit.
///
/// A thread that hangs cannot be ended. It keeps the one permit, so there is never a second one; until it comes back, or the
/// pause is over, every call answers at once that the keyring hangs.
pub(crate) struct Bounded {
    keyring: Arc<dyn Keyring>,
    turn: Arc<Semaphore>,
    hung: Arc<Mutex<Option<Instant>>>,
    question: Mutex<Option<Question>>,
}

/// The answer to the system's question for the password, once it is there.
type Question = Shared<BoxFuture<'static, Result<(), SecretError>>>;

impl Bounded {
    pub(crate) fn new(keyring: Arc<dyn Keyring>) -> Self {
        Self {
            keyring,
            turn: Arc::new(Semaphore::new(1)),
            hung: Arc::default(),
            question: Mutex::default(),
        }
    }

    /// Runs `work` with the keyring, on a thread that may block. Whoever stops waiting for it does not stop it.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn Keyring) -> Result<T, SecretError> + Send + 'static,
    ) -> Result<T, SecretError> {
        let deadline = Instant::now() + LIMIT;
        self.refuse_while_it_hangs()?;
        let turn = timeout_at(deadline, Arc::clone(&self.turn).acquire_owned());
        let Ok(Ok(permit)) = turn.await else {
            return Err(self.hangs());
        };
        // Whoever had the turn before may have found that out.
        self.refuse_while_it_hangs()?;
        let answer = self.start(permit, work)?;
        match timeout_at(deadline, answer).await {
            Ok(Ok(Err(SecretError::Hangs))) | Err(_) => Err(self.hangs()),
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(gave_up()),
        }
    }

    /// Has the system ask the person, for at most `limit`. There is one question, however many wait for its answer, and it stays
    /// when nobody does any more.
    pub(crate) async fn unlock(&self, limit: Duration) -> Result<(), SecretError> {
        self.question(limit).await
    }

    fn question(&self, limit: Duration) -> Question {
        let mut open = self.question.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(question) = open.as_ref().filter(|question| question.peek().is_none()) {
            return question.clone();
        }
        let keyring = Arc::clone(&self.keyring);
        let asking = tokio::spawn(async move { timeout(limit, keyring.unlock()).await });
        let answer = asking.map(|answer| match answer {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(SecretError::Dismissed),
            Err(_) => Err(gave_up()),
        });
        open.insert(answer.boxed().shared()).clone()
    }

    fn start<T: Send + 'static>(
        &self,
        permit: OwnedSemaphorePermit,
        work: impl FnOnce(&dyn Keyring) -> Result<T, SecretError> + Send + 'static,
    ) -> Result<oneshot::Receiver<Result<T, SecretError>>, SecretError> {
        let (answer, receiver) = oneshot::channel();
        let (keyring, hung) = (Arc::clone(&self.keyring), Arc::clone(&self.hung));
        let run = move || {
            let result = work(keyring.as_ref());
            if !matches!(result, Err(SecretError::Hangs)) {
                // It is back, even if nobody waited for that.
                *lock(&hung) = None;
            }
            // Before the answer, so that whoever has it finds the turn free.
            drop(permit);
            let _nobody_waits = answer.send(result);
        };
        let thread = thread::Builder::new().name("postern-keyring".into()).spawn(run);
        thread.map(|_| receiver).map_err(|error| SecretError::Failed {
            detail: system_text(&error),
        })
    }

    fn refuse_while_it_hangs(&self) -> Result<(), SecretError> {
        let Some(since) = *lock(&self.hung) else {
            return Ok(());
        };
        if since.elapsed() < PAUSE || self.turn.available_permits() == 0 {
            return Err(SecretError::Hangs);
        }
        Ok(())
    }

    fn hangs(&self) -> SecretError {
        *lock(&self.hung) = Some(Instant::now());
        SecretError::Hangs
    }
}

fn gave_up() -> SecretError {
    SecretError::Failed {
        detail: "its library gave up in the middle of its work".into(),
    }
}

fn lock(hung: &Mutex<Option<Instant>>) -> MutexGuard<'_, Option<Instant>> {
    hung.lock().unwrap_or_else(PoisonError::into_inner)
}
