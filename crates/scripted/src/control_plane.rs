//! [`ScriptedControlPlane`]: every operation of a control plane as a [`ScriptedCall`].

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use postern_model::{
    AgentInformation, Caller, Callers, CenterAccount, ConsoleSignIns, Containers, ControlError, DataKey,
    DataKeyRequest, DataKeys, DeviceCode, DocumentName, DocumentSummary, Documents, EcsCluster,
    EcsClusterContents, Instance, InstanceAccess, ListedHost, MfaQuestions, Network, Networked, NodeId,
    Nodes, Page, PageToken, Power, PowerChange, PowerOrder, ProfileName, ProfileSummary, Profiles, Region,
    RemoteHostListing, RemoteHosts, Scope, SessionDocument, SessionGrant, SessionId, Sessions, SignIn,
    SignInKey, SignIns, SocketSettings, Sockets, StartRequest, StreamUrl, Tag, TagQuery, TaggedNodes, Target,
};

use crate::ScriptedCall;

/// A request and the scope that it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scoped<Request> {
    /// Whose credentials, and where.
    pub scope: Scope,
    /// What was asked.
    pub request: Request,
}

/// What DescribeInstances was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstancesRequest {
    /// Whether only running instances are wanted.
    pub only_running: bool,
    /// Which page; none is the first.
    pub page: Option<PageToken>,
}

/// What SendSSHPublicKey was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SshKeyRequest {
    /// The instance that is to take the key.
    pub instance: NodeId,
    /// The user of its system.
    pub user: String,
    /// The key, in OpenSSH's form.
    pub public_key: String,
}

/// The operations of a control plane. Without a script there are no profiles, no sign-ins and no settings of sockets,
/// credentials are there, upgrades need no signature, and ending a session succeeds; everything else panics until it has a rule.
pub struct ScriptedControlPlane {
    /// The profiles; only these are resolved, each in the Region that was asked for.
    pub profiles: ScriptedCall<(), Vec<ProfileSummary>>,
    /// Credentials of a scope, ahead of its calls. An answer that takes time or is held is one that somebody is asked for.
    pub credentials: ScriptedCall<Scope, ()>,
    /// DescribeInstances.
    pub instances: ScriptedCall<Scoped<InstancesRequest>, Page<Instance>>,
    /// DescribeInstanceInformation, with the page.
    pub agents: ScriptedCall<Scoped<Option<PageToken>>, Page<AgentInformation>>,
    /// ListTagsForResource of a hybrid node, which has no tags until a rule says so.
    pub hybrid_tags: ScriptedCall<Scoped<NodeId>, Vec<Tag>>,
    /// DescribeInstanceInformation by tags, with the page.
    pub tagged_agents: ScriptedCall<Scoped<(TagQuery, Option<PageToken>)>, Page<AgentInformation>>,
    /// DescribeInstances by ids.
    pub instances_of: ScriptedCall<Scoped<Vec<NodeId>>, Vec<Instance>>,
    /// DescribeInstanceInformation by ids.
    pub agents_of: ScriptedCall<Scoped<Vec<NodeId>>, Vec<AgentInformation>>,
    /// StartInstances, StopInstances and RebootInstances.
    pub power: ScriptedCall<Scoped<(PowerOrder, Vec<NodeId>)>, Vec<PowerChange>>,
    /// SSM StartSession, whole as it was asked.
    pub start_session: ScriptedCall<Scoped<StartRequest>, SessionGrant>,
    /// Whether a target has just started; by default none has.
    pub just_started: ScriptedCall<Scoped<Target>, bool>,
    /// SSM ResumeSession, by the session.
    pub resume_session: ScriptedCall<Scoped<SessionId>, SessionGrant>,
    /// SSM TerminateSession, by the session.
    pub terminate_session: ScriptedCall<Scoped<SessionId>, ()>,
    /// KMS GenerateDataKey, with its encryption context.
    pub generate_data_key: ScriptedCall<Scoped<DataKeyRequest>, DataKey>,
    /// ListDocuments, with the page.
    pub session_documents: ScriptedCall<Scoped<Option<PageToken>>, Page<DocumentSummary>>,
    /// GetDocument.
    pub session_document: ScriptedCall<Scoped<DocumentName>, SessionDocument>,
    /// How sockets are opened.
    pub socket_settings: ScriptedCall<Scope, SocketSettings>,
    /// The headers of an upgrade.
    pub sign_upgrade: ScriptedCall<Scope, Vec<(String, String)>>,
    /// The sign-ins to Identity Center.
    pub sign_ins: ScriptedCall<(), Vec<SignIn>>,
    /// The sign-in of a profile.
    pub sign_in_of: ScriptedCall<Option<ProfileName>, Option<SignInKey>>,
    /// StartDeviceAuthorization.
    pub start_sign_in: ScriptedCall<SignInKey, DeviceCode>,
    /// CreateToken until it is answered; [`ScriptedCall::hold`] is a person who takes time.
    pub finish_sign_in: ScriptedCall<SignInKey, SignIn>,
    /// Logout.
    pub sign_out: ScriptedCall<SignInKey, ()>,
    /// ListAccounts, all pages.
    pub accounts: ScriptedCall<SignInKey, Vec<CenterAccount>>,
    /// ListAccountRoles, all pages, by sign-in and account.
    pub account_roles: ScriptedCall<(SignInKey, String), Vec<String>>,
    /// The profile of `aws login` that a profile's credentials come from.
    pub console_profile: ScriptedCall<Option<ProfileName>, Option<ProfileName>>,
    /// The address at which a person signs in to the console.
    pub console_address: ScriptedCall<Option<ProfileName>, String>,
    /// What the browser brings; [`ScriptedCall::hold`] is a person who takes time.
    pub console_sign_in: ScriptedCall<Option<ProfileName>, ()>,
    /// STS GetCallerIdentity.
    pub caller: ScriptedCall<Scope, Caller>,
    /// The hosts of one listing.
    pub listed_hosts: ScriptedCall<Scoped<RemoteHostListing>, Vec<ListedHost>>,
    /// ECS ListClusters.
    pub ecs_clusters: ScriptedCall<Scope, Vec<EcsCluster>>,
    /// What runs in a cluster.
    pub ecs_contents: ScriptedCall<Scoped<EcsCluster>, EcsClusterContents>,
    /// SendSSHPublicKey.
    pub send_ssh_key: ScriptedCall<Scoped<SshKeyRequest>, ()>,
    /// GetPasswordData.
    pub password_data: ScriptedCall<Scoped<NodeId>, Option<Vec<u8>>>,
    /// The way to AWS that it was told last.
    pub network: Mutex<Network>,
}

