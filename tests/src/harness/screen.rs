//! The terminal of a tab, as a page would draw it, and the keys that go into it.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use postern_app::App;
use tokio::sync::Notify;

use super::desk::PATIENCE;

/// What a tab's terminal received, credited at once as a page that draws does.
#[derive(Clone)]
pub struct Screen {
    text: Arc<Mutex<Vec<u8>>>,
    more: Arc<Notify>,
}

impl Screen {
    /// A page that attaches to a tab, now or anew.
    ///
    /// # Panics
    /// When there is no such tab.
    #[must_use]
    pub fn attached(app: &App, tab: u32) -> Self {
        let screen = Self {
            text: Arc::default(),
            more: Arc::default(),
        };
        let (own, app_handle) = (screen.clone(), app.clone());
        let sink = move |bytes: Vec<u8>| {
            let count = u32::try_from(bytes.len()).expect("a chunk is small");
            own.text.lock().expect("not poisoned").extend(bytes);
            own.more.notify_one();
            // From the page, credit comes later and from elsewhere, never from inside the delivery.
            let app = app_handle.clone();
            tokio::spawn(async move { app.tabs().get(tab).map(|tab| tab.credit(count)) });
            Ok(())
        };
        app.tabs().get(tab).expect("a tab").attach(Arc::new(sink));
        screen
    }

    /// Everything so far.
    ///
    /// # Panics
    /// Never in practice.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().expect("not poisoned")).into_owned()
    }

    /// Waits until the text holds `wanted`.
    ///
    /// # Panics
    /// When it does not in 30 s.
    pub async fn shows(&self, wanted: &str) {
        let wait = async {
            while !self.text().contains(wanted) {
                self.more.notified().await;
            }
        };
        if tokio::time::timeout(PATIENCE, wait).await.is_err() {
            panic!(
                "{wanted:?} did not appear in {PATIENCE:?}; the terminal shows: {}",
                self.text()
            );
        }
    }
}

/// Types text into a tab.
///
/// # Panics
/// When the tab takes no keys.
pub async fn type_into(app: &App, tab: u32, text: &str) {
    let tab = app.tabs().get(tab).expect("a tab");
    tab.type_in(Bytes::from(text.to_owned()))
        .await
        .expect("the tab takes keys");
}
