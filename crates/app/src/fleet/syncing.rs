//! Fleet sync as the window drives it: at start, on demand, on a timer, and whenever a pair changed.

use std::{sync::Arc, time::Duration};

use futures_util::{StreamExt, stream};
use postern_fleet::{Node, SyncEvent, SyncGate, SyncPlan, Times, decode_nodes, encode_nodes, sync};
use postern_model::ControlPlane;
use postern_store::{CachedPair, PairId, Store, StoreError};
use tokio::{
    sync::{Mutex as AsyncMutex, MutexGuard as AsyncMutexGuard, mpsc},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

use super::{
    known::CacheUpdate,
    pair_logins::{PairLogins, SyncOutcome},
    pair_state::SyncNumber,
    rows::Row,
    watch::FleetWatch,
};
use crate::{
    background::Background,
    clock::now_ms,
    contract::{ErrorView, ProfilesView},
    lock::Lock,
    settings::{CurrentSettings, Profiles},
    sign_ins::WokenPairs,
    storage::Storage,
};

/// Events of a sync that were not looked at yet; a full queue makes the sync wait.
const QUEUED_EVENTS: usize = 64;

/// Pairs of the cache that are decoded at a time.
const READ_AT_ONCE: usize = 4;

/// The sync of one world's fleet.
pub struct Syncing {
    control: Arc<dyn ControlPlane>,
    storage: Storage,
    settings: Arc<CurrentSettings>,
    profiles: Arc<Profiles>,
    fleet: Arc<FleetWatch>,
    background: Background,
    logins: PairLogins,
    running: Lock<Running>,
    /// All syncs share it, so that two of them ask AWS no more than one.
    gate: Arc<SyncGate>,
    /// Changes of settings and pairs happen one after the other.
    changes: AsyncMutex<()>,
}

/// Running syncs.
#[derive(Debug, Default)]
struct Running {
    cancel: CancellationToken,
    last: SyncNumber,
}

impl Syncing {
    pub(crate) fn new(
        control: &Arc<dyn ControlPlane>,
        storage: &Storage,
        settings: &Arc<CurrentSettings>,
        profiles: &Arc<Profiles>,
        fleet: &Arc<FleetWatch>,
        background: &Background,
        logins: PairLogins,
    ) -> Self {
        Self {
            control: Arc::clone(control),
            storage: storage.clone(),
            settings: Arc::clone(settings),
            profiles: Arc::clone(profiles),
            fleet: Arc::clone(fleet),
            background: background.clone(),
            logins,
            running: Lock::default(),
            gate: Arc::default(),
            changes: AsyncMutex::new(()),
        }
    }

    /// Syncs every pair that takes part. Who gave no code of an MFA device before is asked for it again.
    ///
    /// # Errors
    /// `sync-off`, `no-pairs`, and whatever makes the AWS files unreadable.
    pub async fn sync_all(self: &Arc<Self>) -> Result<(), ErrorView> {
        self.refuse_while_off()?;
        self.control.ask_mfa_again();
        let ids = self.synced_ids();
        if ids.is_empty() {
            let message = "No pair of AWS profile and Region takes part in sync.";
            return Err(ErrorView::new(
                "no-pairs",
                message,
                "Add one in the settings, or turn one on.",
            ));
        }
        self.sync_pairs(ids).await
    }

    /// Syncs one pair, in the same way.
    ///
    /// # Errors
    /// `unknown-pair`, `sync-off`, `pair-off`, and whatever makes the AWS files unreadable.
    pub async fn sync_pair(self: &Arc<Self>, id: i32) -> Result<(), ErrorView> {
        self.refuse_while_off()?;
        self.control.ask_mfa_again();
        let row = self.fleet.read(|fleet| fleet.row(id).cloned());
        let row = row.ok_or_else(|| ErrorView::gone("pair"))?;
        if !row.synced {
            let message = format!("{} takes no part in sync.", row.pair);
            return Err(ErrorView::new("pair-off", message, "Turn it on in the settings."));
        }
        if let Some(problem) = self.profiles.refresh().await.problem_of(&row.pair.profile) {
            return Err(problem);
        }
        self.sync_pairs(vec![id]).await
    }

    /// Stops running syncs for the user. What they read completely stays, and the next sync need not wait for their end.
    pub fn cancel(&self) {
        self.stop();
        self.fleet.change(|fleet| (fleet.abandon(), ()));
    }

    /// Stops running syncs.
    pub(crate) fn stop(&self) {
        let mut running = self.running.lock();
        running.cancel.cancel();
        running.cancel = CancellationToken::new();
    }

    /// Held by who changes settings or pairs, until [`Syncing::apply_pairs`] has taken the change up.
    pub(crate) async fn lock_changes(&self) -> AsyncMutexGuard<'_, ()> {
        self.changes.lock().await
    }

    /// After settings or pairs changed: what no longer takes part leaves the window, what newly does is shown from the
    /// cache and synced.
    pub(crate) async fn apply_pairs(self: &Arc<Self>) -> Result<(), ErrorView> {
        let sync_enabled = self.settings.get().sync_enabled;
        let pairs = self.storage.run(Store::pairs).await?;
        let rows = pairs.into_iter().filter_map(|saved| {
            let id = i32::try_from(saved.id.0).ok()?;
            Some(Row {
                id,
                pair: saved.pair,
                enabled: saved.enabled,
                synced: saved.enabled && sync_enabled,
                endpoints: saved.endpoints,
            })
        });
        let new = self.fleet.change(|fleet| fleet.set_rows(rows.collect()));
        self.logins.keep(&self.synced_ids());
        stream::iter(&new)
            .for_each_concurrent(READ_AT_ONCE, |row| self.show_cached(row))
            .await;
        if !new.is_empty() {
            // Files that cannot be read are shown as such; the pairs keep what they have.
            let _ = self.sync_pairs(new.iter().map(|row| row.id).collect()).await;
        }
        Ok(())
    }

    /// Reads every pair anew, because another reading was asked for.
    pub(crate) async fn sync_anew(self: &Arc<Self>) {
        self.cancel();
        let _ = self.sync_pairs(self.synced_ids()).await;
    }

    /// Reads the pairs that could not be read or are being read, because another way leads to AWS now: what is under way
    /// went by the old one, and may wait there until its limit.
    pub(crate) async fn sync_unread(self: &Arc<Self>) {
        let ids = self.fleet.read(|fleet| fleet.unread_ids());
        if !ids.is_empty() {
            self.cancel();
            // What is wrong is shown at the pairs and at the profiles.
            let _ = self.sync_pairs(ids).await;
        }
    }

    /// Syncs for ever, as often as the settings say.
    pub(crate) async fn sync_on_time(self: Arc<Self>) {
        let mut settings = self.settings.subscribe();
        loop {
            let (on, minutes) = {
                let settings = settings.borrow_and_update();
                (settings.sync_enabled, settings.sync_every_minutes)
            };
            let pause = Duration::from_secs(60 * u64::from(minutes));
            tokio::select! {
                () = sleep(pause), if on && minutes > 0 => {
                    // What is wrong is shown at the pairs and at the profiles.
                    let _ = self.sync_pairs(self.synced_ids()).await;
                }
                changed = settings.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Syncs for ever what waited for a sign-in that is there now.
    pub(crate) async fn sync_woken(self: Arc<Self>, mut woken: WokenPairs) {
        while let Some(mut ids) = woken.recv().await {
            while let Ok(more) = woken.try_recv() {
                ids.extend(more);
            }
            // What is wrong is shown at the pairs and at the profiles.
            let _ = self.sync_pairs(ids).await;
        }
    }

    /// Starts a sync of those of `ids` that are not under way. A pair whose profile does not exist is left out: its row
    /// says so.
    async fn sync_pairs(self: &Arc<Self>, ids: Vec<i32>) -> Result<(), ErrorView> {
        let profiles = self.profiles.refresh().await;
        if let Some(error) = &profiles.error {
            return Err(error.clone());
        }
        let only_running = self.settings.get().only_running;
        let (cancel, number) = self.next_sync();
        let plan = self.fleet.change(|fleet| {
            let can_be_read = |id: &i32| fleet.row(*id).is_some_and(|row| is_usable(row, &profiles));
            let ids: Vec<i32> = ids.into_iter().filter(can_be_read).collect();
            fleet.queue(&ids, number, only_running)
        });
        let plan = plan.through(&self.gate);
        if !plan.pairs().is_empty() {
            let syncing = Arc::clone(self);
            self.background
                .spawn(async move { syncing.run(plan, cancel, number).await });
        }
        Ok(())
    }

    async fn run(self: &Arc<Self>, plan: SyncPlan, cancel: CancellationToken, number: SyncNumber) {
        let (sender, mut events) = mpsc::channel(QUEUED_EVENTS);
        let (keep, mut kept) = mpsc::unbounded_channel();
        let reading = sync(self.control.clone(), plan, cancel, sender);
        let applying = async move {
            while let Some(event) = events.recv().await {
                self.apply(event, number, &keep).await;
            }
        };
        // The disk keeps nobody waiting: what a pair brought is written while others are read.
        let keeping = async {
            while let Some(update) = kept.recv().await {
                self.keep(update).await;
            }
        };
        tokio::join!(reading, applying, keeping);
    }

    async fn apply(
        self: &Arc<Self>,
        event: SyncEvent,
        number: SyncNumber,
        keep: &mpsc::UnboundedSender<CacheUpdate>,
    ) {
        let outcome = SyncOutcome::of(&event);
        let update = self.fleet.change(|fleet| fleet.advance(event, number, now_ms()));
        if let Some(update) = update {
            // Received until every sender is gone.
            let _ = keep.send(update);
        }
        if let Some(outcome) = outcome
            && let Some(id) = self.fleet.read(|fleet| fleet.synced_id(&outcome.pair))
        {
            self.logins.note(id, outcome).await;
            self.recover_later(id, number);
        }
    }

    /// What failed in a way that may pass is read again by itself, unless somebody does so before.
    fn recover_later(self: &Arc<Self>, id: i32, number: SyncNumber) {
        let pause = self.fleet.read(|fleet| fleet.recovers_after(id, number));
        let Some(pause) = pause else { return };
        let syncing = Arc::clone(self);
        self.background.spawn_until_closed(async move {
            sleep(pause).await;
            if syncing
                .fleet
                .read(|fleet| fleet.recovers_after(id, number))
                .is_some()
            {
                // What is wrong is shown at the pair and at the profiles.
                let _ = syncing.sync_pairs(vec![id]).await;
            }
        });
    }

    /// Keeps a reading for the next start. The window shows it already, so a store that fails is only logged here; the
    /// user learns of it when something is saved.
    async fn keep(&self, update: CacheUpdate) {
        let id = PairId(i64::from(update.row));
        let cached = cached_pair(&update);
        let kept = self
            .storage
            .run(move |store| match store.replace_cached_pair(id, &cached) {
                // It was removed while it was read.
                Err(StoreError::UnknownPair) => Ok(()),
                outcome => outcome,
            });
        if let Err(error) = kept.await {
            tracing::warn!(
                code = error.code,
                "what a pair listed cannot be kept for the next start"
            );
        }
    }

    /// A cache that cannot be read costs nothing but the time until the sync.
    async fn show_cached(&self, row: &Row) {
        let id = PairId(i64::from(row.id));
        let read = move |store: &Store| Ok(store.cached_pair(id)?.and_then(|cached| known_before(&cached)));
        let cached = self.storage.run(read).await;
        if let Some((nodes, times)) = cached.ok().flatten() {
            self.fleet.change(|fleet| (fleet.restore(row, nodes, times), ()));
        }
    }

    fn next_sync(&self) -> (CancellationToken, SyncNumber) {
        let mut running = self.running.lock();
        running.last += 1;
        (running.cancel.child_token(), running.last)
    }

    fn synced_ids(&self) -> Vec<i32> {
        self.fleet.read(|fleet| fleet.synced_ids())
    }

    fn refuse_while_off(&self) -> Result<(), ErrorView> {
        if self.settings.get().sync_enabled {
            return Ok(());
        }
        Err(ErrorView::new(
            "sync-off",
            "Fleet sync is off.",
            "Turn it on in the settings.",
        ))
    }
}

fn is_usable(row: &Row, profiles: &ProfilesView) -> bool {
    profiles.problem_of(&row.pair.profile).is_none()
}

fn cached_pair(update: &CacheUpdate) -> CachedPair {
    CachedPair {
        read_at_ms: update.times.instances.or(update.times.agents).unwrap_or_default(),
        agents_read_at_ms: update.times.agents,
        nodes: encode_nodes(&update.nodes),
    }
}

fn known_before(cached: &CachedPair) -> Option<(Vec<Node>, Times)> {
    let nodes = decode_nodes(&cached.nodes)
        .inspect_err(|error| tracing::debug!(%error, "a cached pair is read anew"));
    let times = Times {
        instances: Some(cached.read_at_ms),
        agents: cached.agents_read_at_ms,
    };
    Some((nodes.ok()?, times))
}
