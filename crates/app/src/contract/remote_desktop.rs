//! The desktop of a Windows node.

use serde::Serialize;
use specta::Type;

/// The Administrator's password is on the clipboard. The page never sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CopiedPasswordView {
    /// When it is taken away, if it is still there.
    pub clears_in_seconds: u32,
}
