//! A control plane that answers as each test says and remembers what it was asked, and an application on it.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use postern_app::{
    App, Demo, Events, Parts, World,
    view::{
        AppEvent, Drawing, ErrorView, PairDraft, PairView, SettingsView, SyncPhase, TabStateView, TabView,
    },
};
use postern_model::{
    AgentInformation, CallerIdentity, ControlError, ControlPlane, DataKey, DataKeyRequest, DocumentName,
    DocumentSummary, Instance, InstanceState, NodeId, Page, PageToken, Pair, PingStatus, ProfileName,
    ProfileSummary, Region, Scope, SessionDocument, SessionGrant, SessionId, SocketSettings, StartRequest,
    StreamUrl, Tag,
};
use postern_store::{Opened, Store};
use tokio::{sync::Notify, time::timeout};

pub(crate) const PROD: &str = "acme-prod";
pub(crate) const DEV: &str = "acme-dev";
pub(crate) const FRANKFURT: &str = "eu-central-1";
pub(crate) const NODE: &str = "i-0a1b2c3d4e5f67890";

pub(crate) type Outcome<T> = Result<T, ControlError>;

/// AWS as a test wants it.
pub(crate) struct Scripted {
    pub(crate) profiles: Mutex<Outcome<Vec<ProfileSummary>>>,
    /// What each `profile / region` lists; any other one is denied.
    pub(crate) instances: Mutex<HashMap<String, Outcome<Vec<Instance>>>>,
    pub(crate) agents: Mutex<Outcome<Vec<AgentInformation>>>,
    pub(crate) grant: Mutex<Outcome<String>>,
    pub(crate) socket: Mutex<SocketSettings>,
    /// While set, ResumeSession says that the sign-in has expired; without a socket of its own it says that the session
    /// is gone.
    pub(crate) expired: AtomicBool,
    /// What each call lists, page by page.
    pub(crate) documents: Mutex<Vec<Page<DocumentSummary>>>,
    pub(crate) document: Mutex<Outcome<Option<SessionDocument>>>,
    /// While set, StartSession, DescribeInstances, ListDocuments and GetDocument wait for `release`.
    pub(crate) held: AtomicBool,
    pub(crate) release: Notify,
    pub(crate) asked: Notify,
    pub(crate) calls: Mutex<Vec<String>>,
}

impl Scripted {
    pub(crate) fn new(profiles: &[&str]) -> Arc<Self> {
        Arc::new(Self {
            profiles: Mutex::new(Ok(profiles.iter().map(|name| summary(name)).collect())),
            instances: Mutex::default(),
            agents: Mutex::new(Ok(Vec::new())),
            grant: Mutex::new(Ok(
                "wss://ssmmessages.eu-central-1.evil.example/v1/data-channel/x".into(),
            )),
            socket: Mutex::default(),
            expired: AtomicBool::new(false),
            documents: Mutex::default(),
            document: Mutex::new(Ok(None)),
            held: AtomicBool::new(false),
            release: Notify::new(),
            asked: Notify::new(),
            calls: Mutex::default(),
        })
    }

    /// `profile / region` lists these instances.
    pub(crate) fn lists(&self, profile: &str, region: &str, instances: Vec<Instance>) {
        self.instances
            .lock()
            .unwrap()
            .insert(format!("{profile} / {region}"), Ok(instances));
    }

    pub(crate) fn fails(&self, profile: &str, region: &str, error: ControlError) {
        self.instances
            .lock()
            .unwrap()
            .insert(format!("{profile} / {region}"), Err(error));
    }

    pub(crate) fn calls_of(&self, operation: &str) -> Vec<String> {
        let calls = self.calls.lock().unwrap();
        calls
            .iter()
            .filter(|call| call.starts_with(operation))
            .cloned()
            .collect()
    }

