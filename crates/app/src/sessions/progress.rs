//! What is known of a live session: its states with times and steps, as people read them.

use std::time::Duration;

use postern_fleet::{RAISING_LIMIT, RaisingStep};
use postern_model::{Region, SessionId, display_text};
use postern_session::{AGENT_WAIT, SessionEnd, SessionState};

use crate::contract::{ErrorView, SessionStateView, WaitView};

/// What agents say of a program that a signal killed.
const KILLED: i32 = -1;
/// The step between a data channel that is open and the agent's first word.
const WAITING: &str = "Waiting for the agent";

/// What is known of one session. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Progress {
    region: Option<Region>,
    state: SessionStateView,
    /// Since when there has been a prompt, over pauses and resumes.
    connected_since_ms: Option<f64>,
    session_id: Option<SessionId>,
    encryption_key: Option<String>,
    exit_status: Option<i32>,
}

impl Progress {
    /// The AWS configuration is being read; `region` is what was asked for.
    pub(crate) fn resolving(region: Option<Region>) -> Self {
        let state = connecting("Reading the AWS configuration");
        Self {
            region,
            state,
            connected_since_ms: None,
            session_id: None,
            encryption_key: None,
            exit_status: None,
        }
    }

    pub(crate) fn state(&self) -> &SessionStateView {
        &self.state
    }

    /// The Region, once known.
    pub(crate) fn region(&self) -> Option<&Region> {
        self.region.as_ref()
    }

    /// The session at AWS, once granted.
    pub(crate) fn session_id(&self) -> Option<&SessionId> {
        self.session_id.as_ref()
    }

    /// The ARN of the KMS key that encrypts the session.
    pub(crate) fn encryption_key(&self) -> Option<&str> {
        self.encryption_key.as_deref()
    }

    pub(crate) fn exit_status(&self) -> Option<i32> {
        self.exit_status
    }

    /// Whether nothing comes any more.
    pub(crate) fn is_over(&self) -> bool {
        matches!(
            self.state,
            SessionStateView::Ended { .. } | SessionStateView::Failed { .. }
        )
    }

    /// Whether the link is lost and being restored.
    pub(crate) fn is_resuming(&self) -> bool {
        matches!(self.state, SessionStateView::Resuming { .. })
    }

    /// The AWS configuration says where the session goes.
    pub(crate) fn resolved(&mut self, region: Region) {
        self.region = Some(region);
    }

    /// AWS gives no session before somebody signs in; it is asked for again then.
    pub(crate) fn waits_for_login(&mut self, what: &str) {
        self.state = SessionStateView::Connecting {
            step: format!("Waiting for a sign-in to {}", display_text(what)),
            waits_for_login: true,
            wait: None,
        };
    }

    /// Its instance is being started, since `since_ms`.
    pub(crate) fn raising(&mut self, step: RaisingStep, since_ms: f64) {
        self.state = SessionStateView::Connecting {
            step: step.words().to_owned(),
            waits_for_login: false,
            wait: Some(WaitView {
                since_ms,
                limit_s: u32::try_from(RAISING_LIMIT.as_secs()).unwrap_or(u32::MAX),
                attempts: None,
            }),
        };
    }

    /// A command's exit status; it is part of the reason when the session ends. A program ends once.
    pub(crate) fn exited(&mut self, status: i32) {
        self.exit_status.get_or_insert(status);
    }

    /// There is no session.
    pub(crate) fn failed(&mut self, error: ErrorView, now_ms: f64) {
        self.state = SessionStateView::Failed { at_ms: now_ms, error };
    }

