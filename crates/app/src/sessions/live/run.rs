//! The task of a live session: opens it, hands on what comes from it, and notes what becomes of it.

use std::sync::Arc;

use postern_model::ControlPlane;
use postern_session::{Session, SessionEvent, SessionEvents, SessionState};

use super::session::{LiveSession, Phase};
use crate::{
    clock::{for_page, now_ms},
    contract::ErrorView,
    sessions::{destination::Destination, logins::Retry},
};

impl LiveSession {
    /// Runs it to its end.
    pub(super) async fn run(self: &Arc<Self>, control: Arc<dyn ControlPlane>) {
        if let Some(events) = self.open(control).await {
            self.follow(events).await;
        }
        self.phase.send_replace(Phase::Over);
    }

    /// Asks the AWS configuration what was left open, then AWS for a session; none when that failed or nobody wants it
    /// any more. The session enters under the lock: no new size and no termination falls between.
    async fn open(&self, control: Arc<dyn ControlPlane>) -> Option<SessionEvents> {
        let Destination {
            profile,
            region,
            start,
            ..
        } = self.destination.clone();
        let resolved = self
            .closed
            .run_until_cancelled(control.resolve(profile, region))
            .await?;
        match resolved {
            Ok(scope) => self.update(|state| {
                state.progress.resolved(scope.region.clone());
                let (session, events) = Session::open(control, scope, start, state.options.clone());
                self.phase.send_replace(Phase::Running(session));
                events
            }),
            Err(error) => {
                self.update(|state| state.progress.failed(error.into(), for_page(now_ms())));
                None
            }
        }
    }

    async fn follow(self: &Arc<Self>, mut events: SessionEvents) {
        while let Some(event) = events.next().await {
            self.hand_on(&event).await;
            match event {
                SessionEvent::State(state) => self.advance(state),
                SessionEvent::ExitCode(status) => {
                    self.update(|state| state.progress.exited(status));
                }
                SessionEvent::Output(_)
                | SessionEvent::StdErr(_)
                | SessionEvent::Message(_)
                | SessionEvent::Flag(_)
                | SessionEvent::Saved(_) => {}
            }
        }
    }

    /// What a session that was closed still says is swallowed, so that it can end.
    async fn hand_on(&self, event: &SessionEvent) {
        for watcher in self.watchers() {
            self.closed.run_until_cancelled(watcher.received(event)).await;
        }
    }

    /// Others of the profile try after the lock is given back: each takes its own.
    fn advance(self: &Arc<Self>, session_state: SessionState) {
        let others = self.update(|state| {
            let others = self.note_login(&session_state);
            state.progress.advance(session_state, for_page(now_ms()));
            others
        });
        for retry in others.into_iter().flatten() {
            retry();
        }
    }

    /// Whether this session waits for somebody to sign in; where it has just shown that the credentials work, those who
    /// can try as well.
    fn note_login(self: &Arc<Self>, state: &SessionState) -> Vec<Retry> {
        let who = &self.destination.profile;
        match state {
            SessionState::Resuming {
                waits_for_credentials: true,
                wait,
                last_error,
                ..
            } => {
                // A state without a wait is an attempt of which nothing is known yet.
                if !wait.is_zero() {
                    let error = last_error.as_ref().map_or_else(login_wanted, ErrorView::from);
                    self.logins.wait(who, self.number, error, self.retry());
                }
            }
            SessionState::Resuming { wait, .. } => {
                if !wait.is_zero() {
                    self.logins.leave(who, self.number);
                }
            }
            // Each of these follows a call that AWS answered with these credentials.
            SessionState::Opening { .. }
            | SessionState::Waiting { .. }
            | SessionState::Ready { .. }
            | SessionState::Resumed => {
                self.logins.leave(who, self.number);
                return self.logins.worked(who);
            }
            SessionState::Ended(_) | SessionState::Failed(_) => self.logins.leave(who, self.number),
            SessionState::Starting | SessionState::Paused | SessionState::Unpaused => {}
        }
        Vec::new()
    }

    fn retry(self: &Arc<Self>) -> Retry {
        let session = Arc::downgrade(self);
        Arc::new(move || {
            if let Some(session) = session.upgrade() {
                session.retry_if_lost();
            }
        })
    }
}

fn login_wanted() -> ErrorView {
    ErrorView::new(
        "credentials-expired",
        "The sign-in has expired.",
        "Sign in again (for example `aws sso login`) or renew the keys, then retry.",
    )
}
