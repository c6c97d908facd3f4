//! Groups and connections moved, copied, edited and deleted, many at a time, each with its way back.

use postern_model::{ConnectionId, SavedItem, SmartGroupId};
use postern_store::{SavedBefore, Store, StoreError};

use super::{
    SavedConnections,
    drafts::{connection_edit, group_id, place, saved_items},
    views::item_views,
};
use crate::contract::{ConnectionEditView, ErrorView, PlaceView, SavedChangeView, SavedItemView};

impl SavedConnections {
    /// Deletes groups, with all that is in them, and connections; all or none.
    ///
    /// # Errors
    /// `unknown-group`, `unknown-connection`, and any of the store.
    pub async fn delete(&self, items: &[SavedItemView]) -> Result<SavedChangeView, ErrorView> {
        let items = saved_items(items);
        self.change(move |store| Ok((Vec::new(), store.delete_saved(&items)?)))
            .await
    }

    /// Moves groups, with all that is in them, and connections to a place, in their order; all or none.
    ///
    /// # Errors
    /// `unknown-group`, `unknown-connection`, `inside-itself`, `too-deep`, `group-exists`, and any of the store.
    pub async fn move_to(
        &self,
        items: &[SavedItemView],
        to: &PlaceView,
    ) -> Result<SavedChangeView, ErrorView> {
        let (items, to) = (saved_items(items), place(to));
        self.change(move |store| Ok((Vec::new(), store.move_saved(&items, to)?)))
            .await
    }

    /// Copies groups, with all that is in them, and connections into a group; all or none.
    ///
    /// # Errors
    /// As [`Self::move_to`].
    pub async fn copy(
        &self,
        items: &[SavedItemView],
        into: Option<i32>,
    ) -> Result<SavedChangeView, ErrorView> {
        let (items, into) = (saved_items(items), group_id(into));
        self.change(move |store| store.copy_saved(&items, into)).await
    }

    /// Leaves the order of what stands in a group, or at the top, to the names again.
    ///
    /// # Errors
    /// `unknown-group`, and any of the store.
    pub async fn sort(&self, group: Option<i32>) -> Result<SavedChangeView, ErrorView> {
        let group = group_id(group);
        self.change(move |store| Ok((Vec::new(), store.sort_saved(group)?)))
            .await
    }

    /// Changes many connections in the same way; all or none.
    ///
    /// # Errors
    /// `unknown-connection`, `bad-<field>`, and any of the store.
    pub async fn edit(&self, ids: &[i32], edit: &ConnectionEditView) -> Result<SavedChangeView, ErrorView> {
        let edit = connection_edit(edit)?;
        let ids: Vec<_> = ids.iter().map(|id| ConnectionId(i64::from(*id))).collect();
        self.change(move |store| Ok((Vec::new(), store.edit_connections(&ids, &edit)?)))
            .await
    }

    /// Deletes a smart group; what it showed stays.
    ///
    /// # Errors
    /// `unknown-smart-group`, and any of the store.
    pub async fn delete_smart_group(&self, id: i32) -> Result<SavedChangeView, ErrorView> {
        let id = SmartGroupId(i64::from(id));
        self.change(move |store| Ok((Vec::new(), store.delete_smart_group(id)?)))
            .await
    }

    /// Takes a change back.
    ///
    /// # Errors
    /// `unknown-change` where it was taken back already or is too long ago, and any of the store.
    pub async fn undo(&self, number: u32) -> Result<(), ErrorView> {
        let Some(before) = self.undo.get(number) else {
            return Err(ErrorView::new(
                "unknown-change",
                "This change was taken back already, or is too long ago.",
                "Change it by hand.",
            ));
        };
        self.storage.run(move |store| store.put_back(&before)).await?;
        self.undo.forget(number);
        self.emit_all().await
    }

    /// Changes saved things, keeps how they were, and tells the window.
    pub(crate) async fn change(
        &self,
        change: impl FnOnce(&Store) -> Result<(Vec<SavedItem>, SavedBefore), StoreError> + Send + 'static,
    ) -> Result<SavedChangeView, ErrorView> {
        let (added, before) = self.storage.run(change).await?;
        let undo = self.undo.keep(before);
        self.emit_all().await?;
        Ok(SavedChangeView {
            undo,
            added: item_views(&added),
        })
    }

    async fn emit_all(&self) -> Result<(), ErrorView> {
        self.emit().await?;
        self.smart_groups.emit().await
    }
}
