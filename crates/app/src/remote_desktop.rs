//! The desktops of Windows nodes: a forward, the system's client on it, and the Administrator's password.

use crate::contract::{CopiedPasswordView, ErrorView};

/// The remote desktops of one world.
#[derive(Debug)]
pub struct RemoteDesktops;

impl RemoteDesktops {
    /// Opens the system's client on the desktop of a node.
    ///
    /// # Errors
    /// `unknown-node`, `not-windows`, `no-desktop-client`, those of the key file, of the forward and of AWS.
    #[allow(clippy::unused_async, reason = "the forward is opened here")]
    pub async fn open(&self, _key: &str, _key_file: Option<&str>) -> Result<(), ErrorView> {
        Err(not_yet())
    }

    /// Puts the Administrator's password of a node on the clipboard for a limited time.
    ///
    /// # Errors
    /// `unknown-node`, `no-password`, `clipboard`, those of the key file and of AWS.
    #[allow(clippy::unused_async, reason = "AWS is asked here")]
    pub async fn copy_password(&self, _key: &str, _key_file: &str) -> Result<CopiedPasswordView, ErrorView> {
        Err(not_yet())
    }
}

fn not_yet() -> ErrorView {
    ErrorView::new(
        "not-yet",
        "Remote desktops are not there yet.",
        "Forward port 3389 of the node and open your client on it.",
    )
}
