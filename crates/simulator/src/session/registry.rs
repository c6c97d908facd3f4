//! Sessions that StartSession granted, live and ended, and what outside hands may do to their links.

use std::sync::Arc;
use std::time::SystemTime;

use crate::world::Node;

/// What StartSession asks for, already checked.
#[derive(Debug, Clone)]
pub(crate) struct SessionRequest {
    /// The target.
    pub(crate) node: Arc<Node>,
    /// The ARN of the caller.
    pub(crate) owner: String,
    /// The name of the caller: the first part of the session's id.
    pub(crate) owner_name: String,
    /// The document, always named (`SSM-SessionManagerRunShell` when the caller left it out).
    pub(crate) document: String,
    /// The document's parameters.
    pub(crate) parameters: Vec<(String, Vec<String>)>,
    /// What the caller gave as reason.
    pub(crate) reason: Option<String>,
}

/// The right to open the data channel.
#[derive(Clone)]
pub(crate) struct Grant {
    /// For example `ops-0a1b2c3d4e5f67890`.
    pub(crate) session_id: String,
    /// Secret; every grant of a session has a new one.
    pub(crate) token: String,
}

/// Where a session stands, in the words of DescribeSessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Granted; no client has opened the data channel yet.
    Connecting,
    /// A client is connected.
    Connected,
    /// The client's link is gone; the shell lives on.
    Disconnected,
    /// Ended.
    Terminated,
}

/// One session as an outside observer sees it; holds no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// The session's id.
    pub id: String,
    /// The node's id.
    pub target: String,
    /// Twelve digits.
    pub account: String,
    /// The node's Region.
    pub region: String,
    /// The ARN of who started it.
    pub owner: String,
    /// The document's name.
    pub document: String,
    /// The reason given.
    pub reason: Option<String>,
    /// When it was granted.
    pub started: SystemTime,
    /// When it ended.
    pub ended: Option<SystemTime>,
    /// Where it stands.
    pub state: SessionState,
    /// The process id of its shell, once there is one.
    pub shell_pid: Option<u32>,
}

/// The registry.
#[derive(Debug, Default)]
pub(crate) struct Sessions;

impl Sessions {
    /// Grants a new session.
    pub(crate) fn grant(&self, request: SessionRequest) -> Grant {
        let _ = request;
        Grant { session_id: String::new(), token: String::new() }
    }

    /// A new token for a session that is not ended.
    pub(crate) fn resume(&self, id: &str) -> Option<Grant> {
        let _ = id;
        None
    }

    /// Ends a session and its shell; false when there is none with this id or it is ended.
    pub(crate) fn terminate(&self, id: &str) -> bool {
        let _ = id;
        false
    }

    /// All sessions, the oldest first.
    pub(crate) fn list(&self) -> Vec<SessionRecord> {
        Vec::new()
    }

    /// Ends a session from the node's side with this text in `channel_closed`; false when there is no such session.
    pub(crate) fn end(&self, id: &str, output: &str) -> bool {
        let _ = (id, output);
        false
    }

    /// Drops the client's socket of a session without a close frame; false when there is none.
    pub(crate) fn cut_link(&self, id: &str) -> bool {
        let _ = id;
        false
    }

    /// Drops every client's socket without a close frame; answers how many.
    pub(crate) fn cut_all_links(&self) -> usize {
        0
    }

    /// Closes every client's socket with a close frame; answers how many.
    pub(crate) fn close_links(&self, code: u16, reason: &str) -> usize {
        let _ = (code, reason);
        0
    }

    /// While refused, the upgrade of every data channel is answered with 503.
    pub(crate) fn refuse_links(&self, refuse: bool) {
        let _ = refuse;
    }

    /// Whether links are refused now.
    pub(crate) fn links_refused(&self) -> bool {
        false
    }

    /// The agent of a node falls silent (true) or is back (false): its shells stop and clients see a pause.
    pub(crate) fn silence_agent(&self, node: &str, silent: bool) {
        let _ = (node, silent);
    }

    /// Ends every session: no shell is left when this returns.
    pub(crate) async fn shutdown(&self) {}

    /// As [`Sessions::shutdown`] without waiting, for `Drop`.
    pub(crate) fn kill_all(&self) {}
}
