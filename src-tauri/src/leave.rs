//! The way out: whoever ends the program, the sessions are terminated first, so that none is orphaned at AWS.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use postern_app::App;
use tauri::{AppHandle, Manager};
use tokio::{sync::OnceCell, time::timeout};

use crate::window;

/// The application takes a few seconds at most; whatever else may hang does not keep the program alive.
const AT_MOST: Duration = Duration::from_secs(15);

/// How far the way out is.
#[derive(Default)]
pub(crate) struct Leaving {
    begun: AtomicBool,
    terminated: OnceCell<()>,
}

/// A signal ends the program like a closed window, and asks nobody.
pub(crate) fn on_signal(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        asked_to_end().await;
        leave(&app);
    });
}

/// Terminates the sessions, which takes a few seconds at most, then ends the program. Meanwhile it is gone for the user:
/// no window, and whoever starts the program again gets a new one.
pub(crate) fn leave(app: &AppHandle) {
    if app.state::<Leaving>().begun.swap(true, Ordering::Relaxed) {
        return;
    }
    let own = app.clone();
    let disappear = move || {
        if let Some(window) = window::main(&own) {
            window::hide(&window);
        }
        tauri_plugin_single_instance::destroy(&own);
    };
    if let Err(error) = app.run_on_main_thread(disappear) {
        tracing::warn!(%error, "the window cannot be hidden");
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        terminate_sessions(&app).await;
        app.exit(0);
    });
}

/// Once only; who comes second waits for the first.
pub(crate) async fn terminate_sessions(app: &AppHandle) {
    let (Some(leaving), Some(postern)) = (app.try_state::<Leaving>(), app.try_state::<App>()) else {
        return;
    };
    let terminated = async {
        if timeout(AT_MOST, postern.shut_down()).await.is_err() {
            tracing::warn!("not everything ended in time");
        }
    };
    leaving.terminated.get_or_init(|| terminated).await;
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