    /// Waits until AWS was asked so often.
    pub(crate) async fn until_asked(&self, operation: &str, times: usize) {
        let asked = async {
            while self.calls_of(operation).len() < times {
                self.asked.notified().await;
            }
        };
        timeout(Duration::from_secs(3600), asked)
            .await
            .expect("AWS was never asked");
    }

    async fn asked(&self, call: String) {
        self.calls.lock().unwrap().push(call);
        self.asked.notify_one();
        if self.held.load(Ordering::SeqCst) {
            self.release.notified().await;
        }
    }
}

#[async_trait]
impl ControlPlane for Scripted {
    async fn profiles(&self) -> Outcome<Vec<ProfileSummary>> {
        self.profiles.lock().unwrap().clone()
    }

    async fn resolve(&self, profile: Option<ProfileName>, region: Option<Region>) -> Outcome<Scope> {
        let known: Vec<String> = self
            .profiles()
            .await?
            .iter()
            .map(|known| known.name.to_string())
            .collect();
        if let Some(profile) = profile
            .clone()
            .filter(|profile| !known.contains(&profile.to_string()))
        {
            return Err(ControlError::UnknownProfile { profile, known });
        }
        let region = region.ok_or(ControlError::NoRegion {
            profile: profile.clone(),
        })?;
        Ok(Scope { profile, region })
    }

    async fn caller_identity(&self, _: &Scope) -> Outcome<CallerIdentity> {
        Ok(CallerIdentity {
            account: "111122223333".into(),
            arn: "arn:aws:iam::111122223333:user/ops".into(),
        })
    }

    async fn instances(
        &self,
        scope: &Scope,
        only_running: bool,
        _: Option<PageToken>,
    ) -> Outcome<Page<Instance>> {
        self.asked(format!(
            "DescribeInstances {scope}{}",
            if only_running { " running" } else { " all" }
        ))
        .await;
        let listed = self.instances.lock().unwrap().get(&scope.to_string()).cloned();
        listed
            .unwrap_or_else(|| Err(denied("ec2:DescribeInstances")))
            .map(|items| Page { items, next: None })
    }

    async fn agents(&self, _: &Scope, _: Option<PageToken>) -> Outcome<Page<AgentInformation>> {
        self.agents
            .lock()
            .unwrap()
            .clone()
            .map(|items| Page { items, next: None })
    }

    async fn start_session(&self, scope: &Scope, request: &StartRequest) -> Outcome<SessionGrant> {
        self.asked(format!("StartSession {scope} {request:?}")).await;
        let stream_url = self.grant.lock().unwrap().clone()?;
        Ok(SessionGrant {
            session: session(),
            token: "token".to_owned().into(),
            stream_url,
        })
    }

    async fn resume_session(&self, _: &Scope, session: &SessionId) -> Outcome<SessionGrant> {
        self.calls
            .lock()
            .unwrap()
            .push(format!("ResumeSession {session}"));
        if self.expired.load(Ordering::SeqCst) {
            return Err(expired());
        }
        if self.socket.lock().unwrap().endpoint_override.is_none() {
            return Err(ControlError::SessionGone {
                session: session.clone(),
            });
        }
        Ok(SessionGrant {
            session: session.clone(),
            token: "token of a resume".to_owned().into(),
            stream_url: self.grant.lock().unwrap().clone()?,
        })
    }

    async fn terminate_session(&self, _: &Scope, session: &SessionId) -> Outcome<()> {
        self.calls
            .lock()
            .unwrap()
            .push(format!("TerminateSession {session}"));
        Ok(())
    }

    async fn generate_data_key(&self, _: &Scope, _: &DataKeyRequest) -> Result<DataKey, ControlError> {
        unreachable!("no test asks for it")
    }

    async fn session_documents(
        &self,
        scope: &Scope,
        page: Option<PageToken>,
    ) -> Result<Page<DocumentSummary>, ControlError> {
        self.asked(format!("ListDocuments {scope}")).await;
        let number: usize = page.map_or(0, |token| token.0.parse().unwrap());
        Ok(self.documents.lock().unwrap()[number].clone())
    }

