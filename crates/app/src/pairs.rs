//! The pairs of AWS profile and Region: the rows of the settings.

use std::sync::Arc;

use postern_model::{Pair, ProfileName, Region};
use postern_store::PairId;

use crate::{
    sessions::parse,
    view::{ErrorView, PairDraft, PairView},
    workspace::Workspace,
};

impl Workspace {
    /// Adds a pair. If it takes part, it is synced.
    ///
    /// # Errors
    /// `bad-profile`, `bad-region`, `pair-exists`, and any of the store.
    pub(crate) async fn add_pair(self: &Arc<Self>, draft: &PairDraft) -> Result<PairView, ErrorView> {
        let (pair, enabled) = (parse_pair(draft)?, draft.enabled);
        let _turn = self.changes.lock().await;
        let saved = self.in_store(move |store| store.add_pair(&pair, enabled)).await?;
        self.pairs_saved(saved.id).await
    }

    /// Changes a pair. If it takes part and is another one now, it is synced.
    ///
    /// # Errors
    /// `bad-profile`, `bad-region`, `pair-exists`, `unknown-pair`, and any of the store.
    pub(crate) async fn update_pair(
        self: &Arc<Self>,
        id: i32,
        draft: &PairDraft,
    ) -> Result<PairView, ErrorView> {
        let (pair, enabled) = (parse_pair(draft)?, draft.enabled);
        let _turn = self.changes.lock().await;
        let id = PairId(i64::from(id));
        let saved = self
            .in_store(move |store| store.update_pair(id, &pair, enabled))
            .await?;
        self.pairs_saved(saved.id).await
    }

    /// Removes a pair; its nodes leave the window.
    ///
    /// # Errors
    /// `unknown-pair`, and any of the store.
    pub(crate) async fn remove_pair(self: &Arc<Self>, id: i32) -> Result<(), ErrorView> {
        let _turn = self.changes.lock().await;
        self.in_store(move |store| store.remove_pair(PairId(i64::from(id))))
            .await?;
        self.apply_rows().await
    }

    async fn pairs_saved(self: &Arc<Self>, id: PairId) -> Result<PairView, ErrorView> {
        self.apply_rows().await?;
        let view = self
            .pair_views()
            .into_iter()
            .find(|view| i64::from(view.id) == id.0);
        view.ok_or_else(|| ErrorView::gone("pair"))
    }
}

fn parse_pair(draft: &PairDraft) -> Result<Pair, ErrorView> {
    let profile = parse("profile", ProfileName::parse, &draft.profile)?;
    let region = parse("region", Region::parse, &draft.region)?;
    Ok(Pair { profile, region })
}
