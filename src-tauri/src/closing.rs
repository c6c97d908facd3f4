//! The window's close button. Where sessions would end the page asks first; a page that does not answer is not waited for.

use std::time::Duration;

use postern_app::{App, contract::AppEvent};
use tauri::{AppHandle, CloseRequestApi, Emitter, Manager};
use tokio::{sync::watch, time::timeout};

use crate::{bindings::APP_EVENT, leave};

/// A page that draws a flood without a graphics card may be slow; one that hangs never answers.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// Whether the page has taken up the question.
pub(crate) struct Closing {
    unseen: watch::Sender<bool>,
}

impl Default for Closing {
    fn default() -> Self {
        Self {
            unseen: watch::Sender::new(false),
        }
    }
}

impl Closing {
    /// The page asks the user now.
    pub(crate) fn seen(&self) {
        self.unseen.send_replace(false);
    }

    /// A request that the page has not seen yet; whether it is the first one.
    fn begin(&self) -> bool {
        !self.unseen.send_replace(true)
    }

    /// Whether the page takes up the question in time.
    async fn is_seen(&self) -> bool {
        let mut unseen = self.unseen.subscribe();
        timeout(ANSWER_WITHIN, unseen.wait_for(|unseen| !unseen))
            .await
            .is_ok()
    }
}

/// Somebody wants to close the window. Without a session or a forward nothing is lost. Who asks again before the page has seen it
/// does not wait any longer.
pub(crate) fn on_request(app: &AppHandle, api: &CloseRequestApi) {
    let has_live = app.try_state::<App>().is_some_and(|postern| postern.has_live());
    if !has_live {
        return;
    }
    api.prevent_close();
    let is_first = app.state::<Closing>().begin();
    if !is_first {
        return leave::leave(app);
    }
    if let Err(error) = app.emit(APP_EVENT, AppEvent::CloseRequested) {
        tracing::warn!(%error, "the page cannot be asked whether sessions may end");
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        if !app.state::<Closing>().is_seen().await {
            tracing::warn!("the page does not answer; the sessions end without its question");
            leave::leave(&app);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_page_that_sees_it_has_as_long_as_it_takes() {
        let closing = Closing::default();
        assert!(closing.begin());
        let waiting = closing.is_seen();
        closing.seen();
        assert!(waiting.await);
        assert!(closing.begin(), "the next request is a new one");
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_hangs_is_not_waited_for() {
        let closing = Closing::default();
        closing.begin();
        assert!(!closing.is_seen().await);
    }

    #[test]
    fn who_asks_twice_before_the_page_has_seen_it_is_known() {
        let closing = Closing::default();
        assert!(closing.begin());
        assert!(!closing.begin());
    }
}
