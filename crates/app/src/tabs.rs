//! The open tabs and the tasks of their sessions.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use postern_model::{ControlPlane, TerminalSize};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::{
    destination::Destination,
    lock::Lock,
    outbox::Outbox,
    tab::Tab,
    view::{AppEvent, ErrorView, TabView},
};

/// How long the sessions may take to say goodbye to AWS when the window closes.
const FAREWELL: Duration = Duration::from_secs(3);

/// Every open tab, by its number. Numbers are never used twice in a run.
#[derive(Debug)]
pub(crate) struct Tabs {
    outbox: Outbox,
    last_id: AtomicU32,
    open: Lock<BTreeMap<u32, Arc<Tab>>>,
    sessions: TaskTracker,
}

impl Tabs {
    pub(crate) fn new(outbox: Outbox) -> Self {
        Self {
            outbox,
            last_id: AtomicU32::new(0),
            open: Lock::default(),
            sessions: TaskTracker::new(),
        }
    }

    /// Opens a tab and starts its session; answers at once.
    pub(crate) fn open(
        &self,
        destination: Destination,
        size: TerminalSize,
        control: Arc<dyn ControlPlane>,
    ) -> TabView {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let tab = Tab::new(id, destination, size, self.outbox.clone());
        self.open.lock().insert(id, Arc::clone(&tab));
        let view = tab.view();
        self.outbox.tell(AppEvent::TabChanged { tab: view.clone() });
        self.sessions.spawn(tab.run(control));
        view
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
        tab.renew(size);
        let view = tab.view();
        self.sessions.spawn(tab.run(control));
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
            .remove(&id)
            .ok_or_else(|| ErrorView::gone("tab"))?;
        tab.close();
        self.outbox.tell(AppEvent::TabClosed { id });
        Ok(())
    }

    /// Closes every tab and waits, not for ever, until AWS has been told.
    pub(crate) async fn close_all(&self) {
        let ids: Vec<u32> = self.open.lock().keys().copied().collect();
        for id in ids {
            // A tab that is gone already needs no closing.
            let _ = self.close(id);
        }
        self.sessions.close();
        if timeout(FAREWELL, self.sessions.wait()).await.is_err() {
            tracing::warn!("AWS did not confirm in time that every session is terminated");
        }
        self.sessions.reopen();
    }

    pub(crate) fn get(&self, id: u32) -> Result<Arc<Tab>, ErrorView> {
        self.open
            .lock()
            .get(&id)
            .cloned()
            .ok_or_else(|| ErrorView::gone("tab"))
    }

    pub(crate) fn views(&self) -> Vec<TabView> {
        self.open.lock().values().map(|tab| tab.view()).collect()
    }
}
