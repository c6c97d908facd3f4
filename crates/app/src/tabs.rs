//! The open tabs and the tasks of their sessions.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use postern_model::{ControlPlane, ProfileName, TerminalSize};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::{
    destination::Destination,
    lapses::Lapses,
    lock::Lock,
    outbox::Outbox,
    tab::Tab,
    view::{AppEvent, ErrorView, TabStateView, TabView},
};

/// How long the sessions may take to say goodbye to AWS when the window goes on to something else; they go on with it.
const FAREWELL: Duration = Duration::from_secs(3);
/// The same when the program ends and nothing goes on. Nobody sees it: the window is gone already.
const LAST_FAREWELL: Duration = Duration::from_secs(8);

/// Every open tab, by its number. Numbers are never used twice in a run.
#[derive(Debug)]
pub(crate) struct Tabs {
    outbox: Outbox,
    lapses: Lapses,
    last_id: AtomicU32,
    open: Lock<Open>,
    sessions: TaskTracker,
}

#[derive(Debug, Default)]
struct Open {
    tabs: BTreeMap<u32, Arc<Tab>>,
    /// The program ends: what would be opened now would be left behind.
    closed_for_good: bool,
    page_hidden: bool,
}

impl Tabs {
    pub(crate) fn new(outbox: Outbox) -> Self {
        Self {
            lapses: Lapses::new(outbox.clone()),
            outbox,
            last_id: AtomicU32::new(0),
            open: Lock::default(),
            sessions: TaskTracker::new(),
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
        control: Arc<dyn ControlPlane>,
    ) -> Result<TabView, ErrorView> {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let mut open = self.open.lock();
        if open.closed_for_good {
            return Err(closing());
        }
        let (tab, run) = Tab::new(id, destination, size, self.outbox.clone(), self.lapses.clone());
        tab.hide(open.page_hidden);
        open.tabs.insert(id, Arc::clone(&tab));
        drop(open);
        let view = tab.view();
        self.outbox.tell(AppEvent::TabChanged { tab: view.clone() });
        self.sessions.spawn(tab.run(run, control));
        Ok(view)
    }

    /// Starts a new session in the same tab with the same parameters; one that still runs is terminated.
    ///
    /// # Errors
    /// `unknown-tab`.
    pub(crate) fn reconnect(
        &self,
        id: u32,
        size: TerminalSize,
        control: Arc<dyn ControlPlane>,
    ) -> Result<TabView, ErrorView> {
        let tab = self.get(id)?;
        let run = tab.renew(size).ok_or_else(|| ErrorView::gone("tab"))?;
        let view = tab.view();
        self.sessions.spawn(tab.run(run, control));
        Ok(view)
    }

    /// Closes a tab and terminates its session.
    ///
    /// # Errors
    /// `unknown-tab`.
    pub(crate) fn close(&self, id: u32) -> Result<(), ErrorView> {
        let tab = self
            .open
            .lock()
            .tabs
            .remove(&id)
            .ok_or_else(|| ErrorView::gone("tab"))?;
        tab.close();
        self.outbox.tell(AppEvent::TabClosed { id });
        Ok(())
    }

    /// Every session that waits for credentials of this profile tries at once.
    pub(crate) fn retry_login(&self, profile: &Option<ProfileName>) {
        for retry in self.lapses.renewed(profile) {
            retry();
        }
    }

    /// Every session whose link is lost tries at once.
    pub(crate) fn retry_all(&self) {
        let tabs: Vec<Arc<Tab>> = self.open.lock().tabs.values().cloned().collect();
        for tab in tabs {
            tab.retry_if_away();
        }
    }

    /// The page is hidden, or shown again: for the tabs that are open and for those to come.
    pub(crate) fn hide_page(&self, hidden: bool) {
        let mut open = self.open.lock();
        open.page_hidden = hidden;
        for tab in open.tabs.values() {
            tab.hide(hidden);
        }
    }

    /// Closes every tab and waits, not for ever, until AWS has been told.
    pub(crate) async fn close_all(&self) {
        self.close_within(FAREWELL).await;
    }

    /// The same because the program ends: from now on no tab can be opened.
    pub(crate) async fn close_for_good(&self) {
        self.open.lock().closed_for_good = true;
        self.close_within(LAST_FAREWELL).await;
    }

    async fn close_within(&self, farewell: Duration) {
        let ids: Vec<u32> = self.open.lock().tabs.keys().copied().collect();
        for id in ids {
            // A tab that is gone already needs no closing.
            let _ = self.close(id);
        }
        self.sessions.close();
        if timeout(farewell, self.sessions.wait()).await.is_err() {
            tracing::warn!("AWS did not confirm in time that every session is terminated");
        }
        self.sessions.reopen();
    }

    pub(crate) fn get(&self, id: u32) -> Result<Arc<Tab>, ErrorView> {
        self.open
            .lock()
            .tabs
            .get(&id)
            .cloned()
            .ok_or_else(|| ErrorView::gone("tab"))
    }

    /// Whether there is a session that is not over.
    pub(crate) fn has_sessions(&self) -> bool {
        let is_over = |view: &TabView| {
            matches!(
                view.state,
                TabStateView::Ended { .. } | TabStateView::Failed { .. }
            )
        };
        !self.views().iter().all(is_over)
    }

    pub(crate) fn views(&self) -> Vec<TabView> {
        self.open.lock().tabs.values().map(|tab| tab.view()).collect()
    }
}

fn closing() -> ErrorView {
    ErrorView::new(
        "closing",
        "Postern is ending its sessions and opens no new ones.",
        "Start it again.",
    )
}
