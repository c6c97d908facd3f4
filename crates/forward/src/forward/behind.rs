//! What is behind the local end of a forward: the session for the connections that come.

use futures_util::future::BoxFuture;
use postern_session::{Session, SessionEvents};
use tokio::time::Instant;

use crate::ForwardError;
use crate::due::at;
use crate::tunnel::{Tunnel, TunnelEvent};

pub(super) type OpenedSession = Result<(Session, SessionEvents), ForwardError>;

/// What is behind the local end.
pub(super) enum Behind {
    /// The next session, at this time; none when the next connection asks for it.
    Nothing(Option<Instant>),
    /// A session that is being asked for.
    Opening(BoxFuture<'static, OpenedSession>),
    /// A session.
    Tunnel(Box<Tunnel>),
}

/// What happened to it.
pub(super) enum BehindEvent {
    Opened(OpenedSession),
    Tunnel(TunnelEvent),
    Due,
}

impl Behind {
    /// Waits for what happens to it. Cancel safe.
    pub(super) async fn next(&mut self) -> BehindEvent {
        match self {
            Self::Nothing(due) => {
                at(*due).await;
                BehindEvent::Due
            }
            Self::Opening(opening) => BehindEvent::Opened(opening.await),
            Self::Tunnel(tunnel) => BehindEvent::Tunnel(tunnel.next().await),
        }
    }
}
