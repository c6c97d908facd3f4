//! What a forward goes by, once it is known where that is.

use std::sync::Arc;

use postern_forward::{NodeOptions, NodeVia, TagVia, Via};
use postern_model::{
    ConnectionGoal, ControlPlane, EncryptionPolicy, ForwardVia, ProfileName, Region, Scope, SessionControl,
    TagQuery, TaggedNodes, Target,
};

use crate::{contract::ErrorView, saved::SavedConnections};

/// Where a forward's sessions are opened, with everything inherited filled in. What is none is left to the AWS
/// configuration.
#[derive(Debug, Clone)]
pub(super) struct ForwardPlace {
    pub(super) profile: Option<ProfileName>,
    pub(super) region: Option<Region>,
    goal: PlaceGoal,
    encryption: EncryptionPolicy,
}

/// What the sessions are opened to.
#[derive(Debug, Clone)]
enum PlaceGoal {
    /// Always the same.
    Target(Target),
    /// A healthy node with these tags.
    Tagged(TagQuery),
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
            } => Ok(Self::of_pair(
                profile,
                region,
                PlaceGoal::Target(node.clone().into()),
            )),
            ForwardVia::Tags {
                profile,
                region,
                query,
            } => Ok(Self::of_pair(profile, region, PlaceGoal::Tagged(query.clone()))),
            ForwardVia::Connection(id) => {
                let id = i32::try_from(id.0).map_err(|_| no_connection())?;
                Self::of_connection(id, saved).await
            }
        }
    }

    fn of_pair(profile: &ProfileName, region: &Region, goal: PlaceGoal) -> Self {
        Self {
            profile: Some(profile.clone()),
            region: Some(region.clone()),
            goal,
            encryption: EncryptionPolicy::default(),
        }
    }

    async fn of_connection(id: i32, saved: &SavedConnections) -> Result<Self, ErrorView> {
        let (connection, effective) = saved.find(id).await.map_err(|error| {
            if error.code == "unknown-connection" {
                no_connection()
            } else {
                error
            }
        })?;
        let ConnectionGoal::Target(target) = connection.draft.goal else {
            return Err(asks_a_query());
        };
        Ok(Self {
            profile: effective.profile.map(|inherited| inherited.value),
            region: effective.region.map(|inherited| inherited.value),
            goal: PlaceGoal::Target(target),
            encryption: effective
                .encryption
                .map_or_else(EncryptionPolicy::default, |inherited| inherited.value),
        })
    }

    /// The same as what opens sessions in this scope.
    pub(super) fn in_scope(&self, control: &Arc<dyn ControlPlane>, scope: Scope) -> Arc<dyn Via> {
        let options = NodeOptions {
            reason: None,
            encryption: self.encryption.clone(),
        };
        let sessions = Arc::clone(control) as Arc<dyn SessionControl>;
        match &self.goal {
            PlaceGoal::Target(target) => Arc::new(NodeVia::new(sessions, scope, target.clone(), options)),
            PlaceGoal::Tagged(query) => {
                let nodes = Arc::clone(control) as Arc<dyn TaggedNodes>;
                Arc::new(TagVia::new(sessions, nodes, scope, query.clone(), options))
            }
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

/// A query may mean another machine each time; the tags of a forward say that they do.
fn asks_a_query() -> ErrorView {
    ErrorView::new(
        "connection-asks-a-query",
        "The saved connection that this forward goes by asks a query.",
        "Edit the forward and let it go by tags instead.",
    )
}
