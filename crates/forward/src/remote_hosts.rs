//! The hosts that may be forwarded to behind the nodes of one scope, as the services list them.

use futures_util::future::join_all;
use postern_model::{ControlError, ListedHost, RemoteHostListing, RemoteHosts, Scope};

/// All that could be read, and why the rest could not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownHosts {
    /// By service and name.
    pub hosts: Vec<ListedHost>,
    /// Each reason once: credentials that are missing keep every listing from being read.
    pub refusals: Vec<ControlError>,
}

impl KnownHosts {
    /// Whether nothing at all could be read.
    #[must_use]
    pub fn are_none(&self) -> bool {
        self.hosts.is_empty() && !self.refusals.is_empty()
    }
}

/// Asks for every listing at once. None of them is needed: what is refused is named and hides no other.
pub async fn known_hosts(control: &(impl RemoteHosts + ?Sized), scope: &Scope) -> KnownHosts {
    let listings = RemoteHostListing::ALL.map(|listing| control.listed_hosts(scope, listing));
    let mut known = KnownHosts::default();
    for answer in join_all(listings).await {
        match answer {
            Ok(hosts) => known.hosts.extend(hosts),
            Err(error) if known.refusals.contains(&error) => {}
            Err(error) => known.refusals.push(error),
        }
    }
    known.hosts.sort();
    known.hosts.dedup();
    known
}
