//! Commands of the import of connections, their export, and team files.

use postern_app::{
    App,
    contract::{ImportRequest, ImportReviewView, SavedChangeView, TeamFileView},
};
use tauri::{AppHandle, State};

use super::CommandResult;
use crate::file_choice;

/// Reads a file of connections and lays it beside those that are there; nothing is written.
#[tauri::command]
#[specta::specta]
pub(crate) async fn review_import(
    app: State<'_, App>,
    request: ImportRequest,
) -> CommandResult<ImportReviewView> {
    app.world().await.imports().review(request).await
}

/// Writes what was chosen of a review, by the places in its lists.
#[tauri::command]
#[specta::specta]
pub(crate) async fn apply_import(
    app: State<'_, App>,
    id: u32,
    groups: Vec<u32>,
    connections: Vec<u32>,
) -> CommandResult<SavedChangeView> {
    app.world().await.imports().apply(id, &groups, &connections).await
}

/// The review is not wanted any more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_import(app: State<'_, App>) -> CommandResult<()> {
    app.world().await.imports().forget();
    Ok(())
}

/// Writes all groups and connections into a file.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_connections(app: State<'_, App>, path: String) -> CommandResult<()> {
    app.world().await.imports().export(path).await
}

/// The team files, with what they hold.
#[tauri::command]
#[specta::specta]
pub(crate) async fn team_files(app: State<'_, App>) -> CommandResult<Vec<TeamFileView>> {
    Ok(app.world().await.team_files().views())
}

/// Adds a team file.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_team_file(app: State<'_, App>, path: String) -> CommandResult<()> {
    app.world().await.team_files().add(&path).await
}

/// Forgets a team file; the file itself is not touched.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_team_file(app: State<'_, App>, id: i32) -> CommandResult<()> {
    app.world().await.team_files().remove(id).await
}

/// Remembers whether the tree shows a team file folded.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_team_file_collapsed(
    app: State<'_, App>,
    id: i32,
    collapsed: bool,
) -> CommandResult<()> {
    app.world().await.team_files().set_collapsed(id, collapsed).await
}

/// Has the person choose a file that is there, or with `save` a name for one that is to be written. Null where they gave up.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_file(
    shell: AppHandle,
    title: String,
    save: Option<String>,
) -> CommandResult<Option<String>> {
    Ok(file_choice::choose(&shell, title, save).await)
}
