//! What a live session gives to those who own or watch it.

use std::fmt::Debug;

use async_trait::async_trait;
use postern_session::SessionEvent;

use crate::sessions::progress::Progress;

/// One who watches a live session.
#[async_trait]
pub(crate) trait SessionWatcher: Debug + Send + Sync {
    /// What is known of the session changed. It is called under the session's lock, in order, and never after the session
    /// was closed; so it answers at once and asks the session nothing.
    fn changed(&self, progress: &Progress);

    /// Takes what came from the session, in order, before [`SessionWatcher::changed`] is called for it. The session is
    /// held back until this returns. It is broken off when the session is closed, so that the session can end.
    async fn received(&self, event: &SessionEvent);
}
