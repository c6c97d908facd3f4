//! What a tab does with its session: shows what it writes, and tells the window what becomes of it.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use postern_model::{TerminalSize, display_text};
use postern_session::{AgentPatience, SessionEvent, SessionOptions, SessionState, SessionType};

use crate::{
    contract::{AppEvent, Environment, TabView},
    events::EventBus,
    lock::Lock,
    sessions::{destination::Destination, live::SessionWatcher, progress::Progress},
    terminal::{OutputFormatter, PlainOutput, Terminal},
};

/// Leaves whatever modes the former session left the terminal in (alternate screen, mouse reports, bracketed paste,
/// keypad and cursor keys, colours), keeps what it shows, and begins a new line. `1047` and not `1049`, which would move
/// the cursor to a place that was saved long ago.
const FRESH_LINE: &[u8] =
    b"\x1b[?1047l\x1b[!p\x1b[?1l\x1b>\x1b[?7h\x1b[?1000;1002;1003;1006;2004l\x1b[0m\r\n";

/// What stays the same of a tab over all its sessions.
#[derive(Debug)]
pub(super) struct TabLabel {
    pub(super) id: u32,
    pub(super) destination: Destination,
}

/// The tab's side of one of its sessions.
#[derive(Debug)]
pub(super) struct TabWatcher {
    label: Arc<TabLabel>,
    events: EventBus,
    terminal: Terminal,
    output: Lock<TabOutput>,
}

#[derive(Debug)]
struct TabOutput {
    /// The terminal shows what a former session wrote, and this one has written nothing yet.
    needs_fresh_line: bool,
    formatter: OutputFormatter,
}

impl TabLabel {
    /// What a session in a terminal of this size is opened with.
    pub(super) fn session_options(&self, size: TerminalSize) -> SessionOptions {
        SessionOptions {
            size: Some(size),
            encryption: self.destination.encryption.clone(),
            patience: AgentPatience::WhereJustStarted,
            ..SessionOptions::default()
        }
    }

    /// How the page shows the tab with a session of which `progress` is known.
    pub(super) fn view(&self, progress: &Progress) -> TabView {
        let destination = &self.destination;
        let profile = destination.profile.as_ref().map(ToString::to_string);
        TabView {
            id: self.id,
            title: destination.title.clone(),
            target: destination.start.target.to_string(),
            environment: Environment::of_profile(profile.as_deref()),
            profile,
            region: progress.region().map(ToString::to_string),
            node_key: destination.node_key.clone(),
            connection: destination.connection.and_then(|id| i32::try_from(id.0).ok()),
            session_id: progress.session_id().map(ToString::to_string),
            document: destination.document(),
            command: destination.command(),
            encryption_key: progress.encryption_key().map(str::to_owned),
            exit_status: progress.exit_status(),
            state: progress.state().clone(),
        }
    }
}

impl TabWatcher {
    /// Of the tab's first session.
    pub(super) fn first(label: Arc<TabLabel>, events: EventBus, terminal: Terminal) -> Self {
        Self::new(label, events, terminal, false)
    }

    /// Of one that follows another in the same terminal.
    pub(super) fn following(label: Arc<TabLabel>, events: EventBus, terminal: Terminal) -> Self {
        Self::new(label, events, terminal, true)
    }

    fn new(label: Arc<TabLabel>, events: EventBus, terminal: Terminal, needs_fresh_line: bool) -> Self {
        let output = TabOutput {
            needs_fresh_line,
            formatter: OutputFormatter::Unchanged,
        };
        Self {
            label,
            events,
            terminal,
            output: Lock::new(output),
        }
    }
}

#[async_trait]
impl SessionWatcher for TabWatcher {
    fn changed(&self, progress: &Progress) {
        self.events.emit(AppEvent::TabChanged {
            tab: self.label.view(progress),
        });
    }

    async fn received(&self, event: &SessionEvent) {
        let (fresh_line, bytes) = {
            let mut output = self.output.lock();
            (output.fresh_line(), output.shown(event))
        };
        self.terminal.write(fresh_line).await;
        self.terminal.write(bytes).await;
    }
}

impl TabOutput {
    fn fresh_line(&mut self) -> Bytes {
        if std::mem::take(&mut self.needs_fresh_line) {
            Bytes::from_static(FRESH_LINE)
        } else {
            Bytes::new()
        }
    }

    fn shown(&mut self, event: &SessionEvent) -> Bytes {
        match event {
            SessionEvent::State(SessionState::Ready { session_type, .. }) => {
                self.formatter = formatter_of(session_type);
                Bytes::new()
            }
            SessionEvent::State(SessionState::Ended(_) | SessionState::Failed(_)) => self.formatter.finish(),
            SessionEvent::Output(bytes) => self.formatter.stdout(bytes.clone()),
            SessionEvent::StdErr(bytes) => self.formatter.stderr(bytes.clone()),
            SessionEvent::Message(text) => message_lines(text),
            SessionEvent::State(_)
            | SessionEvent::ExitCode(_)
            | SessionEvent::Flag(_)
            | SessionEvent::Saved(_) => Bytes::new(),
        }
    }
}

/// How the output of a session of this type is shown.
fn formatter_of(session_type: &SessionType) -> OutputFormatter {
    match session_type {
        SessionType::NonInteractiveCommands => OutputFormatter::Plain(PlainOutput::default()),
        SessionType::Shell | SessionType::InteractiveCommands | SessionType::Port { .. } => {
            OutputFormatter::Unchanged
        }
    }
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
