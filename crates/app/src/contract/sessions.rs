//! Sessions and the tabs that show them.

use serde::Serialize;
use specta::Type;

use super::{Environment, ErrorView};

/// One tab: a session and what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TabView {
    /// The tab's number in this run.
    pub id: u32,
    /// Name of the node or connection.
    pub title: String,
    /// The target.
    pub target: String,
    /// The profile, if one was chosen.
    pub profile: Option<String>,
    /// The Region, once known.
    pub region: Option<String>,
    /// The profile's colour.
    pub environment: Environment,
    /// The synced node it was opened from, for the tree's marks.
    pub node_key: Option<String>,
    /// The saved connection it was opened from, also when that was renamed or removed since.
    pub connection: Option<i32>,
    /// The session's id at AWS, once granted.
    pub session_id: Option<String>,
    /// The Session document, where it is not the Region's shell.
    pub document: Option<String>,
    /// The command line of a document with a parameter `command`.
    pub command: Option<String>,
    /// The ARN of the KMS key that encrypts the session, once it is ready.
    pub encryption_key: Option<String>,
    /// How the program ended, where the session tells it; -1 when a signal killed it. Output may still follow.
    pub exit_status: Option<i32>,
    /// Its state.
    pub state: SessionStateView,
}

/// A wait that has a limit, to be counted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct WaitView {
    /// Since when, in milliseconds since the epoch.
    pub since_ms: f64,
    /// After how many seconds it is given up.
    pub limit_s: u32,
    /// How often it was tried; none where nothing is tried but only looked at.
    pub attempts: Option<u32>,
}

/// The state of a session. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum SessionStateView {
    /// On the way to a prompt.
    Connecting {
        /// What is being done: "Asking AWS for a session", "Opening the data channel", "Waiting for the agent".
        step: String,
        /// Nothing but a sign-in can help; it goes on by itself then.
        waits_for_login: bool,
        /// How long an instance or its agent is waited for; none where that is not what it takes.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[specta(optional)]
        wait: Option<WaitView>,
    },
    /// Bytes flow.
    Connected {
        /// Since when.
        since_ms: f64,
    },
    /// The service says that the agent's side is away; it comes back by itself.
    Paused {
        /// Since when.
        since_ms: f64,
    },
    /// The link is lost and is being restored; typed keys are held.
    Resuming {
        /// Since when.
        since_ms: f64,
        /// How many tries so far.
        attempts: u32,
        /// Bytes typed and not yet sent.
        held_bytes: u32,
        /// When the next try comes by itself; none while one is under way.
        next_try_at_ms: Option<f64>,
        /// Nothing but a new sign-in can help; it goes on by itself then.
        waits_for_login: bool,
        /// Why the last try failed.
        last_error: Option<ErrorView>,
    },
    /// The session is over. The scrollback stays.
    Ended {
        /// When.
        at_ms: f64,
        /// Why, in one sentence.
        reason: String,
    },
    /// There never was a session, or an error ended it. What was on the screen stays.
    Failed {
        /// When.
        at_ms: f64,
        /// Why.
        error: ErrorView,
    },
}
