//! The one window: shown when its page is there, and never with any other page in it.

use std::path::Path;

use postern_app::contract::{Drawing, ThemeChoice};
use tauri::{
    App, Manager, Runtime, Theme, Url, WebviewWindow, WebviewWindowBuilder,
    webview::{NewWindowResponse, PageLoadEvent},
};

use crate::theme;
#[cfg(target_os = "linux")]
use crate::{context_menu, drawing};

/// Runs before every script of the page.
pub(crate) const FREEZE: &str = include_str!("freeze.js");

/// How the window looks before its page says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) theme: ThemeChoice,
    pub(crate) drawing: Drawing,
}

/// Opens the window of the configuration. `data` is where the page's own data goes.
///
/// # Errors
/// When the system cannot open a window.
pub(crate) fn open<R: Runtime>(app: &App<R>, data: &Path, look: Look) -> tauri::Result<()> {
    let config = app.config().app.windows.first().cloned().unwrap_or_default();
    let builder = WebviewWindowBuilder::from_config(app, &config)?
        .initialization_script(FREEZE)
        .initialization_script(theme::first_script(look.theme))
        .background_color(theme::background(look.theme, Theme::Dark))
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_page_load(|window, load| match load.event() {
            PageLoadEvent::Started => {}
            PageLoadEvent::Finished => show(&window),
        });
    let window = builder.data_directory(data.to_owned()).build()?;
    if look.theme == ThemeChoice::System {
        // Only a window can be asked what the system's theme is.
        window.set_background_color(Some(theme::background(look.theme, window.theme()?)))?;
    }
    prepare(&window, look.drawing)
}

/// What only the system's web view itself can be told.
#[cfg(target_os = "linux")]
fn prepare<R: Runtime>(window: &WebviewWindow<R>, drawing: Drawing) -> tauri::Result<()> {
    window.with_webview(move |webview| {
        let page = webview.inner();
        drawing::apply(drawing, &page);
        context_menu::only_editing(&page);
        reload_after_crash(&page);
    })
}

#[cfg(not(target_os = "linux"))]
fn prepare<R: Runtime>(_: &WebviewWindow<R>, _: Drawing) -> tauri::Result<()> {
    Ok(())
}

/// The process that draws the page may die. The sessions are not in it: a new page attaches to them and draws them anew.
/// On macOS Tauri does this by itself; on Windows it offers no way to hear of it.
#[cfg(target_os = "linux")]
fn reload_after_crash(page: &webkit2gtk::WebView) {
    use webkit2gtk::WebViewExt;
    page.connect_web_process_terminated(|page, reason| {
        tracing::warn!(
            ?reason,
            "the process of the page is gone; the page is loaded again"
        );
        page.reload();
    });
}

/// Brings the window to the front.
pub(crate) fn show<R: Runtime>(window: &WebviewWindow<R>) {
    let shown = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window cannot be brought to the front");
    }
}

/// Takes the window from the screen.
pub(crate) fn hide<R: Runtime>(window: &WebviewWindow<R>) {
    if let Err(error) = window.hide() {
        tracing::warn!(%error, "the window cannot be hidden");
    }
}

/// The main window, if it is open.
pub(crate) fn main<R: Runtime>(manager: &impl Manager<R>) -> Option<WebviewWindow<R>> {
    manager.get_webview_window("main")
}

/// Compared whole: `tauri.localhost.example` is somebody else.
fn is_own_page(url: &Url) -> bool {
    let own = if cfg!(any(windows, target_os = "android")) {
        ("http", "tauri.localhost")
    } else {
        ("tauri", "localhost")
    };
    (url.scheme(), url.host_str().unwrap_or_default()) == own && url.port().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(not(windows))]
    fn only_the_own_page_may_be_loaded() {
        let may = |url: &str| is_own_page(&Url::parse(url).unwrap());
        assert!(may("tauri://localhost") && may("tauri://localhost/index.html?x#y"));
        for other in [
            "https://example.org/",
            "http://localhost/",
            "tauri://localhost.example/",
            "tauri://evil/",
            "about:blank",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:1",
            "tauri://localhost:8080/",
            "ipc://localhost/",
        ] {
            assert!(!may(other), "{other}");
        }
    }

    #[test]
    fn the_configured_window_is_the_one_with_permissions() {
        let config: serde_json::Value = serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
        assert_eq!(config["app"]["windows"][0]["label"], "main");
    }
}
