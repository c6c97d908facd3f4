//! Everything that Postern asks of AWS, in roles: whoever asks takes the role that it needs.
//!
//! All implementations retry throttling themselves, but for the listings of [`Nodes`], whose caller has a pace; they never log secrets, and return within their own time limits.

use async_trait::async_trait;

use crate::{
    AgentInformation, Callers, ConsoleSignIns, Containers, ControlError, DataKey, DataKeyRequest,
    DocumentName, DocumentSummary, Instance, InstanceAccess, MfaQuestions, Network, NodeId, Page, PageToken,
    Power, ProfileName, ProfileSummary, Region, RemoteHosts, Scope, SessionDocument, SessionGrant, SessionId,
    SignIns, SocketSettings, StartRequest, StreamUrl, Tag, TagQuery, Target,
};

/// The profiles of the AWS configuration, read without any call.
#[async_trait]
pub trait Profiles: Send + Sync {
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
}

/// The nodes of a scope: EC2 knows the instances, Systems Manager the agents. Throttling is an error at once: whoever reads a
/// fleet asks so often that only a pace of its own helps.
#[async_trait]
pub trait Nodes: Send + Sync {
    /// Gets what the calls of a scope need first: its credentials. `waits` is called, perhaps more than once, when that takes a
    /// person, such as one who types the code of an MFA device, or a slow program of the user's: who has a turn among others
    /// may give it back meanwhile.
    ///
    /// # Errors
    /// Any [`ControlError`] of credentials.
    async fn make_ready(&self, scope: &Scope, waits: &(dyn Fn() + Send + Sync)) -> Result<(), ControlError>;

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

    /// SSM ListTagsForResource of one hybrid node: EC2 does not know it, and the listing of agents has no tags.
    ///
    /// # Errors
    /// Any [`ControlError`].
    async fn hybrid_tags(&self, scope: &Scope, node: &NodeId) -> Result<Vec<Tag>, ControlError>;
}

/// Some nodes of a scope, by their tags or their ids, for who goes by whichever of them takes sessions or waits for one.
#[async_trait]
pub trait TaggedNodes: Send + Sync {
    /// One page of SSM DescribeInstanceInformation, of nodes with these tags only.
    ///
    /// # Errors
    /// Any [`ControlError`].
    async fn tagged_agents(
        &self,
        scope: &Scope,
        query: &TagQuery,
        page: Option<PageToken>,
    ) -> Result<Page<AgentInformation>, ControlError>;

    /// EC2 DescribeInstances of these instances, as many as still exist. Without ids nothing is asked.
    ///
    /// # Errors
    /// Any [`ControlError`].
    async fn instances_of(&self, scope: &Scope, ids: &[NodeId]) -> Result<Vec<Instance>, ControlError>;

    /// SSM DescribeInstanceInformation of these nodes, as many as have an agent. Without ids nothing is asked.
    ///
    /// # Errors
    /// Any [`ControlError`].
    async fn agents_of(&self, scope: &Scope, ids: &[NodeId]) -> Result<Vec<AgentInformation>, ControlError>;
}

/// The Session documents of a scope.
#[async_trait]
pub trait Documents: Send + Sync {
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
}

/// Sessions of SSM Session Manager, from their grant to their end.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// SSM StartSession.
    ///
    /// # Errors
    /// [`ControlError::TargetNotConnected`], [`ControlError::InvalidDocument`], [`ControlError::Denied`], …
    async fn start_session(
        &self,
        scope: &Scope,
        request: &StartRequest,
    ) -> Result<SessionGrant, ControlError>;

    /// Whether the target is an instance that has just started ([`Instance::has_just_started`]), so that its agent may not be up
    /// yet: what [`ControlError::TargetNotConnected`] means then. False where nobody may say so.
    async fn has_just_started(&self, scope: &Scope, target: &Target) -> bool;

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
}

/// The keys of encrypted sessions.
#[async_trait]
pub trait DataKeys: Send + Sync {
    /// KMS GenerateDataKey for an encrypted session. It answers within 12 s, because the agent waits 15 s for all of it.
    ///
    /// # Errors
    /// [`ControlError::Denied`] with `kms:GenerateDataKey`, [`ControlError::KeyUnusable`], and any other.
    async fn generate_data_key(
        &self,
        scope: &Scope,
        request: &DataKeyRequest,
    ) -> Result<DataKey, ControlError>;
}

/// What the socket of a data channel needs of the AWS configuration and credentials.
#[async_trait]
pub trait Sockets: Send + Sync {
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

/// The way to AWS, as far as Postern's own settings say it.
pub trait Networked: Send + Sync {
    /// From now on calls and data channels go this way. What is under way stays as it is.
    fn use_network(&self, network: Network);
}

/// All that a session needs from its start to its end.
pub trait SessionControl: Sessions + DataKeys + Sockets {}

impl<T: Sessions + DataKeys + Sockets> SessionControl for T {}

/// The control plane of AWS: every role.
pub trait ControlPlane:
    Profiles
    + SignIns
    + ConsoleSignIns
    + MfaQuestions
    + Callers
    + Nodes
    + TaggedNodes
    + Documents
    + RemoteHosts
    + Containers
    + InstanceAccess
    + Power
    + SessionControl
    + Networked
{
}

impl<
    T: Profiles
        + SignIns
        + ConsoleSignIns
        + MfaQuestions
        + Callers
        + Nodes
        + TaggedNodes
        + Documents
        + RemoteHosts
        + Containers
        + InstanceAccess
        + Power
        + SessionControl
        + Networked,
> ControlPlane for T
{
}
