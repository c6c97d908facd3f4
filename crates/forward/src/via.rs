//! What a forward goes by: whatever can open a session to a destination.

mod adopted;
mod choice;
mod healthy;
mod node;
mod tagged;

use std::sync::Arc;

use async_trait::async_trait;
use postern_model::NodeId;
use postern_session::{Session, SessionEvents};

use crate::{ForwardError, PortDestination};

pub use adopted::AdoptedSession;
pub use node::{NodeOptions, NodeVia};
pub use tagged::TagVia;

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

    /// Hears why a session is over, or could not be opened. Whether the next one goes another way, so that it need not wait.
    fn session_over(&self, _error: &ForwardError) -> bool {
        false
    }

    /// One that goes its own way among the same nodes, for a destination that has sessions of its own; none where there is only
    /// one way.
    fn another(&self) -> Option<Arc<dyn Via>> {
        None
    }

    /// The node that sessions are opened to now; none while nobody knows, and for what is no node.
    fn through(&self) -> Option<ThroughNode> {
        None
    }
}

/// A node that a forward goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThroughNode {
    /// Its id.
    pub node: NodeId,
    /// Its name, safe to show, where AWS was asked for it.
    pub name: Option<String>,
}
