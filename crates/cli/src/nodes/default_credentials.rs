//! The default credentials as if they were a profile: a fleet is made of pairs, and a pair has a profile's name.

use std::sync::Arc;

use async_trait::async_trait;
use postern_model::{
    AgentInformation, CallerIdentity, ControlError, ControlPlane, DataKey, DataKeyRequest, DocumentName,
    DocumentSummary, Instance, Page, PageToken, ProfileName, ProfileSummary, Region, Scope, SessionDocument,
    SessionGrant, SessionId, SocketSettings, StartRequest, StreamUrl,
};

/// Calls in the name of the stand-in go out without a profile, so that the AWS configuration's own default applies.
pub(super) struct DefaultCredentials {
    control: Arc<dyn ControlPlane>,
    stand_in: ProfileName,
}

impl DefaultCredentials {
    pub(super) fn new(control: Arc<dyn ControlPlane>, stand_in: ProfileName) -> Self {
        Self { control, stand_in }
    }

    /// What is shown as their profile: the one that the environment names, else `default`.
    ///
    /// # Errors
    /// Never in practice: `default` is a legal name.
    pub(super) fn stand_in() -> Result<ProfileName, ControlError> {
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

    fn scope(&self, scope: &Scope) -> Scope {
        let profile = scope.profile.clone().filter(|profile| *profile != self.stand_in);
        Scope {
            profile,
            region: scope.region.clone(),
        }
    }
}

#[async_trait]
impl ControlPlane for DefaultCredentials {
    async fn profiles(&self) -> Result<Vec<ProfileSummary>, ControlError> {
        self.control.profiles().await
    }

    async fn resolve(
        &self,
        profile: Option<ProfileName>,
        region: Option<Region>,
    ) -> Result<Scope, ControlError> {
        self.control
            .resolve(profile.filter(|profile| *profile != self.stand_in), region)
            .await
    }

    async fn caller_identity(&self, scope: &Scope) -> Result<CallerIdentity, ControlError> {
        self.control.caller_identity(&self.scope(scope)).await
    }

    async fn instances(
        &self,
        scope: &Scope,
        only_running: bool,
        page: Option<PageToken>,
    ) -> Result<Page<Instance>, ControlError> {
        self.control
            .instances(&self.scope(scope), only_running, page)
            .await
    }

    async fn agents(
        &self,
        scope: &Scope,
        page: Option<PageToken>,
    ) -> Result<Page<AgentInformation>, ControlError> {
        self.control.agents(&self.scope(scope), page).await
    }

    async fn start_session(
        &self,
        scope: &Scope,
        request: &StartRequest,
    ) -> Result<SessionGrant, ControlError> {
        self.control.start_session(&self.scope(scope), request).await
    }

    async fn resume_session(&self, scope: &Scope, session: &SessionId) -> Result<SessionGrant, ControlError> {
        self.control.resume_session(&self.scope(scope), session).await
    }

    async fn terminate_session(&self, scope: &Scope, session: &SessionId) -> Result<(), ControlError> {
        self.control.terminate_session(&self.scope(scope), session).await
    }

    async fn generate_data_key(
        &self,
        scope: &Scope,
        request: &DataKeyRequest,
    ) -> Result<DataKey, ControlError> {
        self.control.generate_data_key(&self.scope(scope), request).await
    }

    async fn session_documents(
        &self,
        scope: &Scope,
        page: Option<PageToken>,
    ) -> Result<Page<DocumentSummary>, ControlError> {
        self.control.session_documents(&self.scope(scope), page).await
    }

    async fn session_document(
        &self,
        scope: &Scope,
        name: &DocumentName,
    ) -> Result<SessionDocument, ControlError> {
        self.control.session_document(&self.scope(scope), name).await
    }

    async fn socket_settings(&self, scope: &Scope) -> Result<SocketSettings, ControlError> {
        self.control.socket_settings(&self.scope(scope)).await
    }

    async fn sign_upgrade(
        &self,
        scope: &Scope,
        url: &StreamUrl,
    ) -> Result<Vec<(String, String)>, ControlError> {
        self.control.sign_upgrade(&self.scope(scope), url).await
    }
}