impl Default for ScriptedControlPlane {
    fn default() -> Self {
        let control = Self {
            profiles: ScriptedCall::new("profiles"),
            credentials: ScriptedCall::new("credentials"),
            instances: ScriptedCall::new("DescribeInstances"),
            agents: ScriptedCall::new("DescribeInstanceInformation"),
            hybrid_tags: ScriptedCall::new("ListTagsForResource"),
            tagged_agents: ScriptedCall::new("DescribeInstanceInformation by tags"),
            instances_of: ScriptedCall::new("DescribeInstances by ids"),
            agents_of: ScriptedCall::new("DescribeInstanceInformation by ids"),
            power: ScriptedCall::new("power"),
            start_session: ScriptedCall::new("StartSession"),
            just_started: ScriptedCall::new("just_started"),
            resume_session: ScriptedCall::new("ResumeSession"),
            terminate_session: ScriptedCall::new("TerminateSession"),
            generate_data_key: ScriptedCall::new("GenerateDataKey"),
            session_documents: ScriptedCall::new("ListDocuments"),
            session_document: ScriptedCall::new("GetDocument"),
            socket_settings: ScriptedCall::new("socket_settings"),
            sign_upgrade: ScriptedCall::new("sign_upgrade"),
            sign_ins: ScriptedCall::new("sign_ins"),
            sign_in_of: ScriptedCall::new("sign_in_of"),
            start_sign_in: ScriptedCall::new("start_sign_in"),
            finish_sign_in: ScriptedCall::new("finish_sign_in"),
            sign_out: ScriptedCall::new("sign_out"),
            accounts: ScriptedCall::new("ListAccounts"),
            account_roles: ScriptedCall::new("ListAccountRoles"),
            console_profile: ScriptedCall::new("console_profile"),
            console_address: ScriptedCall::new("console_address"),
            console_sign_in: ScriptedCall::new("console_sign_in"),
            caller: ScriptedCall::new("GetCallerIdentity"),
            listed_hosts: ScriptedCall::new("listed_hosts"),
            ecs_clusters: ScriptedCall::new("ListClusters"),
            ecs_contents: ScriptedCall::new("DescribeTasks"),
            send_ssh_key: ScriptedCall::new("SendSSHPublicKey"),
            password_data: ScriptedCall::new("GetPasswordData"),
            network: Mutex::default(),
        };
        control.hybrid_tags.answers(|_| Ok(Vec::new()));
        control.profiles.answers(|()| Ok(Vec::new()));
        control.credentials.answers(|_| Ok(()));
        control.just_started.answers(|_| Ok(false));
        control.terminate_session.answers(|_| Ok(()));
        control.socket_settings.answers(|_| Ok(SocketSettings::default()));
        control.sign_upgrade.answers(|_| Ok(Vec::new()));
        control.sign_ins.answers(|()| Ok(Vec::new()));
        control.sign_in_of.answers(|_| Ok(None));
        control.console_profile.answers(|_| Ok(None));
        control
    }
}

