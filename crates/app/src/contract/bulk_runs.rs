//! A command or document on many nodes at once, and what came of it on each.

use serde::{Deserialize, Serialize};
use specta::Type;

#[cfg(doc)]
use super::NodeView;
use super::{ErrorView, ParameterView};

/// What is run, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BulkRunDraft {
    /// [`NodeView::key`] of each node.
    pub keys: Vec<String>,
    /// What is run there.
    pub what: BulkRunWhat,
    /// Recorded by AWS with every session.
    pub reason: Option<String>,
}

/// What is run on many nodes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum BulkRunWhat {
    /// A line of each node's shell.
    Command {
        /// The line.
        line: String,
    },
    /// A Session document for commands without a terminal.
    Document {
        /// Its name or ARN.
        document: String,
        /// Its parameters.
        parameters: Vec<ParameterView>,
    },
}

/// A run, with what is known of it on each node.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BulkRunView {
    /// Tells it from the runs before it.
    pub id: u32,
    /// The command line or the document, safe to show.
    pub title: String,
    /// Whether nothing runs any more.
    pub over: bool,
    /// One for each node, in the order in which they were chosen.
    pub rows: Vec<BulkRunRowView>,
}

/// A run on one node. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BulkRunRowView {
    /// [`NodeView::key`].
    pub key: String,
    /// The node's name, or its id.
    pub title: String,
    /// What is going on.
    pub state: BulkRunStateView,
    /// The exit status as a shell would give it, once there is one.
    pub status: Option<u32>,
    /// Why there is none.
    pub error: Option<ErrorView>,
    /// When it began.
    pub started_at_ms: Option<f64>,
    /// When it was over.
    pub ended_at_ms: Option<f64>,
    /// The last line of what it wrote, safe to show.
    pub last_line: String,
}

/// What is going on with a run on one node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum BulkRunStateView {
    /// It waits for its turn.
    Waiting,
    /// It runs.
    Running,
    /// It is over, and left an exit status where the document gives one.
    Done,
    /// It was not run, or what came of it is not known.
    Failed,
    /// It was stopped, or not begun, because the user said so.
    Stopped,
}

/// What a run wrote on one node.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BulkRunOutputView {
    /// Standard output, or both where they come together; safe to show.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// Whether the beginning is missing, because there was more than is kept.
    pub cut: bool,
    /// Whether the end may be missing, because the agent did not send it.
    pub missing: bool,
}
