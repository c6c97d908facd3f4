//! One tab: a terminal and the session behind it, which may be replaced by a new one in the same tab.

mod following;

use std::sync::Arc;

use bytes::Bytes;
use postern_model::{Region, SessionId, TerminalSize};
use postern_session::Session;
use tokio::sync::{Mutex as Turns, watch};
use tokio_util::sync::CancellationToken;

use crate::{
    destination::Destination,
    lapses::Lapses,
    lock::Lock,
    outbox::Outbox,
    progress::Progress,
    terminal::{Sink, Terminal},
    view::{AppEvent, Environment, ErrorView, TabStateView, TabView},
};

/// One tab. It is shared by the commands and by the task of its session.
#[derive(Debug)]
pub(crate) struct Tab {
    id: u32,
    destination: Destination,
    outbox: Outbox,
    lapses: Lapses,
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
        lapses: Lapses,
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
            lapses,
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
            connection: self
                .destination
                .connection
                .and_then(|id| i32::try_from(id.0).ok()),
            session_id: live.progress.session_id().map(str::to_owned),
            document: self.destination.document(),
            command: self.destination.command(),
            encryption_key: live.progress.encryption_key().map(str::to_owned),
            exit_status: live.progress.exit_status(),
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
        self.leave(&live);
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
        self.leave(&live);
        drop(live);
        self.terminal.close();
    }

    pub(crate) fn attach(&self, sink: Sink) -> u64 {
        self.terminal.attach(sink)
    }

    pub(crate) fn credit(&self, bytes: u32) {
        self.terminal.credit(u64::from(bytes));
    }

    pub(crate) fn hide(&self, hidden: bool) {
        self.terminal.hide(hidden);
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

    /// The same, if the link is lost; otherwise a later loss would not wait as it should.
    pub(crate) fn retry_if_away(&self) {
        let live = self.live.lock();
        if !matches!(live.progress.state(), TabStateView::Resuming { .. }) {
            return;
        }
        if let Some(session) = live.run.session() {
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

    fn leave(&self, live: &Live) {
        live.run.leave();
        self.lapses.leave(&self.destination.profile, self.id);
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

#[cfg(test)]
mod tests {
    use postern_model::{EncryptionPolicy, StartRequest, Target};

    use super::*;
    use crate::outbox::Events;

    fn tab() -> (Arc<Tab>, Run, Events) {
        let (outbox, events) = Outbox::new();
        let destination = Destination {
            title: "web-1".into(),
            profile: None,
            region: None,
            start: StartRequest::shell(Target::parse("i-0a1b2c3d").unwrap()),
            encryption: EncryptionPolicy::Prefer,
            node_key: None,
            connection: None,
        };
        let lapses = Lapses::new(outbox.clone());
        let (tab, run) = Tab::new(1, destination, TerminalSize::clamped(80, 24), outbox, lapses);
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
    async fn a_flood_of_exit_codes_reaches_the_window_once() {
        let (tab, run, mut events) = tab();
        for code in 3..10_000 {
            tab.update(&run, |live| live.progress.exited(code));
        }
        assert!(events.try_recv().is_ok());
        assert!(events.try_recv().is_err());
        assert_eq!(tab.view().exit_status, Some(3), "a program ends once");
    }
}
