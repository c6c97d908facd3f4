//! Fleet sync as the window drives it: at start, on demand, on a timer, and whenever a pair changed.

use std::{sync::Arc, time::Duration};

use postern_fleet::{SyncEvent, SyncPlan, Times, decode_node, encode_node, sync};
use postern_store::{CachedNode, CachedPair, PairId, StoreError};
use tokio::{sync::mpsc, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::now_ms,
    fleet::{Changes, Reading, Row, RunNumber},
    view::ErrorView,
    workspace::Workspace,
};

/// Events of a sync that were not looked at yet; a full queue makes the sync wait.
const QUEUED_EVENTS: usize = 64;

impl Workspace {
    /// Syncs every pair that takes part.
    ///
    /// # Errors
    /// `sync-off`, `no-pairs`, and whatever makes the AWS files unreadable.
    pub(crate) async fn sync_all(self: &Arc<Self>) -> Result<(), ErrorView> {
        self.refuse_while_off()?;
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

    /// Syncs one pair.
    ///
    /// # Errors
    /// `unknown-pair`, `sync-off`, `pair-off`, and whatever makes the AWS files unreadable.
    pub(crate) async fn sync_pair(self: &Arc<Self>, id: i32) -> Result<(), ErrorView> {
        self.refuse_while_off()?;
        let row = self.fleet.lock().rows().iter().find(|row| row.id == id).cloned();
        let row = row.ok_or_else(|| ErrorView::gone("pair"))?;
        if !row.synced {
            let message = format!("{} takes no part in sync.", row.pair);
            return Err(ErrorView::new("pair-off", message, "Turn it on in the settings."));
        }
        if let Some(problem) = self.refresh_profiles().await.problem_of(&row.pair.profile) {
            return Err(problem);
        }
        self.sync_pairs(vec![id]).await
    }

    /// Stops running syncs for the user. What they read completely stays, and the next sync need not wait for their end.
    pub(crate) fn cancel_sync(&self) {
        self.cancel_syncs();
        self.change_fleet(|fleet| (Changes::default(), fleet.abandon()));
    }

    /// Stops running syncs.
    pub(crate) fn cancel_syncs(&self) {
        let mut syncs = self.syncs.lock();
        syncs.cancel.cancel();
        syncs.cancel = CancellationToken::new();
    }

    /// After settings or pairs changed: what no longer takes part leaves the window, what newly does is shown from the
    /// cache and synced.
    pub(crate) async fn apply_rows(self: &Arc<Self>) -> Result<(), ErrorView> {
        let sync_enabled = self.settings.borrow().sync_enabled;
        let pairs = self.in_store(postern_store::Store::pairs).await?;
        let rows = pairs.into_iter().filter_map(|saved| {
            let id = i32::try_from(saved.id.0).ok()?;
            Some(Row {
                id,
                pair: saved.pair,
                enabled: saved.enabled,
                synced: saved.enabled && sync_enabled,
            })
        });
        let new = self.change_fleet(|fleet| fleet.set_rows(rows.collect()));
        for row in &new {
            self.show_cached(row).await;
        }
        if !new.is_empty() {
            // Files that cannot be read are shown as such; the pairs keep what they have.
            let _ = self.sync_pairs(new.iter().map(|row| row.id).collect()).await;
        }
        Ok(())
    }

    /// Reads every pair anew, because another reading was asked for.
    pub(crate) async fn sync_anew(self: &Arc<Self>) {
        self.cancel_sync();
        let _ = self.sync_pairs(self.synced_ids()).await;
    }

    /// The timer of the settings.
    pub(crate) fn sync_on_time(self: &Arc<Self>) {
        let workspace = Arc::clone(self);
        self.tasks.spawn(async move {
            workspace
                .closing
                .run_until_cancelled(workspace.sync_again_and_again())
                .await;
        });
    }

    async fn sync_again_and_again(self: &Arc<Self>) {
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

    /// Starts a sync of those of `ids` that are not under way. A pair whose profile does not exist is left out: its row
    /// says so.
    async fn sync_pairs(self: &Arc<Self>, ids: Vec<i32>) -> Result<(), ErrorView> {
        let profiles = self.refresh_profiles().await;
        if let Some(error) = profiles.error {
            return Err(error);
        }
        let only_running = self.settings.borrow().only_running;
        let (cancel, run) = self.next_run();
        let mut fleet = self.fleet.lock();
        let can_be_read = |id: &i32| {
            let row = fleet.rows().iter().find(|row| row.id == *id);
            row.is_some_and(|row| profiles.problem_of(&row.pair.profile).is_none())
        };
        let ids: Vec<i32> = ids.into_iter().filter(can_be_read).collect();
        let plan = fleet.queue(&ids, run, only_running);
        drop(fleet);
        if !plan.pairs().is_empty() {
            self.news.pairs_changed();
            self.tasks.spawn(Arc::clone(self).run_sync(plan, cancel, run));
        }
        Ok(())
    }

    async fn run_sync(self: Arc<Self>, plan: SyncPlan, cancel: CancellationToken, run: RunNumber) {
        let (tell, mut told) = mpsc::channel(QUEUED_EVENTS);
        let reading = sync(Arc::clone(&self.control), plan, cancel, tell);
        let applying = async {
            while let Some(event) = told.recv().await {
                self.apply(event, run).await;
            }
        };
        tokio::join!(reading, applying);
    }

    async fn apply(&self, event: SyncEvent, run: RunNumber) {
        let reading = self.change_fleet(|fleet| fleet.advance(event, run, now_ms()));
        if let Some(reading) = reading {
            self.keep(reading).await;
        }
    }

    /// Keeps a reading for the next start. The window shows it already, so a store that fails is only logged here; it
    /// is told when the user saves something.
    async fn keep(&self, reading: Reading) {
        let cached = CachedPair {
            read_at_ms: reading
                .times
                .instances
                .or(reading.times.agents)
                .unwrap_or_default(),
            agents_read_at_ms: reading.times.agents,
            nodes: reading
                .nodes
                .iter()
                .map(|node| CachedNode {
                    key: node.id.to_string(),
                    json: encode_node(node),
                })
                .collect(),
        };
        let id = PairId(i64::from(reading.row));
        let kept = self.in_store(move |store| match store.replace_cached_pair(id, &cached) {
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
        let cached = self
            .in_store(move |store| store.cached_pair(id))
            .await
            .ok()
            .flatten();
        let Some(cached) = cached else { return };
        let times = Times {
            instances: Some(cached.read_at_ms),
            agents: cached.agents_read_at_ms,
        };
        let nodes = cached
            .nodes
            .iter()
            .filter_map(|node| decode_node(&node.json).ok())
            .collect();
        self.change_fleet(|fleet| (fleet.restore(row, nodes, times), ()));
    }

    fn next_run(&self) -> (CancellationToken, RunNumber) {
        let mut syncs = self.syncs.lock();
        syncs.last_run += 1;
        (syncs.cancel.child_token(), syncs.last_run)
    }

    fn synced_ids(&self) -> Vec<i32> {
        self.fleet
            .lock()
            .rows()
            .iter()
            .filter(|row| row.synced)
            .map(|row| row.id)
            .collect()
    }

    fn refuse_while_off(&self) -> Result<(), ErrorView> {
        if self.settings.borrow().sync_enabled {
            return Ok(());
        }
        Err(ErrorView::new(
            "sync-off",
            "Fleet sync is off.",
            "Turn it on in the settings.",
        ))
    }
}
