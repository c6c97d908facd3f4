//! A forward by the one session that somebody else opened.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use postern_session::{Session, SessionEvents};

use super::Via;
use crate::{ForwardError, PortDestination};

/// A session that somebody else opened. There is no second one.
pub struct AdoptedSession(Mutex<Option<(Session, SessionEvents)>>);

impl AdoptedSession {
    /// The session, in whatever state.
    #[must_use]
    pub fn new(session: Session, events: SessionEvents) -> Self {
        Self(Mutex::new(Some((session, events))))
    }
}

#[async_trait]
impl Via for AdoptedSession {
    async fn open(
        &self,
        _destination: &PortDestination,
        _local_port: Option<u16>,
    ) -> Result<(Session, SessionEvents), ForwardError> {
        let session = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        session.ok_or(ForwardError::OneSession)
    }

    fn has_more(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}