#[async_trait]
impl Profiles for ScriptedControlPlane {
    async fn profiles(&self) -> Result<Vec<ProfileSummary>, ControlError> {
        self.profiles.answer(()).await
    }

    async fn resolve(
        &self,
        profile: Option<ProfileName>,
        region: Option<Region>,
    ) -> Result<Scope, ControlError> {
        let known = self.profiles.outcome(&())?;
        if let Some(unknown) = profile
            .as_ref()
            .filter(|profile| !known.iter().any(|one| one.name == **profile))
        {
            return Err(ControlError::UnknownProfile {
                profile: unknown.clone(),
                known: known.iter().map(|one| one.name.to_string()).collect(),
            });
        }
        let region = region.ok_or_else(|| ControlError::NoRegion {
            profile: profile.clone(),
        })?;
        Ok(Scope { profile, region })
    }
}

#[async_trait]
impl ConsoleSignIns for ScriptedControlPlane {
    async fn console_profile(
        &self,
        profile: Option<&ProfileName>,
    ) -> Result<Option<ProfileName>, ControlError> {
        self.console_profile.answer(profile.cloned()).await
    }

    async fn sign_in_to_console(
        &self,
        profile: Option<&ProfileName>,
        show: &(dyn for<'a> Fn(&'a str) + Send + Sync),
    ) -> Result<(), ControlError> {
        show(&self.console_address.answer(profile.cloned()).await?);
        self.console_sign_in.answer(profile.cloned()).await
    }
}

impl MfaQuestions for ScriptedControlPlane {
    fn ask_mfa_again(&self) {}
}

#[async_trait]
impl Nodes for ScriptedControlPlane {
    async fn make_ready(&self, scope: &Scope, waits: &(dyn Fn() + Send + Sync)) -> Result<(), ControlError> {
        if self.credentials.takes_time(scope) {
            waits();
        }
        self.credentials.answer(scope.clone()).await
    }

    async fn instances(
        &self,
        scope: &Scope,
        only_running: bool,
        page: Option<PageToken>,
    ) -> Result<Page<Instance>, ControlError> {
        let request = InstancesRequest { only_running, page };
        self.instances.answer(scoped(scope, request)).await
    }

    async fn agents(
        &self,
        scope: &Scope,
        page: Option<PageToken>,
    ) -> Result<Page<AgentInformation>, ControlError> {
        self.agents.answer(scoped(scope, page)).await
    }

    async fn hybrid_tags(&self, scope: &Scope, node: &NodeId) -> Result<Vec<Tag>, ControlError> {
        self.hybrid_tags.answer(scoped(scope, node.clone())).await
    }
}

#[async_trait]
impl TaggedNodes for ScriptedControlPlane {
    async fn tagged_agents(
        &self,
        scope: &Scope,
        query: &TagQuery,
        page: Option<PageToken>,
    ) -> Result<Page<AgentInformation>, ControlError> {
        let request = scoped(scope, (query.clone(), page));
        self.tagged_agents.answer(request).await
    }

    async fn instances_of(&self, scope: &Scope, ids: &[NodeId]) -> Result<Vec<Instance>, ControlError> {
        self.instances_of.answer(scoped(scope, ids.to_vec())).await
    }

    async fn agents_of(&self, scope: &Scope, ids: &[NodeId]) -> Result<Vec<AgentInformation>, ControlError> {
        self.agents_of.answer(scoped(scope, ids.to_vec())).await
    }
}

#[async_trait]
impl Power for ScriptedControlPlane {
    async fn order_power(
        &self,
        scope: &Scope,
        order: PowerOrder,
        instances: &[NodeId],
    ) -> Result<Vec<PowerChange>, ControlError> {
        self.power
            .answer(scoped(scope, (order, instances.to_vec())))
            .await
    }
}

#[async_trait]
impl Documents for ScriptedControlPlane {
    async fn session_documents(
        &self,
        scope: &Scope,
        page: Option<PageToken>,
    ) -> Result<Page<DocumentSummary>, ControlError> {
        self.session_documents.answer(scoped(scope, page)).await
    }

    async fn session_document(
        &self,
        scope: &Scope,
        name: &DocumentName,
    ) -> Result<SessionDocument, ControlError> {
        self.session_document.answer(scoped(scope, name.clone())).await
    }
}

#[async_trait]
impl Sessions for ScriptedControlPlane {
    async fn start_session(
        &self,
        scope: &Scope,
        request: &StartRequest,
    ) -> Result<SessionGrant, ControlError> {
        self.start_session.answer(scoped(scope, request.clone())).await
    }

