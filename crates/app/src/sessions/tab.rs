//! One tab: a terminal and the session behind it, which may be replaced by a new one in the same tab.

mod watching;

use std::sync::Arc;

use bytes::Bytes;
use postern_model::{SessionId, TerminalSize};
use postern_session::SessionOver;
use tokio::sync::Mutex as AsyncMutex;

use self::watching::{TabLabel, TabWatcher};
use super::{
    destination::Destination,
    live::{LiveSession, LiveSessions, SessionWorld},
};
use crate::{
    contract::{ErrorView, TabView},
    events::EventBus,
    lock::Lock,
    terminal::{Sink, Terminal},
};

/// One tab. It owns its session.
#[derive(Debug)]
pub struct Tab {
    label: Arc<TabLabel>,
    sessions: LiveSessions,
    events: EventBus,
    terminal: Terminal,
    current: Lock<Current>,
    /// Typing waits here for its turn, so that concurrent commands keep their order.
    typing: AsyncMutex<()>,
}

#[derive(Debug)]
struct Current {
    session: Arc<LiveSession>,
    /// The tab is gone: no new session may come into it.
    closed: bool,
}

impl Tab {
    /// A tab whose session begins; the window learns of both. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// `closing` when the program ends.
    pub(crate) fn open(
        id: u32,
        destination: Destination,
        size: TerminalSize,
        world: SessionWorld,
        sessions: LiveSessions,
        events: EventBus,
    ) -> Result<Self, ErrorView> {
        let label = Arc::new(TabLabel { id, destination });
        let terminal = Terminal::open();
        let options = label.session_options(size);
        let watcher = TabWatcher::first(Arc::clone(&label), events.clone(), terminal.clone());
        let session = sessions
            .open(label.destination.clone(), options, world, Arc::new(watcher))
            .inspect_err(|_| terminal.close())?;
        Ok(Self {
            label,
            sessions,
            events,
            terminal,
            current: Lock::new(Current {
                session,
                closed: false,
            }),
            typing: AsyncMutex::new(()),
        })
    }

    /// How the page shows it.
    pub(crate) fn view(&self) -> TabView {
        self.label.view(&self.session().progress())
    }

    /// Where it goes, for another session like it.
    pub(crate) fn destination(&self) -> Destination {
        self.label.destination.clone().again()
    }

    /// The session at AWS, once granted.
    pub(crate) fn session_id(&self) -> Option<SessionId> {
        self.session().progress().session_id().cloned()
    }

    /// Closes its session and opens a new one with the same parameters.
    ///
    /// # Errors
    /// `unknown-tab` once it is closed, `closing` when the program ends.
    pub(crate) fn reconnect(&self, size: TerminalSize, world: SessionWorld) -> Result<(), ErrorView> {
        let mut current = self.current.lock();
        if current.closed {
            return Err(ErrorView::gone("tab"));
        }
        current.session.close();
        let options = self.label.session_options(size);
        let (label, terminal) = (Arc::clone(&self.label), self.terminal.clone());
        let watcher = TabWatcher::following(label, self.events.clone(), terminal);
        current.session = self
            .sessions
            .open(self.destination(), options, world, Arc::new(watcher))?;
        Ok(())
    }

    /// Terminates the session and closes the terminal.
    pub(crate) fn close(&self) {
        let mut current = self.current.lock();
        current.closed = true;
        current.session.close();
        drop(current);
        self.terminal.close();
    }

    /// A page shows the tab: it gets a replay of the last output, then what comes. It replaces the page before. Answers
    /// how many of the first bytes a page had before: they are no news.
    pub fn attach(&self, sink: Sink) -> u64 {
        self.terminal.attach(sink)
    }

    /// The page has drawn so many bytes more.
    pub fn credit(&self, bytes: u32) {
        self.terminal.credit(u64::from(bytes));
    }

    pub(crate) fn hide(&self, hidden: bool) {
        self.terminal.hide(hidden);
    }

    /// Tells the node the terminal's size.
    pub fn resize(&self, size: TerminalSize) {
        self.session().resize(size);
    }

    /// Tries to resume at once.
    pub fn retry_resume(&self) {
        self.session().retry_now();
    }

    /// Types `bytes` after everything that was typed before; waits while the session's input is full, and while there
    /// is no session yet.
    ///
    /// # Errors
    /// `session-over`: the bytes went nowhere.
    pub async fn type_in(&self, bytes: Bytes) -> Result<(), ErrorView> {
        let _turn = self.typing.lock().await;
        let session = self.session();
        session.send_input(bytes).await.map_err(session_over)
    }

    fn session(&self) -> Arc<LiveSession> {
        Arc::clone(&self.current.lock().session)
    }
}

fn session_over(_: SessionOver) -> ErrorView {
    ErrorView::new(
        "session-over",
        "The session is over; nothing was typed.",
        "Open a new session in this tab.",
    )
}
