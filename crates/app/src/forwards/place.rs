//! What a forward goes by, once it is known where that is.

use std::sync::Arc;

use async_trait::async_trait;
use postern_forward::{ForwardError, PortDestination, Via};
use postern_model::{
    ControlPlane, EncryptionPolicy, ForwardVia, NodeId, ProfileName, Region, Scope, SessionControl, Target,
};
use postern_session::{Session, SessionEvents, SessionOptions};

use crate::{
    contract::{ErrorView, ThroughView},
    saved::SavedConnections,
};

/// Where a forward's sessions are opened, with everything inherited filled in. What is none is left to the AWS
/// configuration.
#[derive(Debug, Clone)]
pub(super) struct ForwardPlace {
    pub(super) profile: Option<ProfileName>,
    pub(super) region: Option<Region>,
    target: Target,
    encryption: EncryptionPolicy,
}

impl ForwardPlace {
    /// # Errors
    /// `unknown-connection`, and any of the store.
    pub(super) async fn find(via: &ForwardVia, saved: &SavedConnections) -> Result<Self, ErrorView> {
        match via {
            ForwardVia::Node {
                profile,
                region,
                node,
            } => Ok(Self {
                profile: Some(profile.clone()),
                region: Some(region.clone()),
                target: Target::from(node.clone()),
                encryption: EncryptionPolicy::default(),
            }),
            ForwardVia::Connection(id) => {
                let id = i32::try_from(id.0).map_err(|_| no_connection())?;
                let (connection, effective) = saved.find(id).await.map_err(|error| {
                    if error.code == "unknown-connection" {
                        no_connection()
                    } else {
                        error
                    }
                })?;
                Ok(Self {
                    profile: effective.profile.map(|inherited| inherited.value),
                    region: effective.region.map(|inherited| inherited.value),
                    target: connection.draft.target,
                    encryption: effective
                        .encryption
                        .map_or_else(EncryptionPolicy::default, |inherited| inherited.value),
                })
            }
            ForwardVia::Tags { .. } => Err(ErrorView::new(
                "forward",
                "This version cannot look up nodes by their tags yet.",
                "Choose a node or a saved connection.",
            )),
        }
    }

    /// The node that its sessions are opened to.
    pub(super) fn through(&self) -> Option<ThroughView> {
        let node = NodeId::parse(self.target.as_str()).ok()?;
        Some(ThroughView {
            node: node.to_string(),
            name: None,
        })
    }

    /// The same as what opens sessions in this scope.
    pub(super) fn in_scope(&self, control: &Arc<dyn ControlPlane>, scope: Scope) -> PlaceVia {
        PlaceVia {
            control: Arc::clone(control) as Arc<dyn SessionControl>,
            scope,
            place: self.clone(),
        }
    }
}

fn no_connection() -> ErrorView {
    ErrorView::new(
        "unknown-connection",
        "The saved connection that this forward goes by was deleted.",
        "Edit the forward and choose another one.",
    )
}

/// Opens the sessions of one forward.
pub(super) struct PlaceVia {
    control: Arc<dyn SessionControl>,
    scope: Scope,
    place: ForwardPlace,
}

#[async_trait]
impl Via for PlaceVia {
    async fn open(
        &self,
        destination: &PortDestination,
        local_port: Option<u16>,
    ) -> Result<(Session, SessionEvents), ForwardError> {
        let request = destination.start_request(self.place.target.clone(), local_port, None);
        let request = request.map_err(|_rule| ForwardError::Crashed)?;
        let options = SessionOptions {
            port_sessions: true,
            encryption: self.place.encryption.clone(),
            ..SessionOptions::default()
        };
        let control = Arc::clone(&self.control);
        Ok(Session::open(control, self.scope.clone(), request, options))
    }
}
