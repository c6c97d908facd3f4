//! The default credentials as if they were a profile: a fleet is made of pairs, and a pair has a profile's name.

use std::sync::Arc;

use async_trait::async_trait;
use postern_model::{
    AgentInformation, ControlError, Instance, NodeId, Nodes, Page, PageToken, ProfileName, Scope, Tag,
};

/// Lists the nodes of its profile without a profile, so that the AWS configuration's own default applies.
pub(super) struct DefaultCredentials {
    pub(super) nodes: Arc<dyn Nodes>,
    /// What is shown as their profile.
    pub(super) shown_as: ProfileName,
}

impl DefaultCredentials {
    fn scope(&self, scope: &Scope) -> Scope {
        let profile = scope.profile.clone().filter(|profile| *profile != self.shown_as);
        Scope {
            profile,
            region: scope.region.clone(),
        }
    }
}

#[async_trait]
impl Nodes for DefaultCredentials {
    async fn make_ready(&self, scope: &Scope, waits: &(dyn Fn() + Send + Sync)) -> Result<(), ControlError> {
        self.nodes.make_ready(&self.scope(scope), waits).await
    }

    async fn instances(
        &self,
        scope: &Scope,
        only_running: bool,
        page: Option<PageToken>,
    ) -> Result<Page<Instance>, ControlError> {
        self.nodes.instances(&self.scope(scope), only_running, page).await
    }

    async fn agents(
        &self,
        scope: &Scope,
        page: Option<PageToken>,
    ) -> Result<Page<AgentInformation>, ControlError> {
        self.nodes.agents(&self.scope(scope), page).await
    }

    async fn hybrid_tags(&self, scope: &Scope, node: &NodeId) -> Result<Vec<Tag>, ControlError> {
        self.nodes.hybrid_tags(&self.scope(scope), node).await
    }
}

/// What is shown as the profile of the default credentials: the one that the environment names, else `default`.
///
/// # Errors
/// Never in practice: `default` is a legal name.
pub(super) fn shown_profile() -> Result<ProfileName, ControlError> {
    let named = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]
        .iter()
        .filter_map(|name| std::env::var(name).ok());
    let mut legal = named.filter_map(|name| ProfileName::parse(&name).ok());
    legal
        .next()
        .map_or_else(|| ProfileName::parse("default"), Ok)
        .map_err(|rule| ControlError::NoCredentials {
            who: "the default credentials".to_owned(),
            detail: rule.to_string(),
        })
}
