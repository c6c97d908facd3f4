//! The commands of saved connections, their groups, and smart groups.

use postern_app::{
    App,
    contract::{
        ConnectionDraftView, ConnectionEditView, ConnectionView, GroupDraftView, GroupView, PlaceView,
        SavedChangeView, SavedItemView, SavedNodesView, SmartGroupDraftView, SmartGroupView,
    },
};
use tauri::State;

use super::CommandResult;

/// Creates (`id` null) or changes a group.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_group(
    app: State<'_, App>,
    id: Option<i32>,
    draft: GroupDraftView,
) -> CommandResult<GroupView> {
    app.world().await.saved().save_group(id, &draft).await
}

/// Folds or unfolds a group.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_group_collapsed(app: State<'_, App>, id: i32, collapsed: bool) -> CommandResult<()> {
    app.world().await.saved().set_group_collapsed(id, collapsed).await
}

/// Creates (`id` null) or changes a saved connection.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_connection(
    app: State<'_, App>,
    id: Option<i32>,
    draft: ConnectionDraftView,
) -> CommandResult<ConnectionView> {
    app.world().await.saved().save_connection(id, &draft).await
}

/// Deletes groups, with all that is in them, and connections.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_saved(
    app: State<'_, App>,
    items: Vec<SavedItemView>,
) -> CommandResult<SavedChangeView> {
    app.world().await.saved().delete(&items).await
}

/// Moves groups, with all that is in them, and connections.
#[tauri::command]
#[specta::specta]
pub(crate) async fn move_saved(
    app: State<'_, App>,
    items: Vec<SavedItemView>,
    to: PlaceView,
) -> CommandResult<SavedChangeView> {
    app.world().await.saved().move_to(&items, &to).await
}

/// Copies groups, with all that is in them, and connections into a group (null is the top).
#[tauri::command]
#[specta::specta]
pub(crate) async fn copy_saved(
    app: State<'_, App>,
    items: Vec<SavedItemView>,
    into: Option<i32>,
) -> CommandResult<SavedChangeView> {
    app.world().await.saved().copy(&items, into).await
}

/// Leaves the order of what stands in a group (null is the top) to the names again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sort_saved(app: State<'_, App>, group: Option<i32>) -> CommandResult<SavedChangeView> {
    app.world().await.saved().sort(group).await
}

/// Changes many connections in the same way.
#[tauri::command]
#[specta::specta]
pub(crate) async fn edit_connections(
    app: State<'_, App>,
    ids: Vec<i32>,
    edit: ConnectionEditView,
) -> CommandResult<SavedChangeView> {
    app.world().await.saved().edit(&ids, &edit).await
}

/// What a saved connection by a query leads to now.
#[tauri::command]
#[specta::specta]
pub(crate) async fn saved_nodes(app: State<'_, App>, id: i32) -> CommandResult<SavedNodesView> {
    app.saved_nodes(id).await
}

/// Takes a change of saved things back.
#[tauri::command]
#[specta::specta]
pub(crate) async fn undo_saved(app: State<'_, App>, change: u32) -> CommandResult<()> {
    app.world().await.saved().undo(change).await
}

/// Creates (`id` null) or changes a smart group.
#[tauri::command]
#[specta::specta]
pub(crate) async fn save_smart_group(
    app: State<'_, App>,
    id: Option<i32>,
    draft: SmartGroupDraftView,
) -> CommandResult<SmartGroupView> {
    app.world().await.saved().smart_groups().save(id, draft).await
}

/// Deletes a smart group; what it showed stays.
#[tauri::command]
#[specta::specta]
pub(crate) async fn delete_smart_group(app: State<'_, App>, id: i32) -> CommandResult<SavedChangeView> {
    app.world().await.saved().delete_smart_group(id).await
}

/// Folds or unfolds a smart group.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_smart_group_collapsed(
    app: State<'_, App>,
    id: i32,
    collapsed: bool,
) -> CommandResult<()> {
    let world = app.world().await;
    world.saved().smart_groups().set_collapsed(id, collapsed).await
}