    /// The session is in a new state.
    pub(crate) fn advance(&mut self, state: SessionState, now_ms: f64) {
        match state {
            SessionState::Starting => self.state = connecting("Asking AWS for a session"),
            SessionState::NotConnectedYet { attempts, waited } => {
                self.state = not_connected_yet(attempts, waited, now_ms);
            }
            SessionState::Opening { session } => self.granted(session, "Opening the data channel"),
            SessionState::Waiting { session } => self.granted(session, WAITING),
            SessionState::Ready {
                session, encryption, ..
            } => {
                self.session_id = Some(session);
                self.encryption_key = encryption.map(|encryption| display_text(&encryption.key_arn));
                self.connected(now_ms);
            }
            SessionState::Paused => self.state = SessionStateView::Paused { since_ms: now_ms },
            SessionState::Unpaused | SessionState::Resumed => self.connected_or_waiting(),
            SessionState::Resuming {
                attempt,
                held_bytes,
                wait,
                waits_for_credentials,
                last_error,
            } => {
                self.state = SessionStateView::Resuming {
                    since_ms: self.resuming_since().unwrap_or(now_ms),
                    attempts: attempt,
                    held_bytes: u32::try_from(held_bytes).unwrap_or(u32::MAX),
                    next_try_at_ms: next_try_at(now_ms, wait),
                    waits_for_login: waits_for_credentials,
                    last_error: last_error.as_ref().map(ErrorView::from),
                };
            }
            SessionState::Ended(end) => self.ended(&end, now_ms),
            // Where there was a prompt, there is a scrollback, which stays.
            SessionState::Failed(error) => self.failed(ErrorView::from(&error), now_ms),
        }
    }

    fn granted(&mut self, session: SessionId, step: &str) {
        self.session_id = Some(session);
        self.state = connecting(step);
    }

    fn ended(&mut self, end: &SessionEnd, now_ms: f64) {
        self.state = SessionStateView::Ended {
            at_ms: now_ms,
            reason: self.with_exit_status(end),
        };
    }

    fn connected(&mut self, now_ms: f64) {
        let since_ms = *self.connected_since_ms.get_or_insert(now_ms);
        self.state = SessionStateView::Connected { since_ms };
    }

    /// A link may be lost and resumed before the agent ever answered.
    fn connected_or_waiting(&mut self) {
        self.state = match self.connected_since_ms {
            Some(since_ms) => SessionStateView::Connected { since_ms },
            None => connecting(WAITING),
        };
    }

    fn resuming_since(&self) -> Option<f64> {
        match self.state {
            SessionStateView::Resuming { since_ms, .. } => Some(since_ms),
            SessionStateView::Connecting { .. }
            | SessionStateView::Connected { .. }
            | SessionStateView::Paused { .. }
            | SessionStateView::Ended { .. }
            | SessionStateView::Failed { .. } => None,
        }
    }

    /// That a session ends when its program does goes without saying.
    fn with_exit_status(&self, end: &SessionEnd) -> String {
        match (self.exit_words(), end) {
            (Some(words), SessionEnd::Closed { output }) if output.trim().is_empty() => words,
            _ => self.after_exit_status(&end.reason()),
        }
    }

    fn after_exit_status(&self, reason: &str) -> String {
        match self.exit_words() {
            Some(words) => format!("{words} {reason}"),
            None => reason.to_owned(),
        }
    }

    fn exit_words(&self) -> Option<String> {
        match self.exit_status? {
            KILLED => Some("The program was killed by a signal.".to_owned()),
            status => Some(format!("The program exited with status {status}.")),
        }
    }
}

/// None while a try is under way.
fn next_try_at(now_ms: f64, wait: Duration) -> Option<f64> {
    (!wait.is_zero()).then(|| (now_ms + wait.as_secs_f64() * 1000.0).round())
}

fn connecting(step: &str) -> SessionStateView {
    SessionStateView::Connecting {
        step: step.to_owned(),
        waits_for_login: false,
        wait: None,
    }
}

/// The agent of an instance that has just started, asked for again and again.
fn not_connected_yet(attempts: u32, waited: Duration, now_ms: f64) -> SessionStateView {
    SessionStateView::Connecting {
        step: "Waiting until its agent is connected".to_owned(),
        waits_for_login: false,
        wait: Some(WaitView {
            since_ms: (now_ms - waited.as_secs_f64() * 1000.0).round(),
            limit_s: u32::try_from(AGENT_WAIT.as_secs()).unwrap_or(u32::MAX),
            attempts: Some(attempts),
        }),
    }
}

#[cfg(test)]
mod tests {
    use postern_session::{SessionEncryption, SessionError, SessionType};

    use super::*;

    fn session() -> SessionId {
        SessionId::parse("ops-1").unwrap()
    }

    fn ready_at(now_ms: f64) -> Progress {
        let mut progress = Progress::resolving(None);
        progress.advance(SessionState::Starting, 0.0);
        progress.advance(SessionState::Opening { session: session() }, 1.0);
        progress.advance(SessionState::Waiting { session: session() }, 2.0);
        progress.advance(
            SessionState::Ready {
                session: session(),
                session_type: SessionType::Shell,
                encryption: Some(SessionEncryption {
                    key_arn: "arn:aws:kms:eu-central-1:111122223333:key/\u{202e}1234".into(),
                }),
            },
            now_ms,
        );
        progress
    }

