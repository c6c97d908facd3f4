//! A forward by one node.

use std::sync::Arc;

use async_trait::async_trait;
use postern_model::{EncryptionPolicy, NodeId, Scope, SessionControl, Target};
use postern_session::{Session, SessionEvents, SessionOptions};

use super::{ThroughNode, Via};
use crate::{ForwardError, PortDestination};

/// What a forward's sessions are opened with, whichever node they go to.
#[derive(Debug, Clone, Default)]
pub struct NodeOptions {
    /// AWS records it with each session.
    pub reason: Option<String>,
    /// The demand on their encryption.
    pub encryption: EncryptionPolicy,
}

/// One node, for as long as the forward lives.
pub struct NodeVia {
    control: Arc<dyn SessionControl>,
    scope: Scope,
    target: Target,
    options: NodeOptions,
}

impl NodeVia {
    /// The node in its scope.
    #[must_use]
    pub fn new(control: Arc<dyn SessionControl>, scope: Scope, target: Target, options: NodeOptions) -> Self {
        Self {
            control,
            scope,
            target,
            options,
        }
    }
}

impl NodeOptions {
    /// The options of each session.
    #[must_use]
    pub fn of_session(&self) -> SessionOptions {
        SessionOptions {
            port_sessions: true,
            encryption: self.encryption.clone(),
            ..SessionOptions::default()
        }
    }
}

#[async_trait]
impl Via for NodeVia {
    async fn open(
        &self,
        destination: &PortDestination,
        local_port: Option<u16>,
    ) -> Result<(Session, SessionEvents), ForwardError> {
        let target = self.target.clone();
        open(
            &self.control,
            &self.scope,
            target,
            &self.options,
            destination,
            local_port,
        )
    }

    fn through(&self) -> Option<ThroughNode> {
        let node = NodeId::parse(self.target.as_str()).ok()?;
        Some(ThroughNode { node, name: None })
    }
}

/// A session of ports to a destination by a target.
pub(super) fn open(
    control: &Arc<dyn SessionControl>,
    scope: &Scope,
    target: Target,
    options: &NodeOptions,
    destination: &PortDestination,
    local_port: Option<u16>,
) -> Result<(Session, SessionEvents), ForwardError> {
    let request = destination.start_request(target, local_port, options.reason.clone());
    let request = request.map_err(|_rule| ForwardError::Crashed)?;
    let (control, scope) = (Arc::clone(control), scope.clone());
    Ok(Session::open(control, scope, request, options.of_session()))
}
