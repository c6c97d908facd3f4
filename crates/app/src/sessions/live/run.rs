//! The task of a live session: opens it, hands on what comes from it, and notes what becomes of it.

use std::sync::Arc;

use postern_fleet::{RaisingStep, raise};
use postern_model::{ControlError, ControlPlane, NodeId, Scope};
use postern_session::{AgentPatience, Session, SessionError, SessionEvent, SessionEvents, SessionState};

use super::session::{LiveSession, Phase};
use crate::{
    clock::{for_page, now_ms},
    contract::ErrorView,
    sessions::destination::Destination,
    sign_ins::{Login, Retry, Woken},
};

impl LiveSession {
    /// Runs it to its end. Where AWS gives no session before somebody signs in, it is asked for again then.
    pub(super) async fn run(self: &Arc<Self>, control: Arc<dyn ControlPlane>) {
        while let Some(events) = self.open(Arc::clone(&control)).await {
            if !self.follow(events, &control).await || !self.until_signed_in().await {
                break;
            }
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
        let resolving = async {
            let scope = control.resolve(profile, region).await?;
            let login = Login::of(&control, scope.profile.as_ref()).await;
            self.raise(control.as_ref(), &scope).await?;
            Ok::<_, ErrorView>((scope, login))
        };
        match self.closed.run_until_cancelled(resolving).await? {
            Ok((scope, login)) => self.update(|state| {
                // The same AWS configuration says the same again.
                let _ = self.login.set(login);
                state.progress.resolved(scope.region.clone());
                let (session, events) = Session::open(control, scope, start, state.options.clone());
                self.phase.send_replace(Phase::Running(session));
                events
            }),
            Err(error) => {
                self.update(|state| state.progress.failed(error, for_page(now_ms())));
                None
            }
        }
    }

    /// Has the instance started first, where that was asked for, and tells each step.
    async fn raise(&self, control: &dyn ControlPlane, scope: &Scope) -> Result<(), ErrorView> {
        let target = self.destination.start.target.as_str();
        let node = NodeId::parse(target)
            .ok()
            .filter(|id| self.destination.raise && !id.is_hybrid());
        let Some(node) = node else { return Ok(()) };
        let since = for_page(now_ms());
        let report = |step: RaisingStep| {
            self.update(|state| state.progress.raising(step, since));
        };
        raise(control, scope, &node, report)
            .await
            .map_err(|error| ErrorView::from(&error))?;
        // It may still be some moments until AWS takes sessions.
        self.update(|state| state.options.patience = AgentPatience::Always);
        Ok(())
    }

    /// Whether it is to be opened again, because it only waits for a sign-in.
    async fn follow(self: &Arc<Self>, mut events: SessionEvents, control: &Arc<dyn ControlPlane>) -> bool {
        while let Some(event) = events.next().await {
            if let SessionEvent::State(SessionState::Failed(SessionError::Control(error))) = &event
                && let Some(login) = self.sign_in_for(error, control).await
            {
                self.wait_for_sign_in(&login, error);
                return true;
            }
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
        false
    }

    /// The sign-in without which AWS gave no session at all.
    async fn sign_in_for(&self, error: &ControlError, control: &Arc<dyn ControlPlane>) -> Option<Login> {
        if self.progress().session_id().is_some() {
            return None;
        }
        Login::that_mends(control, self.destination.profile.as_ref(), error).await
    }

    fn wait_for_sign_in(self: &Arc<Self>, login: &Login, error: &ControlError) {
        let session = Arc::downgrade(self);
        let retry: Retry = Arc::new(move || {
            if let Some(session) = session.upgrade() {
                session.signed_in.notify_one();
            }
        });
        self.update(|state| {
            // Whoever types meanwhile is heard when there is a session.
            self.phase.send_replace(Phase::Resolving);
            state.progress.waits_for_login(login.name());
            self.wait(login, ErrorView::from(error), retry);
        });
    }

    /// False when nobody wants it any more.
    async fn until_signed_in(&self) -> bool {
        self.closed
            .run_until_cancelled(self.signed_in.notified())
            .await
            .is_some()
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
        if let Some(others) = others.flatten() {
            others.wake();
        }
    }

    /// Whether this session waits for somebody to sign in; where it has just shown that the credentials work, those who
    /// can try as well.
    fn note_login(self: &Arc<Self>, state: &SessionState) -> Option<Woken> {
        match state {
            SessionState::Resuming {
                waits_for_credentials: true,
                wait,
                last_error,
                ..
            } => {
                // A state without a wait is an attempt of which nothing is known yet.
                if !wait.is_zero() {
                    let login = last_error
                        .as_ref()
                        .and_then(sign_in_of)
                        .unwrap_or_else(|| self.login());
                    let error = last_error.as_ref().map_or_else(login_wanted, ErrorView::from);
                    self.wait(&login, error, self.retry());
                }
            }
            SessionState::Resuming { wait, .. } => {
                if !wait.is_zero() {
                    self.logins.leave(self.waiter());
                }
            }
            // Each of these follows a call that AWS answered with these credentials.
            SessionState::Opening { .. }
            | SessionState::Waiting { .. }
            | SessionState::Ready { .. }
            | SessionState::Resumed => {
                self.logins.leave(self.waiter());
                return Some(self.logins.worked(&self.login()));
            }
            SessionState::Ended(_) | SessionState::Failed(_) => {
                self.logins.leave(self.waiter());
            }
            SessionState::Starting
            | SessionState::NotConnectedYet { .. }
            | SessionState::Paused
            | SessionState::Unpaused => {}
        }
        None
    }

    fn wait(&self, login: &Login, error: ErrorView, retry: Retry) {
        let profile = self.destination.profile.as_ref();
        self.logins
            .wait(login, self.waiter(), profile, error, Some(retry));
    }

    fn login(&self) -> Login {
        let profile = self.destination.profile.as_ref();
        self.login
            .get()
            .cloned()
            .unwrap_or_else(|| Login::of_profile(profile))
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

/// The sign-in that is all that is missing.
fn sign_in_of(error: &SessionError) -> Option<Login> {
    if let SessionError::Control(error) = error {
        Login::named_by(error)
    } else {
        None
    }
}

fn login_wanted() -> ErrorView {
    ErrorView::new(
        "credentials-expired",
        "The sign-in has expired.",
        "Sign in again (for example `aws sso login`) or renew the keys, then retry.",
    )
}