    async fn session_document(
        &self,
        scope: &Scope,
        name: &DocumentName,
    ) -> Result<SessionDocument, ControlError> {
        self.asked(format!("GetDocument {scope} {name}")).await;
        let document = self.document.lock().unwrap().clone()?;
        document.ok_or_else(|| ControlError::InvalidDocument {
            document: name.to_string(),
            detail: "it does not exist".into(),
        })
    }

    async fn socket_settings(&self, _: &Scope) -> Outcome<SocketSettings> {
        Ok(self.socket.lock().unwrap().clone())
    }

    async fn sign_upgrade(&self, _: &Scope, _: &StreamUrl) -> Outcome<Vec<(String, String)>> {
        Ok(Vec::new())
    }
}

/// A world of one scripted AWS and, if there is one, one scripted demo.
pub(crate) struct ScriptedWorld {
    pub(crate) aws: Arc<Scripted>,
    pub(crate) demo: Option<Arc<ScriptedDemo>>,
}

pub(crate) struct ScriptedDemo {
    pub(crate) aws: Arc<Scripted>,
    pub(crate) is_down: AtomicBool,
    pub(crate) dropped: Mutex<Vec<String>>,
}

#[async_trait]
impl World for ScriptedWorld {
    fn aws(&self) -> Arc<dyn ControlPlane> {
        Arc::clone(&self.aws) as Arc<dyn ControlPlane>
    }

    fn aws_config_path(&self) -> String {
        "~/.aws/config".into()
    }

    async fn demo(&self) -> Result<Arc<dyn Demo>, ErrorView> {
        Ok(Arc::clone(self.demo.as_ref().unwrap()) as Arc<dyn Demo>)
    }
}

#[async_trait]
impl Demo for ScriptedDemo {
    fn control(&self) -> Arc<dyn ControlPlane> {
        Arc::clone(&self.aws) as Arc<dyn ControlPlane>
    }

    fn endpoint(&self) -> String {
        "http://127.0.0.1:4566".into()
    }

    fn pairs(&self) -> Vec<Pair> {
        vec![pair(PROD, FRANKFURT), pair(DEV, FRANKFURT)]
    }

    fn drop_network(&self, session: &SessionId) {
        self.dropped.lock().unwrap().push(session.to_string());
    }

    async fn shut_down(&self) {
        self.is_down.store(true, Ordering::SeqCst);
    }
}

/// The application with the events that the window would hear.
pub(crate) struct Running {
    pub(crate) app: App,
    pub(crate) events: Events,
}

impl Running {
    /// On AWS alone, keeping nothing.
    pub(crate) async fn on(aws: &Arc<Scripted>) -> Self {
        Self::in_world(
            ScriptedWorld {
                aws: Arc::clone(aws),
                demo: None,
            },
            in_memory(),
        )
        .await
    }

    /// On AWS alone, with a store on the disk.
    pub(crate) async fn kept_at(path: &Path, aws: &Arc<Scripted>) -> Self {
        Self::in_world(
            ScriptedWorld {
                aws: Arc::clone(aws),
                demo: None,
            },
            Store::open(path).unwrap(),
        )
        .await
    }

    pub(crate) async fn in_world(world: ScriptedWorld, store: Opened) -> Self {
        let parts = Parts {
            world: Arc::new(world),
            store: Ok(store),
            version: "1.2.3".into(),
            drawing: Drawing::System,
        };
        let (app, events) = App::start(parts).await.unwrap();
        Self { app, events }
    }

    /// The next event that `wanted` makes something of. The clock of these tests is paused, so the limit passes only
    /// when nothing can happen any more.
    pub(crate) async fn until<T>(&mut self, mut wanted: impl FnMut(&AppEvent) -> Option<T>) -> T {
        let search = async {
            loop {
                if let Some(found) = wanted(&self.events.recv().await.unwrap()) {
                    return found;
                }
            }
        };
        timeout(Duration::from_secs(3600), search)
            .await
            .expect("the event never came")
    }

