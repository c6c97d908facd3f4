//! One tab: a terminal and the session behind it, which may be replaced by a new one in the same tab.

use std::sync::Arc;

use bytes::Bytes;
use postern_model::{ControlPlane, EncryptionPolicy, Region, SessionId, TerminalSize, display_text};
use postern_session::{Session, SessionEvent, SessionEvents, SessionOptions};
use tokio::sync::{Mutex as Turns, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::{for_page, now_ms},
    destination::Destination,
    lock::Lock,
    outbox::Outbox,
    progress::Progress,
    terminal::{Sink, Terminal},
    view::{AppEvent, Environment, ErrorView, TabView},
};

/// Leaves whatever modes the former session left the terminal in (alternate screen, mouse reports, bracketed paste,
/// keypad and cursor keys, colours), keeps what it shows, and begins a new line. `1047` and not `1049`, which would move
/// the cursor to a place that was saved long ago.
const FRESH_LINE: &[u8] =
    b"\x1b[?1047l\x1b[!p\x1b[?1l\x1b>\x1b[?7h\x1b[?1000;1002;1003;1006;2004l\x1b[0m\r\n";

/// One tab. It is shared by the commands and by the task of its session.
#[derive(Debug)]
pub(crate) struct Tab {
    id: u32,
    destination: Destination,
    outbox: Outbox,
    terminal: Terminal,
    live: Lock<Live>,
    /// Typing waits here for its turn, so that concurrent commands keep their order.
    typing: Turns<()>,
}

/// What changes with the session.
#[derive(Debug)]
struct Live {
    progress: Progress,
    region: Option<Region>,
    size: TerminalSize,
    run: Run,
    /// The tab is gone: no new session may come into it.
    closed: bool,
}

/// One session of the tab, from the click to the end.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// The terminal shows what a former session wrote.
    follows_another: bool,
    /// The tab was closed or has a newer session: this one is terminated and its events mean nothing any more.
    left: CancellationToken,
    stage: watch::Sender<Stage>,
}

#[derive(Debug, Clone)]
enum Stage {
    /// The AWS configuration is being read.
    Resolving,
    /// There is somebody to type to.
    Open(Session),
    /// There is not, or no more.
    Over,
}

impl Tab {
    /// A tab without a session yet; [`Tab::run`] brings it.
    pub(crate) fn new(
        id: u32,
        destination: Destination,
        size: TerminalSize,
        outbox: Outbox,
    ) -> (Arc<Self>, Run) {
        let run = Run::new(false);
        let live = Live {
            progress: Progress::resolving(),
            region: destination.region.clone(),
            size,
            run: run.clone(),
            closed: false,
        };
        let tab = Self {
            id,
            destination,
            outbox,
            terminal: Terminal::open(),
            live: Lock::new(live),
            typing: Turns::new(()),
        };
        (Arc::new(tab), run)
    }

    /// How the page shows it.
    pub(crate) fn view(&self) -> TabView {
        self.view_of(&self.live.lock())
    }

    fn view_of(&self, live: &Live) -> TabView {
        let profile = self.destination.profile.as_ref().map(ToString::to_string);
        TabView {
            id: self.id,
            title: self.destination.title.clone(),
            target: self.destination.start.target.to_string(),
            environment: Environment::of_profile(profile.as_deref()),
            profile,
            region: live.region.as_ref().map(ToString::to_string),
            node_key: self.destination.node_key.clone(),
            session_id: live.progress.session_id().map(str::to_owned),
            document: None,
            command: None,
            encryption_key: None,
            exit_status: None,
            state: live.progress.state().clone(),
        }
    }

    /// Where it goes, for another tab like it.
    pub(crate) fn destination(&self) -> Destination {
        self.destination.clone()
    }

    /// The session at AWS, once granted.
    pub(crate) fn session_id(&self) -> Option<SessionId> {
        SessionId::parse(self.live.lock().progress.session_id()?).ok()
    }

    /// Forgets the session it had; [`Tab::run`] brings a new one, with the same parameters. None once it is closed.
    pub(crate) fn renew(&self, size: TerminalSize) -> Option<Run> {
        let mut live = self.live.lock();
        if live.closed {
            return None;
        }
        live.run.leave();
        live.run = Run::new(true);
        live.progress = Progress::resolving();
        live.size = size;
        self.tell(&live);
        Some(live.run.clone())
    }

    /// Terminates the session and closes the terminal.
    pub(crate) fn close(&self) {
        let mut live = self.live.lock();
        live.closed = true;
        live.run.leave();
        drop(live);
        self.terminal.close();
    }

    pub(crate) fn attach(&self, sink: Sink) {
        self.terminal.attach(sink);
    }

    pub(crate) fn credit(&self, bytes: u32) {
        self.terminal.credit(u64::from(bytes));
    }

