//! The pairs of AWS profile and Region: the rows of the settings.

use std::sync::Arc;

use postern_model::{EndpointOverrides, Pair, ProfileName, Region};
use postern_store::{PairId, Store, StoreError};

use super::{syncing::Syncing, watch::FleetWatch};
use crate::{
    contract::{ErrorView, PairDraft, PairView},
    fields::{parse, parse_endpoints},
    network::WayToAws,
    storage::Storage,
};

/// The pairs of one world.
pub struct Pairs {
    storage: Storage,
    way: Arc<WayToAws>,
    syncing: Arc<Syncing>,
    fleet: Arc<FleetWatch>,
}

impl Pairs {
    pub(crate) fn new(
        storage: &Storage,
        way: &Arc<WayToAws>,
        syncing: &Arc<Syncing>,
        fleet: &Arc<FleetWatch>,
    ) -> Self {
        Self {
            storage: storage.clone(),
            way: Arc::clone(way),
            syncing: Arc::clone(syncing),
            fleet: Arc::clone(fleet),
        }
    }

    /// Adds a pair. If it takes part, it is synced.
    ///
    /// # Errors
    /// `bad-profile`, `bad-region`, `bad-<service>`, `pair-exists`, and any of the store.
    pub async fn add(&self, draft: &PairDraft) -> Result<PairView, ErrorView> {
        let (pair, enabled) = (parse_pair(draft)?, draft.enabled);
        let endpoints = draft.endpoints.as_ref().map(parse_endpoints).transpose()?;
        let _one_at_a_time = self.syncing.lock_changes().await;
        let added = self.storage.run(move |store| {
            let added = store.add_pair(&pair, enabled)?;
            keep_endpoints(store, added.id, endpoints)
        });
        self.saved(added.await?).await
    }

    /// Adds those pairs that are not there yet, all or none, and answers them. Those that take part are synced.
    ///
    /// # Errors
    /// `bad-profile`, `bad-region`, and any of the store.
    pub async fn add_all(&self, drafts: &[PairDraft]) -> Result<Vec<PairView>, ErrorView> {
        let pairs: Vec<Pair> = drafts.iter().map(parse_pair).collect::<Result<_, _>>()?;
        self.add_new(pairs).await
    }

    /// The same for pairs whose names are right.
    pub(crate) async fn add_new(&self, pairs: Vec<Pair>) -> Result<Vec<PairView>, ErrorView> {
        let _one_at_a_time = self.syncing.lock_changes().await;
        let added = self
            .storage
            .run(move |store| store.add_new_pairs(&pairs, true))
            .await?;
        self.syncing.apply_pairs().await?;
        let ids = added.iter().filter_map(|saved| i32::try_from(saved.id.0).ok());
        Ok(ids.filter_map(|id| self.fleet.pair_view(id)).collect())
    }

    /// Changes a pair. If it takes part and is another one now, it is synced.
    ///
    /// # Errors
    /// `bad-profile`, `bad-region`, `bad-<service>`, `pair-exists`, `unknown-pair`, and any of the store.
    pub async fn update(&self, id: i32, draft: &PairDraft) -> Result<PairView, ErrorView> {
        let (pair, enabled) = (parse_pair(draft)?, draft.enabled);
        let endpoints = draft.endpoints.as_ref().map(parse_endpoints).transpose()?;
        let _one_at_a_time = self.syncing.lock_changes().await;
        let id = PairId(i64::from(id));
        let updated = self.storage.run(move |store| {
            store.update_pair(id, &pair, enabled)?;
            keep_endpoints(store, id, endpoints)
        });
        self.saved(updated.await?).await
    }

    /// Removes a pair; its nodes leave the window.
    ///
    /// # Errors
    /// `unknown-pair`, and any of the store.
    pub async fn remove(&self, id: i32) -> Result<(), ErrorView> {
        let _one_at_a_time = self.syncing.lock_changes().await;
        let id = PairId(i64::from(id));
        self.storage.run(move |store| store.remove_pair(id)).await?;
        self.way.tell().await?;
        self.syncing.apply_pairs().await
    }

    async fn saved(&self, id: PairId) -> Result<PairView, ErrorView> {
        // Before the sync that it starts.
        self.way.tell().await?;
        self.syncing.apply_pairs().await?;
        let id = i32::try_from(id.0).ok();
        id.and_then(|id| self.fleet.pair_view(id))
            .ok_or_else(|| ErrorView::gone("pair"))
    }
}

fn keep_endpoints(
    store: &Store,
    id: PairId,
    endpoints: Option<EndpointOverrides>,
) -> Result<PairId, StoreError> {
    if let Some(endpoints) = endpoints {
        store.set_pair_endpoints(id, &endpoints)?;
    }
    Ok(id)
}

fn parse_pair(draft: &PairDraft) -> Result<Pair, ErrorView> {
    let profile = parse("profile", ProfileName::parse, &draft.profile)?;
    let region = parse("region", Region::parse, &draft.region)?;
    Ok(Pair { profile, region })
}
