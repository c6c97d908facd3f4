//! A forward by tags: whichever healthy node has them, and another one when that fails.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use postern_model::{ControlError, Scope, SessionControl, TagQuery, TaggedNodes, Target};
use postern_session::{Session, SessionError, SessionEvents};
use tokio::time::Instant;

use super::choice::{FailedNodes, NodeChoice};
use super::healthy::healthy_nodes;
use super::node::{NodeOptions, open};
use super::{ThroughNode, Via};
use crate::{ForwardError, PortDestination};

/// Nodes with the same tags, of which a healthy one is gone by. AWS is asked for them at each session, so that nodes that come
/// and go are no matter.
pub struct TagVia {
    nodes: Arc<NodesOfTags>,
    choice: Mutex<NodeChoice>,
}

/// What all ways among the same nodes have in common.
struct NodesOfTags {
    control: Arc<dyn SessionControl>,
    nodes: Arc<dyn TaggedNodes>,
    scope: Scope,
    query: TagQuery,
    options: NodeOptions,
    failed: Mutex<FailedNodes>,
    /// What any of them chose last.
    chosen: Mutex<Option<ThroughNode>>,
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
        Self::of(Arc::new(NodesOfTags {
            control,
            nodes,
            scope,
            query,
            options,
            failed: Mutex::default(),
            chosen: Mutex::default(),
        }))
    }

    fn of(nodes: Arc<NodesOfTags>) -> Self {
        Self {
            nodes,
            choice: Mutex::default(),
        }
    }

    async fn choose(&self) -> Result<ThroughNode, ForwardError> {
        let NodesOfTags {
            nodes,
            scope,
            query,
            failed,
            chosen: told,
            ..
        } = &*self.nodes;
        let found = healthy_nodes(nodes.as_ref(), scope, query).await;
        let found = found.map_err(|error| ForwardError::Session(SessionError::Control(error)))?;
        let chosen = lock(&self.choice).choose(found.healthy, &mut lock(failed), Instant::now());
        lock(told).clone_from(&chosen);
        chosen.ok_or_else(|| match found.listed {
            0 => ForwardError::NoTaggedNode(query.clone()),
            listed => ForwardError::NoHealthyNode {
                query: query.clone(),
                listed,
            },
        })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl Via for TagVia {
    async fn open(
        &self,
        destination: &PortDestination,
        local_port: Option<u16>,
    ) -> Result<(Session, SessionEvents), ForwardError> {
        let target = Target::from(self.choose().await?.node);
        let NodesOfTags {
            control,
            scope,
            options,
            ..
        } = &*self.nodes;
        open(control, scope, target, options, destination, local_port)
    }

    fn session_over(&self, error: &ForwardError) -> bool {
        is_of_node(error) && lock(&self.choice).failed(&mut lock(&self.nodes.failed), Instant::now())
    }

    fn another(&self) -> Option<Arc<dyn Via>> {
        Some(Arc::new(Self::of(Arc::clone(&self.nodes))))
    }

    fn through(&self) -> Option<ThroughNode> {
        lock(&self.nodes.chosen).clone()
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
        | ForwardError::Silent(_)
        | ForwardError::Unanswered
        | ForwardError::OldAgent
        | ForwardError::Malformed(_) => true,
        _ => false,
    }
}
