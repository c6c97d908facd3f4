//! The declared forwards of one world: written, switched, and shown.

use std::{sync::Arc, time::Duration};

use postern_forward::check_local_end;
use postern_model::{ControlPlane, SavedForward, SavedForwardId};
use postern_store::Store;
use tokio::{
    sync::{Mutex, Notify, watch},
    time::{sleep, timeout},
};
use tokio_util::task::TaskTracker;

use super::{
    drafts::{bind_address, forward_draft, local_end, local_port},
    errors::free_port,
    table::{Change, Table},
};
use crate::{
    contract::{AppEvent, ErrorView, ForwardDraftView, ForwardView, LocalPortView},
    events::EventBus,
    lock::Lock,
    saved::SavedConnections,
    sign_ins::LoginWaits,
    storage::Storage,
};

/// Counts that are emitted more often than this nobody can read.
const PAUSE: Duration = Duration::from_millis(250);
/// How long the forwards may take to be ended at AWS; they go on with it.
const TERMINATION: Duration = Duration::from_secs(8);

/// The forwards that the user declared.
pub struct Forwards {
    storage: Storage,
    events: EventBus,
    pub(super) control: Arc<dyn ControlPlane>,
    pub(super) saved: Arc<SavedConnections>,
    pub(super) logins: LoginWaits,
    pub(super) table: Lock<Table>,
    counted: Notify,
    /// One change of what is declared at a time, so that store and table agree.
    changes: Mutex<()>,
    tasks: TaskTracker,
}

impl Forwards {
    /// Reads them.
    ///
    /// # Errors
    /// Any of the store.
    pub(crate) async fn open(
        storage: &Storage,
        events: &EventBus,
        control: &Arc<dyn ControlPlane>,
        saved: &Arc<SavedConnections>,
        logins: &LoginWaits,
    ) -> Result<Self, ErrorView> {
        let mut table = Table::default();
        for forward in storage.run(Store::forwards).await? {
            table.set(forward);
        }
        Ok(Self {
            storage: storage.clone(),
            events: events.clone(),
            control: Arc::clone(control),
            saved: Arc::clone(saved),
            logins: logins.clone(),
            table: Lock::new(table),
            counted: Notify::new(),
            changes: Mutex::default(),
            tasks: TaskTracker::new(),
        })
    }

    /// All of them, by name.
    pub(crate) fn views(&self) -> Vec<ForwardView> {
        self.table.lock().views()
    }

    /// What was declared, by number.
    pub(super) fn all_saved(&self) -> Vec<SavedForward> {
        let table = self.table.lock();
        table.ids().into_iter().filter_map(|id| table.saved(id)).collect()
    }

    /// Whether one would end with the program.
    pub(crate) fn any_on(&self) -> bool {
        self.table.lock().any_on()
    }

    /// Adds a forward (without `id`), or changes one; one that is on goes on as it is now.
    ///
    /// # Errors
    /// `empty-name`, `unknown-forward`, `bad-<field>`, and any of the store.
    pub async fn save(
        self: &Arc<Self>,
        id: Option<i32>,
        draft: &ForwardDraftView,
    ) -> Result<ForwardView, ErrorView> {
        let draft = forward_draft(draft)?;
        let _one_at_a_time = self.changes.lock().await;
        let kept = id.map(|id| SavedForwardId(i64::from(id)));
        let saved = self.storage.run(move |store| store.save_forward(kept, &draft));
        let saved = saved.await?;
        self.declared(saved)
    }

    /// Adds a forward set: all of them, or none where one cannot be added.
    ///
    /// # Errors
    /// `empty-name`, `bad-<field>`, and any of the store.
    pub async fn add(self: &Arc<Self>, drafts: &[ForwardDraftView]) -> Result<Vec<ForwardView>, ErrorView> {
        let drafts: Vec<_> = drafts.iter().map(forward_draft).collect::<Result<_, _>>()?;
        let _one_at_a_time = self.changes.lock().await;
        let added = self.storage.run(move |store| store.add_forwards(&drafts)).await?;
        added.into_iter().map(|saved| self.declared(saved)).collect()
    }

    /// Switches a forward off and deletes it.
    ///
    /// # Errors
    /// `unknown-forward`, and any of the store.
    pub async fn delete(&self, id: i32) -> Result<(), ErrorView> {
        let _one_at_a_time = self.changes.lock().await;
        let number = SavedForwardId(i64::from(id));
        self.storage
            .run(move |store| store.delete_forward(number))
            .await?;
        let mut table = self.table.lock();
        table.switch_off(id);
        table.remove(id);
        self.emit(Vec::new(), vec![id]);
        Ok(())
    }

    /// Switches forwards on or off; what is so already stays. Answers at once, and events say how it goes on.
    ///
    /// # Errors
    /// `unknown-forward`; nothing was switched then.
    pub fn switch(self: &Arc<Self>, ids: &[i32], on: bool) -> Result<(), ErrorView> {
        let known = self.table.lock().ids();
        if ids.iter().any(|id| !known.contains(id)) {
            return Err(ErrorView::gone("forward"));
        }
        if on {
            self.control.ask_mfa_again();
        }
        for id in ids {
            if on {
                self.switch_on(*id)
            } else {
                self.switch_off(*id)
            }
        }
        Ok(())
    }

