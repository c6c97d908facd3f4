//! What protects the nodes of a group or a saved connection from a slip of the hand.

use serde::{Deserialize, Serialize};

/// What one level asks for. A level can only add to what is above it: nothing inside a group loosens its guard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Guard {
    /// Sessions begin locked: no key reaches the node before it is unlocked.
    pub read_only: bool,
    /// A session needs a reason, which AWS records.
    pub reason: bool,
    /// Each paste is reviewed, also one of a single line.
    pub paste: bool,
}
