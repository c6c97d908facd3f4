//! One live session, from the click to the end.

use std::convert::Infallible;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use postern_model::TerminalSize;
use postern_session::{Session, SessionOptions, SessionOver};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::watcher::SessionWatcher;
use crate::{
    lock::Lock,
    sessions::{destination::Destination, number::SessionNumber, progress::Progress},
    sign_ins::{Login, LoginWaits, Waiter},
};

/// One live session. It is shared by the task that runs it, the registry, and whoever opened it.
#[derive(Debug)]
pub(crate) struct LiveSession {
    pub(super) number: SessionNumber,
    pub(super) destination: Destination,
    pub(super) logins: LoginWaits,
    /// What its credentials come from, once the AWS configuration was read.
    pub(super) login: OnceLock<Login>,
    /// Somebody signed in: a session that AWS has not granted yet is asked for again.
    pub(super) signed_in: Notify,
    pub(super) phase: watch::Sender<Phase>,
    /// Who opened it gave it up: it is terminated and its events mean nothing any more.
    pub(super) closed: CancellationToken,
    state: Lock<LiveState>,
}

#[derive(Debug)]
pub(super) struct LiveState {
    pub(super) progress: Progress,
    pub(super) options: SessionOptions,
    watchers: Vec<Arc<dyn SessionWatcher>>,
}

#[derive(Debug, Clone)]
pub(super) enum Phase {
    /// The AWS configuration is being read.
    Resolving,
    /// There is somebody to type to.
    Running(Session),
    /// There is not, or no more.
    Over,
}

impl LiveSession {
    pub(super) fn new(
        number: SessionNumber,
        destination: Destination,
        options: SessionOptions,
        logins: LoginWaits,
    ) -> Self {
        let state = LiveState {
            progress: Progress::resolving(destination.region.clone()),
            options,
            watchers: Vec::new(),
        };
        Self {
            number,
            destination,
            logins,
            login: OnceLock::new(),
            signed_in: Notify::new(),
            phase: watch::Sender::new(Phase::Resolving),
            closed: CancellationToken::new(),
            state: Lock::new(state),
        }
    }

    /// What is known of it.
    pub(crate) fn progress(&self) -> Progress {
        self.state.lock().progress.clone()
    }

    /// From now on `watcher` sees what becomes of it. It is told at once what is known.
    pub(crate) fn watch(&self, watcher: Arc<dyn SessionWatcher>) {
        let mut state = self.state.lock();
        watcher.changed(&state.progress);
        state.watchers.push(watcher);
    }

    /// Terminates it, and tells nobody of it any more.
    pub(crate) fn close(&self) {
        let _state = self.state.lock();
        self.closed.cancel();
        if let Some(session) = self.handle() {
            session.terminate();
        }
        self.logins.leave(self.waiter());
    }

    /// Whether it would end with the program.
    pub(crate) fn is_live(&self) -> bool {
        !self.closed.is_cancelled() && !self.state.lock().progress.is_over()
    }

    /// The size of its terminal, in character cells.
    pub(crate) fn resize(&self, size: TerminalSize) {
        let mut state = self.state.lock();
        state.options.size = Some(size);
        if let Some(session) = self.handle() {
            session.resize(size);
        }
    }

    /// Tries to resume at once.
    pub(crate) fn retry_now(&self) {
        if let Some(session) = self.handle() {
            session.retry_now();
        }
    }

    /// The same, if the link is lost; otherwise a later loss would not wait as it should.
    pub(crate) fn retry_if_lost(&self) {
        let state = self.state.lock();
        if state.progress.is_resuming() {
            self.retry_now();
        }
    }

    /// Tries to resume whenever the way to AWS has changed, for ever.
    pub(super) async fn retry_on_changes(&self, mut way: watch::Receiver<()>) -> Infallible {
        while way.changed().await.is_ok() {
            self.retry_if_lost();
        }
        // The world is gone, and its sessions are about to be.
        std::future::pending().await
    }

    /// Sends `bytes`; waits while the session's input is full, and while it is not running yet.
    ///
    /// # Errors
    /// [`SessionOver`]: the bytes went nowhere.
    pub(crate) async fn send_input(&self, bytes: Bytes) -> Result<(), SessionOver> {
        let mut phase = self.phase.subscribe();
        let reached = phase
            .wait_for(|phase| !matches!(phase, Phase::Resolving))
            .await
            .map(|phase| phase.clone());
        match reached {
            Ok(Phase::Running(session)) => session.send_input(bytes).await,
            Ok(Phase::Over | Phase::Resolving) | Err(_) => Err(SessionOver),
        }
    }

    /// Changes what is known of it and tells the watchers, unless it was closed. Under the lock, so that nothing is told
    /// after [`LiveSession::close`].
    pub(super) fn update<T>(&self, change: impl FnOnce(&mut LiveState) -> T) -> Option<T> {
        let mut state = self.state.lock();
        if self.closed.is_cancelled() {
            return None;
        }
        let before = state.progress.clone();
        let answer = change(&mut state);
        if state.progress != before {
            for watcher in &state.watchers {
                watcher.changed(&state.progress);
            }
        }
        Some(answer)
    }

    /// How it is known to those who wait for a sign-in.
    pub(super) fn waiter(&self) -> Waiter {
        Waiter::Session(self.number.0)
    }

    pub(super) fn watchers(&self) -> Vec<Arc<dyn SessionWatcher>> {
        self.state.lock().watchers.clone()
    }

    fn handle(&self) -> Option<Session> {
        match &*self.phase.borrow() {
            Phase::Running(session) => Some(session.clone()),
            Phase::Resolving | Phase::Over => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use postern_model::{EncryptionPolicy, StartRequest, Target};
    use postern_session::SessionEvent;

    use super::*;
    use crate::events::EventBus;

    /// The exit statuses that were known at each change.
    #[derive(Debug, Default)]
    struct Changes(Lock<Vec<Option<i32>>>);

    #[async_trait]
    impl SessionWatcher for Changes {
        fn changed(&self, progress: &Progress) {
            self.0.lock().push(progress.exit_status());
        }

        async fn received(&self, _: &SessionEvent) {}
    }

    fn watched_session() -> (LiveSession, Arc<Changes>) {
        let destination = Destination {
            title: "web-1".into(),
            profile: None,
            region: None,
            start: StartRequest::shell(Target::parse("i-0a1b2c3d").unwrap()),
            encryption: EncryptionPolicy::Prefer,
            node_key: None,
            connection: None,
            raise: false,
        };
        let (logins, _) = LoginWaits::new(EventBus::new().0);
        let session = LiveSession::new(SessionNumber(1), destination, SessionOptions::default(), logins);
        let changes = Arc::new(Changes::default());
        session.watch(Arc::clone(&changes) as Arc<dyn SessionWatcher>);
        (session, changes)
    }

    #[test]
    fn of_a_closed_session_nothing_is_said_and_it_does_not_end_with_the_program() {
        let (session, changes) = watched_session();
        assert!(session.is_live());
        session.close();
        assert!(session.update(|state| state.progress.exited(3)).is_none());
        assert_eq!(*changes.0.lock(), [None], "what was known when the watcher came");
        assert!(!session.is_live());
    }

    #[test]
    fn a_flood_of_exit_codes_is_one_change() {
        let (session, changes) = watched_session();
        for code in 3..10_000 {
            session.update(|state| state.progress.exited(code));
        }
        assert_eq!(*changes.0.lock(), [None, Some(3)], "a program ends once");
    }
}
