//! An error as the page hears of it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// An error as the interface shows it: cause, next step, and what AWS said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ErrorView {
    /// A stable word; the interface acts on some of them.
    pub code: String,
    /// The cause, one sentence.
    pub message: String,
    /// The next step, one sentence.
    pub next_step: String,
    /// What AWS or the system said, if that says more.
    pub detail: Option<String>,
}
