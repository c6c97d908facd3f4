//! A forward by tags: whichever healthy node has them, and another one when that fails.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use postern_model::{ControlError, Scope, SessionControl, TagQuery, TaggedNodes, Target};
use postern_session::{Session, SessionError, SessionEvents};
use tokio::time::Instant;

use super::choice::NodeChoice;
use super::healthy::healthy_nodes;
use super::node::{NodeOptions, open};
use super::{ThroughNode, Via};
use crate::{ForwardError, PortDestination};

/// Nodes with the same tags, of which a healthy one is gone by. AWS is asked for them at each session, so that nodes that come
/// and go are no matter.
pub struct TagVia {
    control: Arc<dyn SessionControl>,
    nodes: Arc<dyn TaggedNodes>,
    scope: Scope,
    query: TagQuery,
    options: NodeOptions,
    choice: Mutex<NodeChoice>,
}

impl TagVia {
    /// The nodes of a scope that have these tags.
    #[must_use]
    pub fn new(
        control: Arc<dyn SessionControl>,
        nodes: Arc<dyn TaggedNodes>,
        scope: Scope,
        query: TagQuery,
        options: NodeOptions,
    ) -> Self {
        Self {
            control,
            nodes,
            scope,
            query,
            options,
            choice: Mutex::default(),
        }
    }

    async fn choose(&self) -> Result<ThroughNode, ForwardError> {
        let found = healthy_nodes(self.nodes.as_ref(), &self.scope, &self.query).await;
        let found = found.map_err(|error| ForwardError::Session(SessionError::Control(error)))?;
        let chosen = self.choice().choose(found.healthy, Instant::now());
        chosen.ok_or_else(|| match found.listed {
            0 => ForwardError::NoTaggedNode(self.query.clone()),
            listed => ForwardError::NoHealthyNode {
                query: self.query.clone(),
                listed,
            },
        })
    }

    fn choice(&self) -> MutexGuard<'_, NodeChoice> {
        self.choice.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Via for TagVia {
    async fn open(
        &self,
        destination: &PortDestination,
        local_port: Option<u16>,
    ) -> Result<(Session, SessionEvents), ForwardError> {
        let target = Target::from(self.choose().await?.node);
        open(
            &self.control,
            &self.scope,
            target,
            &self.options,
            destination,
            local_port,
        )
    }

    fn session_over(&self, error: &ForwardError) -> bool {
        is_of_node(error) && self.choice().failed(Instant::now())
    }

    fn through(&self) -> Option<ThroughNode> {
        self.choice().current()
    }
}

/// Whether another node may do better. What AWS closed is none: the next look at AWS says whether the node is still there.
#[allow(clippy::wildcard_enum_match_arm)] // What is about this computer or about the caller is the same with every node.
fn is_of_node(error: &ForwardError) -> bool {
    match error {
        ForwardError::Session(SessionError::Control(error)) => matches!(
            error,
            ControlError::TargetNotConnected { .. } | ControlError::Denied { .. }
        ),
        ForwardError::Session(_)
        | ForwardError::Wedged(_)
        | ForwardError::Unanswered
        | ForwardError::OldAgent
        | ForwardError::Malformed(_) => true,
        _ => false,
    }
}