    async fn has_just_started(&self, scope: &Scope, target: &Target) -> bool {
        let answer = self.just_started.answer(scoped(scope, target.clone())).await;
        answer.unwrap_or(false)
    }

    async fn resume_session(&self, scope: &Scope, session: &SessionId) -> Result<SessionGrant, ControlError> {
        self.resume_session.answer(scoped(scope, session.clone())).await
    }

    async fn terminate_session(&self, scope: &Scope, session: &SessionId) -> Result<(), ControlError> {
        self.terminate_session
            .answer(scoped(scope, session.clone()))
            .await
    }
}

#[async_trait]
impl DataKeys for ScriptedControlPlane {
    async fn generate_data_key(
        &self,
        scope: &Scope,
        request: &DataKeyRequest,
    ) -> Result<DataKey, ControlError> {
        self.generate_data_key
            .answer(scoped(scope, request.clone()))
            .await
    }
}

#[async_trait]
impl Sockets for ScriptedControlPlane {
    async fn socket_settings(&self, scope: &Scope) -> Result<SocketSettings, ControlError> {
        self.socket_settings.answer(scope.clone()).await
    }

    async fn sign_upgrade(
        &self,
        scope: &Scope,
        _: &StreamUrl,
    ) -> Result<Vec<(String, String)>, ControlError> {
        self.sign_upgrade.answer(scope.clone()).await
    }
}

#[async_trait]
impl SignIns for ScriptedControlPlane {
    async fn sign_ins(&self) -> Result<Vec<SignIn>, ControlError> {
        self.sign_ins.answer(()).await
    }

    async fn sign_in_of(&self, profile: Option<&ProfileName>) -> Result<Option<SignInKey>, ControlError> {
        self.sign_in_of.answer(profile.cloned()).await
    }

    async fn start_sign_in(&self, key: &SignInKey) -> Result<DeviceCode, ControlError> {
        self.start_sign_in.answer(key.clone()).await
    }

    async fn finish_sign_in(&self, key: &SignInKey, _: DeviceCode) -> Result<SignIn, ControlError> {
        self.finish_sign_in.answer(key.clone()).await
    }

    async fn sign_out(&self, key: &SignInKey) -> Result<(), ControlError> {
        self.sign_out.answer(key.clone()).await
    }

    async fn accounts(&self, key: &SignInKey) -> Result<Vec<CenterAccount>, ControlError> {
        self.accounts.answer(key.clone()).await
    }

    async fn account_roles(&self, key: &SignInKey, account: &str) -> Result<Vec<String>, ControlError> {
        self.account_roles.answer((key.clone(), account.to_owned())).await
    }
}

#[async_trait]
impl Callers for ScriptedControlPlane {
    async fn caller(&self, scope: &Scope) -> Result<Caller, ControlError> {
        self.caller.answer(scope.clone()).await
    }
}

#[async_trait]
impl RemoteHosts for ScriptedControlPlane {
    async fn listed_hosts(
        &self,
        scope: &Scope,
        listing: RemoteHostListing,
    ) -> Result<Vec<ListedHost>, ControlError> {
        self.listed_hosts.answer(scoped(scope, listing)).await
    }
}

#[async_trait]
impl Containers for ScriptedControlPlane {
    async fn ecs_clusters(&self, scope: &Scope) -> Result<Vec<EcsCluster>, ControlError> {
        self.ecs_clusters.answer(scope.clone()).await
    }

    async fn ecs_contents(
        &self,
        scope: &Scope,
        cluster: &EcsCluster,
    ) -> Result<EcsClusterContents, ControlError> {
        self.ecs_contents.answer(scoped(scope, cluster.clone())).await
    }
}

#[async_trait]
impl InstanceAccess for ScriptedControlPlane {
    async fn send_ssh_key(
        &self,
        scope: &Scope,
        instance: &NodeId,
        user: &str,
        public_key: &str,
    ) -> Result<(), ControlError> {
        let request = SshKeyRequest {
            instance: instance.clone(),
            user: user.to_owned(),
            public_key: public_key.to_owned(),
        };
        self.send_ssh_key.answer(scoped(scope, request)).await
    }

    async fn password_data(&self, scope: &Scope, instance: &NodeId) -> Result<Option<Vec<u8>>, ControlError> {
        self.password_data.answer(scoped(scope, instance.clone())).await
    }
}

impl Networked for ScriptedControlPlane {
    fn use_network(&self, network: Network) {
        *self.network.lock().unwrap_or_else(PoisonError::into_inner) = network;
    }
}

fn scoped<Request>(scope: &Scope, request: Request) -> Scoped<Request> {
    Scoped {
        scope: scope.clone(),
        request,
    }
}