    pub(crate) fn resize(&self, size: TerminalSize) {
        let mut live = self.live.lock();
        live.size = size;
        if let Some(session) = live.run.session() {
            session.resize(size);
        }
    }

    pub(crate) fn retry_resume(&self) {
        if let Some(session) = self.live.lock().run.session() {
            session.retry_now();
        }
    }

    /// Types `bytes` after everything that was typed before; waits while the session's input is full, and while there
    /// is no session yet.
    ///
    /// # Errors
    /// `session-over`: the bytes went nowhere.
    pub(crate) async fn type_in(&self, bytes: Bytes) -> Result<(), ErrorView> {
        let _turn = self.typing.lock().await;
        let mut stage = self.live.lock().run.stage.subscribe();
        let reached = stage
            .wait_for(|stage| !matches!(stage, Stage::Resolving))
            .await
            .map(|stage| stage.clone());
        match reached {
            Ok(Stage::Open(session)) => session.send_input(bytes).await.map_err(|_| session_over()),
            Ok(Stage::Over | Stage::Resolving) | Err(_) => Err(session_over()),
        }
    }

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
                    encryption: EncryptionPolicy::Prefer,
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

    async fn follow(&self, mut events: SessionEvents, run: &Run) {
        while let Some(event) = events.next().await {
            match event {
                SessionEvent::State(state) => {
                    self.update(run, |live| live.progress.advance(state, for_page(now_ms())));
                }
                SessionEvent::Output(bytes) | SessionEvent::StdErr(bytes) => self.show(bytes, run).await,
                SessionEvent::ExitCode(code) => {
                    self.update(run, |live| live.progress.exited(code));
                }
                SessionEvent::Message(text) => self.show(message_lines(&text), run).await,
            }
        }
    }

    /// What a session that was left still says is swallowed, so that it can end.
    async fn show(&self, bytes: Bytes, run: &Run) {
        run.left.run_until_cancelled(self.terminal.write(bytes)).await;
    }

    /// Changes the tab and tells the window what it sees of that, unless this session was left.
    fn update<T>(&self, run: &Run, change: impl FnOnce(&mut Live) -> T) -> Option<T> {
        let mut live = self.live.lock();
        if run.left.is_cancelled() {
            return None;
        }
        let before = self.view_of(&live);
        let answer = change(&mut live);
        if self.view_of(&live) != before {
            self.tell(&live);
        }
        Some(answer)
    }

    /// Under the lock, so that nothing is told of a tab after it was closed.
    fn tell(&self, live: &Live) {
        self.outbox.tell(AppEvent::TabChanged {
            tab: self.view_of(live),
        });
    }
}

impl Run {
    fn new(follows_another: bool) -> Self {
        Self {
            follows_another,
            left: CancellationToken::new(),
            stage: watch::Sender::new(Stage::Resolving),
        }
    }

    fn leave(&self) {
        self.left.cancel();
        if let Some(session) = self.session() {
            session.terminate();
        }
    }

    fn session(&self) -> Option<Session> {
        match &*self.stage.borrow() {
            Stage::Open(session) => Some(session.clone()),
            Stage::Resolving | Stage::Over => None,
        }
    }
}

fn session_over() -> ErrorView {
    ErrorView::new(
        "session-over",
        "The session is over; nothing was typed.",
        "Open a new session in this tab.",
    )
}

/// A text of the session's owner as lines of the terminal; nothing in it can move the cursor.
fn message_lines(text: &str) -> Bytes {
    let lines: Vec<String> = text.lines().map(|line| display_text(line) + "\r\n").collect();
    lines.concat().into()
}

#[cfg(test)]
mod tests {
    use postern_model::{StartRequest, Target};

    use super::*;
    use crate::outbox::Events;

    fn tab() -> (Arc<Tab>, Run, Events) {
        let (outbox, events) = Outbox::new();
        let destination = Destination {
            title: "web-1".into(),
            profile: None,
            region: None,
            start: StartRequest::shell(Target::parse("i-0a1b2c3d").unwrap()),
            node_key: None,
        };
        let (tab, run) = Tab::new(1, destination, TerminalSize::clamped(80, 24), outbox);
        (tab, run, events)
    }

    #[tokio::test]
    async fn a_closed_tab_takes_no_new_session_and_tells_nothing() {
        let (tab, _, mut events) = tab();
        tab.close();
        assert!(tab.renew(TerminalSize::clamped(80, 24)).is_none());
        assert!(events.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_flood_of_words_that_change_nothing_does_not_reach_the_window() {
        let (tab, run, mut events) = tab();
        for code in 0..10_000 {
            tab.update(&run, |live| live.progress.exited(code));
        }
        assert!(events.try_recv().is_err());
    }

    #[test]
    fn a_message_for_the_user_cannot_drive_the_terminal() {
        assert_eq!(
            message_lines("Encrypted.\n\u{1b}]0;x\u{7}By ops"),
            "Encrypted.\r\n]0;xBy ops\r\n"
        );
    }
}