    fn resuming(attempt: u32) -> SessionState {
        SessionState::Resuming {
            attempt,
            held_bytes: 7,
            wait: Duration::from_millis(u64::from(attempt - 1) * 1500),
            waits_for_credentials: false,
            last_error: None,
        }
    }

    #[test]
    fn the_way_to_a_prompt_is_told_in_steps() {
        let mut progress = Progress::resolving(None);
        assert!(progress.session_id().is_none());
        progress.advance(SessionState::Opening { session: session() }, 1.0);
        assert_eq!(progress.session_id(), Some(&session()));
        assert_eq!(progress.state(), &connecting("Opening the data channel"));
    }

    #[test]
    fn a_resume_keeps_its_beginning_over_the_attempts_and_the_tab_its_age() {
        let mut progress = ready_at(5.0);
        progress.advance(resuming(1), 10.0);
        assert!(matches!(
            progress.state(),
            SessionStateView::Resuming {
                next_try_at_ms: None,
                ..
            }
        ));
        progress.advance(resuming(2), 20.0);
        assert!(matches!(
            progress.state(),
            SessionStateView::Resuming {
                since_ms: 10.0,
                attempts: 2,
                held_bytes: 7,
                next_try_at_ms: Some(1520.0),
                waits_for_login: false,
                ..
            }
        ));
        progress.advance(SessionState::Resumed, 30.0);
        assert_eq!(progress.state(), &SessionStateView::Connected { since_ms: 5.0 });
    }

    #[test]
    fn a_link_that_is_lost_before_the_prompt_leads_back_to_waiting() {
        let mut progress = Progress::resolving(None);
        progress.advance(SessionState::Waiting { session: session() }, 1.0);
        progress.advance(resuming(1), 2.0);
        progress.advance(SessionState::Resumed, 3.0);
        assert_eq!(progress.state(), &connecting("Waiting for the agent"));
    }

    #[test]
    fn an_agent_that_is_not_up_yet_is_counted_from_the_first_refusal() {
        let mut progress = Progress::resolving(None);
        let waited = Duration::from_secs(6);
        progress.advance(SessionState::NotConnectedYet { attempts: 3, waited }, 7000.0);
        let SessionStateView::Connecting { wait: Some(wait), .. } = progress.state() else {
            panic!("{:?}", progress.state())
        };
        assert_eq!(
            (wait.since_ms, wait.limit_s, wait.attempts),
            (1000.0, 60, Some(3))
        );
    }

    #[test]
    fn the_end_names_the_exit_status() {
        let closed = |output: &str| SessionEnd::Closed {
            output: output.into(),
        };
        for (status, end, reason) in [
            (3, closed(""), "The program exited with status 3."),
            (-1, closed(" \n"), "The program was killed by a signal."),
            (
                0,
                closed("Plugin stopped\u{202e}"),
                "The program exited with status 0. Plugin stopped.",
            ),
            (
                3,
                SessionEnd::GoneWhileAway,
                "The program exited with status 3. The session ended at AWS while the link was down.",
            ),
        ] {
            let mut progress = ready_at(5.0);
            progress.exited(status);
            progress.advance(SessionState::Ended(end), 9.0);
            let reason = reason.to_owned();
            assert_eq!(progress.state(), &SessionStateView::Ended { at_ms: 9.0, reason });
        }
    }

    #[test]
    fn an_error_after_the_prompt_is_a_failure_too() {
        let mut progress = ready_at(5.0);
        progress.advance(SessionState::Failed(SessionError::Crashed), 9.0);
        let SessionStateView::Failed { at_ms: 9.0, error } = progress.state() else {
            panic!("{:?}", progress.state())
        };
        assert_eq!(error.code, "crashed");
    }

    #[test]
    fn the_key_of_the_session_is_shown_once_it_is_ready() {
        assert_eq!(Progress::resolving(None).encryption_key(), None);
        assert_eq!(
            ready_at(5.0).encryption_key(),
            Some("arn:aws:kms:eu-central-1:111122223333:key/1234")
        );
    }
}
