//! The commands of the fleet page.

use postern_app::{
    App,
    contract::{
        BulkRunDraft, BulkRunOutputView, BulkRunView, EcsClusterView, EcsContentsView, FleetPageAsk,
        FleetPageView, NodeExportDraft, NodeExportView,
    },
};
use tauri::{AppHandle, Manager, State};

use super::CommandResult;

/// A window of the table of nodes, with facets; no window is longer than 500.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fleet_page(
    app: State<'_, App>,
    ask: FleetPageAsk,
    from: u32,
    count: u32,
) -> CommandResult<FleetPageView> {
    let table = app.world().await.fleet_table();
    table.page(&ask, from, count)
}

/// The keys of the nodes of a window of any length, in the order of the table.
#[tauri::command]
#[specta::specta]
pub(crate) async fn fleet_page_keys(
    app: State<'_, App>,
    ask: FleetPageAsk,
    from: u32,
    count: u32,
) -> CommandResult<Vec<String>> {
    let table = app.world().await.fleet_table();
    table.keys(&ask, from, count)
}

/// The clusters of ECS of a pair.
#[tauri::command]
#[specta::specta]
pub(crate) async fn ecs_clusters(app: State<'_, App>, pair: i32) -> CommandResult<Vec<EcsClusterView>> {
    app.containers().await.clusters(pair).await
}

/// The services, tasks and containers of a cluster.
#[tauri::command]
#[specta::specta]
pub(crate) async fn ecs_contents(
    app: State<'_, App>,
    pair: i32,
    cluster: EcsClusterView,
) -> CommandResult<EcsContentsView> {
    app.containers().await.contents(pair, cluster).await
}

/// Gives nodes to other programs: as a text, or into a file where a path is named.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_nodes(
    app: State<'_, App>,
    draft: NodeExportDraft,
) -> CommandResult<NodeExportView> {
    let table = app.world().await.fleet_table();
    table.export(draft).await
}

/// Where exported files usually go: the folder of downloads, else the user's own; empty where neither is known.
#[tauri::command]
#[specta::specta]
pub(crate) async fn export_folder(handle: AppHandle) -> CommandResult<String> {
    let path = handle.path();
    let folder = path.download_dir().or_else(|_| path.home_dir());
    Ok(folder
        .map(|folder| folder.display().to_string())
        .unwrap_or_default())
}

/// Runs a command or document on many nodes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_bulk_run(app: State<'_, App>, draft: BulkRunDraft) -> CommandResult<BulkRunView> {
    app.world().await.bulk_runs().start(&draft)
}

/// The last run on many nodes.
#[tauri::command]
#[specta::specta]
pub(crate) async fn last_bulk_run(app: State<'_, App>) -> CommandResult<Option<BulkRunView>> {
    Ok(app.world().await.bulk_runs().last())
}

/// What a run wrote on one node.
#[tauri::command]
#[specta::specta]
pub(crate) async fn bulk_run_output(
    app: State<'_, App>,
    id: u32,
    key: String,
) -> CommandResult<BulkRunOutputView> {
    Ok(app.world().await.bulk_runs().output(id, &key))
}

/// Ends the commands of a run, and begins no others.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_bulk_run(app: State<'_, App>, id: u32) -> CommandResult<()> {
    app.world().await.bulk_runs().stop(id);
    Ok(())
}
