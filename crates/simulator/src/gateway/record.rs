//! What is asked for a session, what it was granted, and what outside observers see of it.

use std::sync::Arc;
use std::time::SystemTime;

use crate::world::SimulatedNode;

/// What the sessions of a simulator that stops say; of AWS nobody would hear it.
pub(super) const STOPPED: &str = "The simulator was stopped, and this session ended with it. Start the simulator again and open a new session.";

/// What StartSession asks for, already checked.
#[derive(Debug, Clone)]
pub(crate) struct SessionRequest {
    /// The target.
    pub(crate) node: Arc<SimulatedNode>,
    /// The ARN of the caller.
    pub(crate) owner: String,
    /// The name of the caller: the first part of the session's id.
    pub(crate) owner_name: String,
    /// The document, always named (`SSM-SessionManagerRunShell` when the caller left it out).
    pub(crate) document: String,
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
pub enum SessionStatus {
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
    pub state: SessionStatus,
    /// The process id of its shell, once there is one.
    pub shell_pid: Option<u32>,
}
