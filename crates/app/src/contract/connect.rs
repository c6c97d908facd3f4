//! What to connect to, and what to run there.

use serde::{Deserialize, Serialize};
use specta::Type;

#[cfg(doc)]
use super::{ConnectionView, NodeView};
use super::{EncryptionPolicyView, ParameterView};

/// What to connect to.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum ConnectRequest {
    /// A synced node, by its key.
    Node {
        /// [`NodeView::key`].
        key: String,
        /// What to run there instead of a shell.
        run: Option<RunRequest>,
    },
    /// A shell on a synced node whose instance is started first, if it is stopped, and whose agent is waited for.
    StartedNode {
        /// [`NodeView::key`].
        key: String,
    },
    /// A saved connection.
    Saved {
        /// [`ConnectionView::id`].
        id: i32,
        /// What to run there instead of the connection's own document.
        run: Option<RunRequest>,
    },
    /// One of the nodes that answer a saved connection's query.
    SavedNode {
        /// [`ConnectionView::id`].
        id: i32,
        /// [`NodeView::key`].
        key: String,
        /// What to run there instead of the connection's own document.
        run: Option<RunRequest>,
    },
    /// A connection of a team file.
    TeamFile {
        /// The file's number.
        file: i32,
        /// The number of the connection in the file.
        id: i32,
        /// What to run there instead of the connection's own document.
        run: Option<RunRequest>,
    },
    /// What was typed into the connect dialog.
    Typed {
        /// Instance id, `mi-…` or ECS target.
        target: String,
        /// Profile, or the default.
        profile: Option<String>,
        /// Region, or the default.
        region: Option<String>,
        /// Session document.
        document: Option<String>,
        /// The document's parameters.
        parameters: Vec<ParameterView>,
        /// Recorded by AWS with the session.
        reason: Option<String>,
        /// The demand on encryption; none means `prefer`.
        encryption: Option<EncryptionPolicyView>,
    },
}

/// A Session document to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunRequest {
    /// Its name or ARN.
    pub document: String,
    /// Its parameters; those that are not named take the document's own values.
    pub parameters: Vec<ParameterView>,
    /// Recorded by AWS with the session.
    pub reason: Option<String>,
}
