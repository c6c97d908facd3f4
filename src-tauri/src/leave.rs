//! The way out: whoever ends the program, the sessions are terminated first, so that none is orphaned at AWS.

use std::sync::atomic::{AtomicBool, Ordering};

use postern_app::App;
use tauri::{AppHandle, Manager, RunEvent};

/// Whether the sessions are being terminated already.
#[derive(Default)]
pub(crate) struct Leaving(AtomicBool);

/// The last window was closed, or the system asked the program to quit.
pub(crate) fn on_event(app: &AppHandle, event: RunEvent) {
    if let RunEvent::ExitRequested { api, code: None, .. } = event {
        api.prevent_exit();
        leave(app);
    }
}

/// A signal ends the program like a closed window.
pub(crate) fn on_signal(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        asked_to_end().await;
        leave(&app);
    });
}

/// Terminates the sessions, which takes a few seconds at most, then ends the program.
fn leave(app: &AppHandle) {
    if app.state::<Leaving>().0.swap(true, Ordering::Relaxed) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if let Some(postern) = app.try_state::<App>() {
            postern.inner().clone().shut_down().await;
        }
        app.exit(0);
    });
}

#[cfg(unix)]
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
        signal(SignalKind::hangup()),
    );
    let (Ok(mut terminate), Ok(mut interrupt), Ok(mut hangup)) = signals else {
        return std::future::pending().await;
    };
    tokio::select! { _ = terminate.recv() => {} _ = interrupt.recv() => {} _ = hangup.recv() => {} }
}

#[cfg(not(unix))]
async fn asked_to_end() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