    /// The pair's row once its sync has come to this phase.
    pub(crate) async fn until_phase(&mut self, pair: i32, phase: SyncPhase) -> PairView {
        self.until(|event| match event {
            AppEvent::PairsChanged { pairs } => pairs
                .iter()
                .find(|row| row.id == pair && row.sync.phase == phase)
                .cloned(),
            _ => None,
        })
        .await
    }

    pub(crate) async fn until_failed(&mut self, tab: u32) -> ErrorView {
        self.until(|event| match event {
            AppEvent::TabChanged {
                tab:
                    TabView {
                        id,
                        state: TabStateView::Failed { error, .. },
                        ..
                    },
            } if *id == tab => Some(error.clone()),
            _ => None,
        })
        .await
    }

    pub(crate) async fn change_settings(&self, change: impl FnOnce(&mut SettingsView)) {
        let mut settings = self.app.bootstrap().await.unwrap().settings;
        change(&mut settings);
        assert_eq!(self.app.save_settings(settings.clone()).await.unwrap(), settings);
    }

    /// Turns sync on and adds a pair; answers its number.
    pub(crate) async fn sync_with(&mut self, profile: &str, region: &str) -> i32 {
        self.change_settings(|settings| settings.sync_enabled = true)
            .await;
        self.app.add_pair(draft(profile, region)).await.unwrap().id
    }

    pub(crate) async fn node_names(&self) -> Vec<String> {
        self.app
            .bootstrap()
            .await
            .unwrap()
            .nodes
            .into_iter()
            .map(|node| node.name)
            .collect()
    }
}

pub(crate) fn in_memory() -> Opened {
    Opened {
        store: Store::in_memory().unwrap(),
        notices: Vec::new(),
    }
}

pub(crate) fn summary(name: &str) -> ProfileSummary {
    ProfileSummary {
        name: ProfileName::parse(name).unwrap(),
        region: None,
        credentials: "Access key".into(),
        problem: None,
    }
}

pub(crate) fn draft(profile: &str, region: &str) -> PairDraft {
    PairDraft {
        profile: profile.into(),
        region: region.into(),
        enabled: true,
    }
}

pub(crate) fn pair(profile: &str, region: &str) -> Pair {
    Pair {
        profile: ProfileName::parse(profile).unwrap(),
        region: Region::parse(region).unwrap(),
    }
}

pub(crate) fn session() -> SessionId {
    SessionId::parse("ops-0a1b2c3d4e5f67890").unwrap()
}

pub(crate) fn instance(id: &str, name: &str) -> Instance {
    Instance {
        id: NodeId::parse(id).unwrap(),
        name: Some(name.into()),
        state: InstanceState::Running,
        instance_type: None,
        zone: None,
        private_ip: None,
        public_ip: None,
        instance_profile: None,
        platform: None,
        launched_at_ms: None,
        tags: vec![Tag {
            key: "Name".into(),
            value: name.into(),
        }],
    }
}

pub(crate) fn online(id: &str) -> AgentInformation {
    AgentInformation {
        id: NodeId::parse(id).unwrap(),
        ping: PingStatus::Online,
        last_ping_at_ms: Some(1),
        agent_version: Some("3.3.987.0".into()),
        platform: None,
        platform_name: None,
        platform_version: None,
        computer_name: None,
        name: None,
        ip_address: None,
        iam_role: None,
    }
}

pub(crate) fn expired() -> ControlError {
    ControlError::CredentialsExpired {
        who: PROD.into(),
        detail: "the token has expired".into(),
    }
}

pub(crate) fn denied(action: &str) -> ControlError {
    ControlError::Denied {
        who: PROD.into(),
        action: action.into(),
        detail: "not authorized".into(),
    }
}
