//! What a forward goes by: whatever can open a session to a destination.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use postern_model::{Scope, SessionControl, Target};
use postern_session::{Session, SessionEvents, SessionOptions};

use crate::{ForwardError, PortDestination};

/// What a forward goes by. It is asked again when a session is over, and may choose another node then.
#[async_trait]
pub trait Via: Send + Sync {
    /// Opens a session of ports to `destination`. It may return before the session is ready; what fails later arrives among
    /// its events.
    ///
    /// # Errors
    /// Why there is no session to be had, such as [`ForwardError::OneSession`].
    async fn open(
        &self,
        destination: &PortDestination,
        local_port: Option<u16>,
    ) -> Result<(Session, SessionEvents), ForwardError>;

    /// Whether there can be another session behind the last.
    fn has_more(&self) -> bool {
        true
    }
}

/// One node, for as long as the forward lives.
pub struct NodeVia {
    control: Arc<dyn SessionControl>,
    scope: Scope,
    target: Target,
    reason: Option<String>,
}

impl NodeVia {
    /// The node in its scope; `reason` is recorded by AWS with each session.
    #[must_use]
    pub fn new(
        control: Arc<dyn SessionControl>,
        scope: Scope,
        target: Target,
        reason: Option<String>,
    ) -> Self {
        Self {
            control,
            scope,
            target,
            reason,
        }
    }

    /// What its sessions are opened with.
    #[must_use]
    pub fn session_options() -> SessionOptions {
        SessionOptions {
            port_sessions: true,
            ..SessionOptions::default()
        }
    }
}

#[async_trait]
impl Via for NodeVia {
    async fn open(
        &self,
        destination: &PortDestination,
        local_port: Option<u16>,
    ) -> Result<(Session, SessionEvents), ForwardError> {
        let request = destination.start_request(self.target.clone(), local_port, self.reason.clone());
        let request = request.map_err(|_rule| ForwardError::Crashed)?;
        let (control, scope) = (Arc::clone(&self.control), self.scope.clone());
        Ok(Session::open(control, scope, request, Self::session_options()))
    }
}

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