    /// Whether this local port could be had now, for the forward `id` if it is one that there is. Without an address it is one
    /// of loopback.
    ///
    /// # Errors
    /// `bad-localPort`, `bad-bindAddress`.
    pub async fn check_port(
        &self,
        id: Option<i32>,
        address: Option<&str>,
        port: u32,
    ) -> Result<LocalPortView, ErrorView> {
        let (port, address) = (local_port(port)?, bind_address(address)?);
        let listens = id.is_some_and(|id| self.table.lock().listens(id, port));
        let free = LocalPortView {
            error: None,
            free_port: None,
        };
        if listens {
            return Ok(free);
        }
        Ok(match check_local_end(&local_end(address, port)).await {
            Ok(()) => free,
            Err(error) => LocalPortView {
                error: Some(ErrorView::from(&error)),
                free_port: free_port(&error),
            },
        })
    }

    /// The network is back: whatever is lost or waits tries at once, also what is only about to.
    pub fn retry_lost(&self) {
        let table = self.table.lock();
        for switched in table.ids().into_iter().filter_map(|id| table.running(id)) {
            switched.retry.notify_one();
        }
    }

    /// Has whatever is lost or waits try at once whenever the way to AWS has changed, for ever.
    pub(crate) async fn retry_on_changes(self: Arc<Self>, mut way: watch::Receiver<()>) {
        while way.changed().await.is_ok() {
            self.retry_lost();
        }
    }

    /// Switches on those that are to start with Postern.
    pub(crate) fn start_with_postern(self: &Arc<Self>) {
        let starting = self.table.lock().starting_with_postern();
        for id in starting {
            self.switch_on(id);
        }
    }

    /// Emits counts for ever.
    pub(crate) async fn emit_counts(self: Arc<Self>) {
        loop {
            self.counted.notified().await;
            let traffic = self.table.lock().take_counts();
            if !traffic.is_empty() {
                self.events.emit(AppEvent::ForwardTraffic { traffic });
            }
            sleep(PAUSE).await;
        }
    }

    /// Switches all off for good and waits, not for ever, until AWS has been told.
    pub(crate) async fn close(&self) {
        {
            let mut table = self.table.lock();
            table.closed = true;
            for id in table.ids() {
                table.switch_off(id);
            }
        }
        self.tasks.close();
        if timeout(TERMINATION, self.tasks.wait()).await.is_err() {
            tracing::warn!("AWS did not confirm in time that every forward's session is terminated");
        }
    }

    /// One that is on takes up what was changed.
    fn declared(self: &Arc<Self>, saved: SavedForward) -> Result<ForwardView, ErrorView> {
        let (view, was_on) = {
            let mut table = self.table.lock();
            let id = table.set(saved).ok_or_else(|| ErrorView::gone("forward"))?;
            let was_on = table.is_on(id);
            table.switch_off(id);
            let view = table.view(id).ok_or_else(|| ErrorView::gone("forward"))?;
            self.emit(vec![view.clone()], Vec::new());
            (view, was_on)
        };
        if was_on {
            self.switch_on(view.id);
        }
        Ok(view)
    }

    fn switch_on(self: &Arc<Self>, id: i32) {
        let mut table = self.table.lock();
        let Some(saved) = table.saved(id) else { return };
        let Some((switched, before)) = table.switch_on(id) else {
            return;
        };
        self.emit_view(&table, id);
        drop(table);
        let own = Arc::clone(self);
        self.tasks.spawn(async move {
            if let Some(before) = before {
                before.over.cancelled().await;
            }
            own.run(id, &saved.draft, &switched).await;
            let mut table = own.table.lock();
            let change = table.over(id, &switched);
            own.tell(change);
            drop(table);
            switched.over.cancel();
        });
    }

    pub(super) fn switch_off(&self, id: i32) {
        let mut table = self.table.lock();
        if table.switch_off(id) {
            self.emit_view(&table, id);
        }
    }

    /// Changes the table and tells the window. Under the lock, so that events come in order.
    pub(super) fn change(&self, change: impl FnOnce(&mut Table) -> Change) {
        let mut table = self.table.lock();
        let change = change(&mut table);
        self.tell(change);
    }

    fn tell(&self, change: Change) {
        match change {
            Change::Nothing => {}
            Change::Counts => self.counted.notify_one(),
            Change::State(view) => self.emit(vec![*view], Vec::new()),
        }
    }

    fn emit_view(&self, table: &Table, id: i32) {
        self.emit(table.view(id).into_iter().collect(), Vec::new());
    }

    fn emit(&self, forwards: Vec<ForwardView>, removals: Vec<i32>) {
        self.events.emit(AppEvent::ForwardsChanged { forwards, removals });
    }
}
