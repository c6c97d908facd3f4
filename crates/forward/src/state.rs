//! How a forward stands, as a state for whoever draws it.

use std::sync::Arc;
use std::time::Duration;

use postern_model::SessionId;

use crate::{ForwardError, LocalAddress};

/// How a forward stands.
#[derive(Debug, Clone)]
pub struct ForwardState {
    /// Where connections come in. It stays the same for as long as the forward lives.
    pub local: Vec<LocalAddress>,
    /// What the forward does.
    pub phase: ForwardPhase,
    /// The session that it uses, or the last one.
    pub session: Option<SessionId>,
    /// What went through it.
    pub traffic: ForwardTraffic,
}

/// What a forward does.
#[derive(Debug, Clone)]
pub enum ForwardPhase {
    /// A session is being opened; connections wait.
    Opening,
    /// Connections go through.
    Open,
    /// The link of the session is lost and being resumed; connections wait.
    Resuming {
        /// What ended the link or the attempt before.
        error: Option<Arc<ForwardError>>,
    },
    /// The session is over, and the next is opened after a wait.
    Replacing {
        /// Why it is over.
        error: Arc<ForwardError>,
        /// How long the next attempt waits.
        wait: Duration,
    },
    /// AWS closed the session, and nobody needs it: the next connection opens another.
    Asleep,
    /// It was stopped. The last phase. An error means that AWS could not be told.
    Stopped {
        /// Why AWS may keep the session.
        error: Option<Arc<ForwardError>>,
    },
    /// It cannot go on. The last phase.
    Failed(Arc<ForwardError>),
}

/// Counts of a forward, from its start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ForwardTraffic {
    /// Connections that are open now, those that wait among them.
    pub open: usize,
    /// Connections that were taken so far.
    pub taken: u64,
    /// Bytes from local connections to the destination.
    pub sent_bytes: u64,
    /// Bytes from the destination to local connections.
    pub received_bytes: u64,
}

impl ForwardPhase {
    /// Whether nothing follows.
    #[must_use]
    pub fn is_last(&self) -> bool {
        match self {
            Self::Stopped { .. } | Self::Failed(_) => true,
            Self::Opening | Self::Open | Self::Resuming { .. } | Self::Replacing { .. } | Self::Asleep => {
                false
            }
        }
    }
}
