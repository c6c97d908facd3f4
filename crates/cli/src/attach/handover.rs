//! A session in the foreground that turns out to forward ports, so that somebody else goes on with it.

use std::collections::BTreeMap;
use std::process::ExitCode;

use postern_model::SessionId;
use postern_session::{Session, SessionEvents};

use crate::foreground::LeaveSignals;

/// What became of a session in the foreground.
pub(crate) enum Attached {
    /// It is over.
    Over(ExitCode),
    /// It forwards ports, so it is none for a terminal.
    Ports(Box<PortHandover>),
}

/// A session of ports, as if it had just become ready.
pub(crate) struct PortHandover {
    pub(crate) session: Session,
    pub(crate) id: SessionId,
    pub(crate) events: SessionEvents,
    pub(crate) signals: LeaveSignals,
    /// What the agent says of the port.
    pub(crate) properties: BTreeMap<String, String>,
}
