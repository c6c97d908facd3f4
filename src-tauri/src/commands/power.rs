//! Instances that are told to start, stop or reboot.

use postern_app::{
    App,
    contract::{PowerOrderView, PowerTaskView},
};
use tauri::State;

use super::CommandResult;

/// Tells nodes what to do; answers at once, and events tell how far they are.
#[tauri::command]
#[specta::specta]
pub(crate) async fn power_nodes(
    app: State<'_, App>,
    order: PowerOrderView,
    keys: Vec<String>,
) -> CommandResult<PowerTaskView> {
    app.world().await.power().order(order, &keys)
}
