//! What a tab does with its session: brings it, shows what it writes, tells what becomes of it.

use std::sync::Arc;

use bytes::Bytes;
use postern_model::{ControlPlane, display_text};
use postern_session::{Session, SessionEvent, SessionEvents, SessionOptions, SessionState, SessionType};

use super::{Run, Stage, Tab};
use crate::{
    clock::{for_page, now_ms},
    destination::Destination,
    lapses::Retry,
    plain_output::{Output, PlainOutput},
    view::ErrorView,
};

/// Leaves whatever modes the former session left the terminal in (alternate screen, mouse reports, bracketed paste,
/// keypad and cursor keys, colours), keeps what it shows, and begins a new line. `1047` and not `1049`, which would move
/// the cursor to a place that was saved long ago.
const FRESH_LINE: &[u8] =
    b"\x1b[?1047l\x1b[!p\x1b[?1l\x1b>\x1b[?7h\x1b[?1000;1002;1003;1006;2004l\x1b[0m\r\n";

impl Tab {
    /// Brings the session of `run` and lives with it until its end.
    pub(crate) async fn run(self: Arc<Self>, run: Run, control: Arc<dyn ControlPlane>) {
        if let Some(events) = self.open(control, &run).await {
            if run.follows_another {
                self.show(Bytes::from_static(FRESH_LINE), &run).await;
            }
            self.follow(events, &run).await;
        }
        run.stage.send_replace(Stage::Over);
    }

    /// Asks the AWS configuration what was left open, then AWS for a session; none when that failed or nobody wants it
    /// any more. The session enters under the tab's lock: no new size and no farewell falls between.
    async fn open(&self, control: Arc<dyn ControlPlane>, run: &Run) -> Option<SessionEvents> {
        let Destination {
            profile,
            region,
            start,
            encryption,
            ..
        } = self.destination.clone();
        match run
            .left
            .run_until_cancelled(control.resolve(profile, region))
            .await?
        {
            Ok(scope) => self.update(run, |live| {
                live.region = Some(scope.region.clone());
                let options = SessionOptions {
                    size: live.size,
                    encryption,
                };
                let (session, events) = Session::open(control, scope, start, options);
                run.stage.send_replace(Stage::Open(session));
                events
            }),
            Err(error) => {
                self.update(run, |live| live.progress.failed(error.into(), for_page(now_ms())));
                None
            }
        }
    }

    async fn follow(self: &Arc<Self>, mut events: SessionEvents, run: &Run) {
        let mut output = Output::Terminal;
        while let Some(event) = events.next().await {
            match event {
                SessionEvent::State(state) => {
                    if let Some(shape) = shape_of(&state) {
                        output = shape;
                    }
                    if matches!(state, SessionState::Ended(_) | SessionState::Failed(_)) {
                        self.show(output.finish(), run).await;
                    }
                    self.advance(state, run);
                }
                SessionEvent::Output(bytes) => self.show(output.stdout(bytes), run).await,
                SessionEvent::StdErr(bytes) => self.show(output.stderr(bytes), run).await,
                SessionEvent::ExitCode(status) => {
                    self.update(run, |live| live.progress.exited(status));
                }
                SessionEvent::Message(text) => self.show(message_lines(&text), run).await,
            }
        }
    }

    /// Others of the profile are told to try after the tab's lock is given back: each takes that of its own tab.
    fn advance(self: &Arc<Self>, state: SessionState, run: &Run) {
        let others = self.update(run, |live| {
            let others = self.note_login(&state);
            live.progress.advance(state, for_page(now_ms()));
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
                    self.lapses.wait(who, self.id, error, self.retry());
                }
            }
            SessionState::Resuming { wait, .. } => {
                if !wait.is_zero() {
                    self.lapses.leave(who, self.id);
                }
            }
            // Each of these follows a call that AWS answered with these credentials.
            SessionState::Opening { .. }
            | SessionState::Waiting { .. }
            | SessionState::Ready { .. }
            | SessionState::Resumed => {
                self.lapses.leave(who, self.id);
                return self.lapses.worked(who);
            }
            SessionState::Ended(_) | SessionState::Failed(_) => self.lapses.leave(who, self.id),
            SessionState::Starting | SessionState::Paused | SessionState::Unpaused => {}
        }
        Vec::new()
    }

    fn retry(self: &Arc<Self>) -> Retry {
        let tab = Arc::downgrade(self);
        Arc::new(move || {
            if let Some(tab) = tab.upgrade() {
                tab.retry_if_away();
            }
        })
    }

    /// What a session that was left still says is swallowed, so that it can end.
    async fn show(&self, bytes: Bytes, run: &Run) {
        run.left.run_until_cancelled(self.terminal.write(bytes)).await;
    }
}

/// How the output of a session that has become ready is shown.
fn shape_of(state: &SessionState) -> Option<Output> {
    let SessionState::Ready { session_type, .. } = state else {
        return None;
    };
    Some(match session_type {
        SessionType::NonInteractiveCommands => Output::Plain(PlainOutput::default()),
        SessionType::Shell | SessionType::InteractiveCommands | SessionType::Port { .. } => Output::Terminal,
    })
}

fn login_wanted() -> ErrorView {
    ErrorView::new(
        "credentials-expired",
        "The sign-in has expired.",
        "Sign in again (for example `aws sso login`) or renew the keys, then retry.",
    )
}

/// A text of the session's owner as lines of the terminal; nothing in it can move the cursor.
fn message_lines(text: &str) -> Bytes {
    let lines: Vec<String> = text.lines().map(|line| display_text(line) + "\r\n").collect();
    lines.concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_for_the_user_cannot_drive_the_terminal() {
        assert_eq!(
            message_lines("Encrypted.\n\u{1b}]0;x\u{7}By ops"),
            "Encrypted.\r\n]0;xBy ops\r\n"
        );
    }
}
