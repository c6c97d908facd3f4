//! Everything that Postern asks of AWS, as one trait with a real, a simulated and a failing implementation.

use std::path::PathBuf;

use async_trait::async_trait;
use url::Url;

use crate::{
    AgentInformation, CallerIdentity, ControlError, DataKey, DataKeyRequest, DocumentName, DocumentSummary,
    Instance, Page, PageToken, ProfileName, ProfileSummary, Region, Scope, SessionDocument, SessionGrant,
    SessionId, StartRequest, StreamUrl,
};

/// How a data channel's socket must be opened for a scope, from the same AWS configuration as the calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SocketSettings {
    /// The endpoint that the user configured for SSM (`endpoint_url`, `AWS_ENDPOINT_URL_SSM`, `AWS_ENDPOINT_URL`).
    pub endpoint_override: Option<Url>,
    /// PEM file whose certificates replace the system's (`AWS_CA_BUNDLE`, `ca_bundle`).
    pub ca_bundle: Option<PathBuf>,
}

/// The control plane: AWS calls, credentials and configuration. Implementations retry throttling themselves, never
/// log secrets, and return within their own time limits.
#[async_trait]
pub trait ControlPlane: Send + Sync {
    /// The profiles of the AWS configuration and credentials files, in file order. Read anew at each call.
    ///
    /// # Errors
    /// [`ControlError::MalformedConfiguration`] with the file and, where known, the line.
    async fn profiles(&self) -> Result<Vec<ProfileSummary>, ControlError>;

    /// Completes what the user left open: without a Region, the one that the AWS configuration gives to the profile.
    ///
    /// # Errors
    /// [`ControlError::UnknownProfile`], [`ControlError::NoRegion`], [`ControlError::MalformedConfiguration`].
    async fn resolve(
        &self,
        profile: Option<ProfileName>,
        region: Option<Region>,
    ) -> Result<Scope, ControlError>;

    /// STS GetCallerIdentity.
    ///
    /// # Errors
    /// Any [`ControlError`] of credentials or the network.
    async fn caller_identity(&self, scope: &Scope) -> Result<CallerIdentity, ControlError>;

    /// One page of EC2 DescribeInstances; `only_running` asks EC2 for running instances only.
    ///
    /// # Errors
    /// Any [`ControlError`].
    async fn instances(
        &self,
        scope: &Scope,
        only_running: bool,
        page: Option<PageToken>,
    ) -> Result<Page<Instance>, ControlError>;

    /// One page of SSM DescribeInstanceInformation.
    ///
    /// # Errors
    /// Any [`ControlError`].
    async fn agents(
        &self,
        scope: &Scope,
        page: Option<PageToken>,
    ) -> Result<Page<AgentInformation>, ControlError>;

    /// SSM StartSession.
    ///
    /// # Errors
    /// [`ControlError::TargetNotConnected`], [`ControlError::InvalidDocument`], [`ControlError::Denied`], …
    async fn start_session(
        &self,
        scope: &Scope,
        request: &StartRequest,
    ) -> Result<SessionGrant, ControlError>;

    /// SSM ResumeSession: a new token and stream URL for a session that AWS still has.
    ///
    /// # Errors
    /// [`ControlError::SessionGone`] when AWS no longer has it (an answer without a token means the same); every other
    /// error says nothing about the session and may be retried.
    async fn resume_session(&self, scope: &Scope, session: &SessionId) -> Result<SessionGrant, ControlError>;

    /// SSM TerminateSession. Ending a session that is already gone is not an error.
    ///
    /// # Errors
    /// Any [`ControlError`] but [`ControlError::SessionGone`].
    async fn terminate_session(&self, scope: &Scope, session: &SessionId) -> Result<(), ControlError>;

    /// KMS GenerateDataKey for an encrypted session. It answers within 12 s, because the agent waits 15 s for all of it.
    ///
    /// # Errors
    /// [`ControlError::Denied`] with `kms:GenerateDataKey`, [`ControlError::KeyUnusable`], and any other.
    async fn generate_data_key(
        &self,
        scope: &Scope,
        request: &DataKeyRequest,
    ) -> Result<DataKey, ControlError>;

    /// One page of SSM ListDocuments: the documents of type Session, of AWS, of the account and shared with it.
    ///
    /// # Errors
    /// Any [`ControlError`].
    async fn session_documents(
        &self,
        scope: &Scope,
        page: Option<PageToken>,
    ) -> Result<Page<DocumentSummary>, ControlError>;

    /// SSM GetDocument, and DescribeDocument where that is denied or says more.
    ///
    /// # Errors
    /// [`ControlError::InvalidDocument`] when there is none of that name or it is no Session document; any other.
    async fn session_document(
        &self,
        scope: &Scope,
        name: &DocumentName,
    ) -> Result<SessionDocument, ControlError>;

    /// How the data channel's socket is opened for this scope.
    ///
    /// # Errors
    /// [`ControlError::UnknownProfile`], [`ControlError::MalformedConfiguration`].
    async fn socket_settings(&self, scope: &Scope) -> Result<SocketSettings, ControlError>;

    /// The headers that sign the WebSocket upgrade of `url` (SigV4, service `ssmmessages`, empty body), with fresh
    /// credentials; empty when the URL is presigned. Protocol: plugin 1.2.764.0 and later sign, AWS requires it.
    ///
    /// # Errors
    /// Any [`ControlError`] of credentials.
    async fn sign_upgrade(
        &self,
        scope: &Scope,
        url: &StreamUrl,
    ) -> Result<Vec<(String, String)>, ControlError>;
}
