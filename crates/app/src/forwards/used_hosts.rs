//! The hosts that declared forwards go to already, to be offered for others.

use postern_model::{DraftDestination, ForwardVia, ProfileName, Region, RemoteHost};

use super::{Forwards, drafts::via};
use crate::contract::{ErrorView, ForwardViaView};

/// Whose credentials a forward uses, and where; what is none is left to the AWS configuration.
pub(crate) type ViaScope = (Option<ProfileName>, Option<Region>);

/// A host that a forward goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UsedHost {
    /// The forward's name.
    pub(crate) name: String,
    pub(crate) host: RemoteHost,
    pub(crate) port: u16,
}

impl Forwards {
    /// The scope of what a forward is to go by.
    ///
    /// # Errors
    /// `bad-via`, `unknown-connection`, and any of the store.
    pub(crate) async fn scope_of(&self, via_view: &ForwardViaView) -> Result<ViaScope, ErrorView> {
        self.scope_of_via(&via(via_view)?).await
    }

    /// The hosts that the forwards of a scope go to, each once.
    pub(crate) async fn used_hosts(&self, scope: &ViaScope) -> Vec<UsedHost> {
        let mut used: Vec<UsedHost> = Vec::new();
        for saved in self.all_saved() {
            let DraftDestination::Port {
                host: Some(host),
                port,
            } = saved.draft.destination
            else {
                continue;
            };
            let is_known = used
                .iter()
                .any(|known| known.host == host && known.port == port.get());
            if !is_known && self.scope_of_via(&saved.draft.via).await.as_ref() == Ok(scope) {
                used.push(UsedHost {
                    name: saved.draft.name,
                    host,
                    port: port.get(),
                });
            }
        }
        used
    }

    async fn scope_of_via(&self, via: &ForwardVia) -> Result<ViaScope, ErrorView> {
        match via {
            ForwardVia::Node { profile, region, .. } | ForwardVia::Tags { profile, region, .. } => {
                Ok((Some(profile.clone()), Some(region.clone())))
            }
            ForwardVia::Connection(id) => {
                let id = i32::try_from(id.0).map_err(|_| ErrorView::gone("connection"))?;
                let (_, effective) = self.saved.find(id).await?;
                let profile = effective.profile.map(|inherited| inherited.value);
                Ok((profile, effective.region.map(|inherited| inherited.value)))
            }
        }
    }
}
