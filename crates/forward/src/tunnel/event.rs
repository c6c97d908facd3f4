//! What a tunnel tells its owner.

use std::time::Duration;

use postern_model::SessionId;
use postern_session::SessionError;

use crate::ForwardError;

/// What its owner must know of a tunnel.
#[derive(Debug)]
pub(crate) enum TunnelEvent {
    /// AWS granted the session.
    Granted(SessionId),
    /// Connections go through from now on.
    Open,
    /// The session is for one connection, and its agent could carry several in another kind of session.
    AgentIsNew,
    /// The link is lost, or the agent is away.
    LinkLost(Option<SessionError>),
    /// It is back.
    LinkBack,
    /// A connection that came back can be tried again.
    HasRoom,
    /// The agent has acknowledged nothing for so long: what comes belongs into another session, and what is here may go on.
    Wedged(Duration),
    /// The agent was asked because a connection came after a long silence, and has not answered. Nothing of the connection was
    /// read; as with [`Self::Wedged`] it belongs into another session.
    Silent(ForwardError),
    /// It acknowledges or answers again.
    Unwedged,
    /// More bytes went through.
    Counted,
    /// The session is over. The last event.
    Over {
        /// Why.
        error: ForwardError,
        /// How many connections were in it.
        lost: usize,
    },
}
