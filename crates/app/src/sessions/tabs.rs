//! The open tabs.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use postern_model::TerminalSize;

use super::{
    destination::Destination,
    live::{LiveSessions, SessionWorld},
    tab::Tab,
};
use crate::{
    contract::{AppEvent, ErrorView, TabView},
    events::EventBus,
    lock::Lock,
};

/// Every open tab, by its number. Numbers are never used twice in a run.
#[derive(Debug)]
pub struct Tabs {
    events: EventBus,
    sessions: LiveSessions,
    last_id: AtomicU32,
    open: Lock<OpenTabs>,
}

#[derive(Debug, Default)]
struct OpenTabs {
    tabs: BTreeMap<u32, Arc<Tab>>,
    page_hidden: bool,
}

impl Tabs {
    pub(crate) fn new(events: EventBus, sessions: LiveSessions) -> Self {
        Self {
            events,
            sessions,
            last_id: AtomicU32::new(0),
            open: Lock::default(),
        }
    }

    /// Opens a tab and starts its session; answers at once.
    ///
    /// # Errors
    /// `closing` when the program ends.
    pub(crate) fn open(
        &self,
        destination: Destination,
        size: TerminalSize,
        world: SessionWorld,
    ) -> Result<TabView, ErrorView> {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let (sessions, events) = (self.sessions.clone(), self.events.clone());
        // Held over both, so that who closes all tabs finds this one if its session was still taken.
        let mut open = self.open.lock();
        let tab = Tab::open(id, destination, size, world, sessions, events)?;
        tab.hide(open.page_hidden);
        let view = tab.view();
        open.tabs.insert(id, Arc::new(tab));
        Ok(view)
    }

    /// Starts a new session in the same tab with the same parameters; one that still runs is terminated.
    ///
    /// # Errors
    /// `unknown-tab`, `closing`.
    pub(crate) fn reconnect(
        &self,
        id: u32,
        size: TerminalSize,
        world: SessionWorld,
    ) -> Result<TabView, ErrorView> {
        let tab = self.get(id)?;
        tab.reconnect(size, world)?;
        Ok(tab.view())
    }

    /// Closes a tab and terminates its session.
    ///
    /// # Errors
    /// `unknown-tab`.
    pub fn close(&self, id: u32) -> Result<(), ErrorView> {
        let closed = self.open.lock().tabs.remove(&id);
        let tab = closed.ok_or_else(|| ErrorView::gone("tab"))?;
        tab.close();
        self.events.emit(AppEvent::TabClosed { id });
        Ok(())
    }

    pub(crate) fn close_all(&self) {
        let ids: Vec<u32> = self.open.lock().tabs.keys().copied().collect();
        for id in ids {
            // A tab that is gone already needs no closing.
            let _ = self.close(id);
        }
    }

    /// The page is hidden, or shown again: for the tabs that are open and for those to come.
    pub fn hide_page(&self, hidden: bool) {
        let mut open = self.open.lock();
        open.page_hidden = hidden;
        for tab in open.tabs.values() {
            tab.hide(hidden);
        }
    }

    /// One of them.
    ///
    /// # Errors
    /// `unknown-tab`.
    pub fn get(&self, id: u32) -> Result<Arc<Tab>, ErrorView> {
        let tab = self.open.lock().tabs.get(&id).cloned();
        tab.ok_or_else(|| ErrorView::gone("tab"))
    }

    pub(crate) fn views(&self) -> Vec<TabView> {
        self.open.lock().tabs.values().map(|tab| tab.view()).collect()
    }
}
