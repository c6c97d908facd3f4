//! Text from the clipboard, for a paste that was chosen from a menu. WebKitGTK gives the page only what keys paste, so the
//! toolkit is asked.

use postern_app::contract::ErrorView;
use tauri::AppHandle;

/// The text; empty where the clipboard holds none, and none where the page is to ask the web view.
///
/// # Errors
/// `clipboard` when the program is about to end.
#[cfg(target_os = "linux")]
pub(crate) async fn text(handle: &AppHandle) -> Result<Option<String>, ErrorView> {
    use gtk::{Clipboard, gdk::SELECTION_CLIPBOARD};
    let (answers, answered) = tokio::sync::oneshot::channel();
    let ask = move || {
        // Who owns the clipboard may take its time: the toolkit goes on meanwhile, and gives up by itself.
        Clipboard::get(&SELECTION_CLIPBOARD).request_text(|_, text| {
            let _left = answers.send(text.unwrap_or_default().to_owned());
        });
    };
    handle.run_on_main_thread(ask).map_err(|_| ending())?;
    answered.await.map(Some).map_err(|_| ending())
}

/// There the web view gives a page the text, and asks the user where that is right.
#[cfg(not(target_os = "linux"))]
#[allow(clippy::unused_async, reason = "as on Linux")]
pub(crate) async fn text(_: &AppHandle) -> Result<Option<String>, ErrorView> {
    Ok(None)
}

#[cfg(target_os = "linux")]
fn ending() -> ErrorView {
    ErrorView {
        code: "clipboard".into(),
        message: "The clipboard could not be read.".into(),
        next_step: "Click into the terminal and press Ctrl+Shift+V.".into(),
        detail: None,
    }
}
