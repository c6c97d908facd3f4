//! The system's own dialog for a file.

use std::pin::Pin;

use rfd::{AsyncFileDialog, FileHandle};
use tauri::AppHandle;
use tokio::sync::oneshot;

/// Has the person choose a file that is there, or with `save` a name for one that is to be written. None where they gave up, and
/// for a path that is no Unicode.
pub(crate) async fn choose(shell: &AppHandle, title: String, save: Option<String>) -> Option<String> {
    let (answer, chosen) = oneshot::channel();
    // Systems show such dialogs from their main thread only; the wait for the person is elsewhere.
    let shown = shell.run_on_main_thread(move || {
        let dialog = AsyncFileDialog::new().set_title(title);
        let asked: ChosenFile = match save {
            Some(name) => Box::pin(dialog.set_file_name(name).save_file()),
            None => Box::pin(dialog.pick_file()),
        };
        tauri::async_runtime::spawn(async move {
            let _nobody_waits = answer.send(asked.await);
        });
    });
    shown.ok()?;
    let file = chosen.await.ok().flatten()?;
    file.path().to_str().map(str::to_owned)
}

type ChosenFile = Pin<Box<dyn Future<Output = Option<FileHandle>> + Send>>;
