//! The commands of the fleet page.

use postern_app::{
    App,
    contract::{EcsClusterView, EcsContentsView, FleetPageAsk, FleetPageView},
};
use tauri::State;

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
