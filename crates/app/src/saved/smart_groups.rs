//! Smart groups: queries that the sidebar keeps open.

use postern_model::{SmartGroup, SmartGroupDraft, SmartGroupId};
use postern_store::Store;

use crate::{
    contract::{AppEvent, ErrorView, SmartGroupDraftView, SmartGroupView},
    events::EventBus,
    storage::Storage,
};

/// The smart groups of one world.
pub struct SmartGroups {
    storage: Storage,
    events: EventBus,
}

impl SmartGroups {
    pub(super) fn new(storage: &Storage, events: &EventBus) -> Self {
        Self {
            storage: storage.clone(),
            events: events.clone(),
        }
    }

    pub(crate) async fn views(&self) -> Result<Vec<SmartGroupView>, ErrorView> {
        let groups = self.storage.run(Store::smart_groups).await?;
        Ok(groups.iter().filter_map(smart_group_view).collect())
    }

    /// Creates (`id` is none) or changes one.
    ///
    /// # Errors
    /// `empty-name`, `empty-query`, `unknown-smart-group`, and any of the store.
    pub async fn save(
        &self,
        id: Option<i32>,
        draft: SmartGroupDraftView,
    ) -> Result<SmartGroupView, ErrorView> {
        let id = id.map(|id| SmartGroupId(i64::from(id)));
        let draft = SmartGroupDraft {
            name: draft.name,
            query: draft.query,
        };
        let saved = self.storage.run(move |store| store.save_smart_group(id, &draft));
        let saved = saved.await?;
        self.emit().await?;
        smart_group_view(&saved).ok_or_else(|| ErrorView::gone("smart-group"))
    }

    /// Remembers whether the tree shows it folded.
    ///
    /// # Errors
    /// `unknown-smart-group`, and any of the store.
    pub async fn set_collapsed(&self, id: i32, collapsed: bool) -> Result<(), ErrorView> {
        let id = SmartGroupId(i64::from(id));
        self.storage
            .run(move |store| store.set_smart_group_collapsed(id, collapsed))
            .await?;
        self.emit().await
    }

    /// Tells the window all of them.
    pub(super) async fn emit(&self) -> Result<(), ErrorView> {
        let smart_groups = self.views().await?;
        self.events.emit(AppEvent::SmartGroupsChanged { smart_groups });
        Ok(())
    }
}

fn smart_group_view(group: &SmartGroup) -> Option<SmartGroupView> {
    Some(SmartGroupView {
        id: i32::try_from(group.id.0).ok()?,
        draft: SmartGroupDraftView {
            name: group.draft.name.clone(),
            query: group.draft.query.clone(),
        },
        collapsed: group.collapsed,
    })
}
