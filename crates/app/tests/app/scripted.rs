//! A control plane that answers as each test says and remembers what it was asked, and an application on it.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use postern_app::{
    App, Demo, Events, MfaPrompts, Parts, Worlds,
    contract::{
        AppEvent, Drawing, ErrorView, FindRequest, NodeView, PairDraft, PairView, SessionStateView,
        SettingsView, SyncPhase, TabView,
    },
};
use postern_model::{
    AgentInformation, ControlError, ControlPlane, Instance, InstanceState, NodeId, Page, Pair, PingStatus,
    ProfileName, ProfileSummary, Region, Scope, SessionGrant, SessionId, Tag,
};
use postern_scripted::ScriptedControlPlane;
use postern_store::{Opened, Store};
use tokio::time::timeout;

pub(crate) const PROD: &str = "acme-prod";
pub(crate) const DEV: &str = "acme-dev";
pub(crate) const FRANKFURT: &str = "eu-central-1";
pub(crate) const NODE: &str = "i-0a1b2c3d4e5f67890";

/// An AWS with these profiles, which lists no documents and no agents, denies every other listing, and whose sessions have
/// an address that is not to be trusted.
pub(crate) fn scripted(profiles: &[&str]) -> Arc<ScriptedControlPlane> {
    let aws = ScriptedControlPlane::default();
    let profiles: Vec<_> = profiles.iter().map(|name| summary(name)).collect();
    aws.profiles.answers(move |()| Ok(profiles.clone()));
    aws.instances.answers(|_| Err(denied("ec2:DescribeInstances")));
    aws.agents.answers(|_| Ok(only_page(Vec::new())));
    aws.start_session.answers(|_| {
        Ok(grant(
            "wss://ssmmessages.eu-central-1.evil.example/v1/data-channel/x",
        ))
    });
    aws.resume_session.answers(|asked| {
        Err(ControlError::SessionGone {
            session: asked.request.clone(),
        })
    });
    aws.session_document.answers(|asked| {
        Err(ControlError::InvalidDocument {
            document: asked.request.to_string(),
            detail: "it does not exist".into(),
        })
    });
    Arc::new(aws)
}

/// The pair lists these instances from now on.
pub(crate) fn lists(aws: &ScriptedControlPlane, profile: &str, region: &str, instances: Vec<Instance>) {
    answers_for(aws, profile, region, Ok(instances));
}

/// The instances of the pair cannot be read from now on.
pub(crate) fn fails(aws: &ScriptedControlPlane, profile: &str, region: &str, error: ControlError) {
    answers_for(aws, profile, region, Err(error));
}

fn answers_for(
    aws: &ScriptedControlPlane,
    profile: &str,
    region: &str,
    listed: Result<Vec<Instance>, ControlError>,
) {
    let pair = pair(profile, region);
    aws.instances.may_answer(move |asked| {
        (asked.scope == Scope::from(pair.clone())).then(|| listed.clone().map(only_page))
    });
}

pub(crate) fn only_page<T>(items: Vec<T>) -> Page<T> {
    Page { items, next: None }
}

pub(crate) fn grant(stream_url: &str) -> SessionGrant {
    SessionGrant {
        session: session(),
        token: "token".to_owned().into(),
        stream_url: stream_url.to_owned(),
    }
}

/// A world of one scripted AWS and, if there is one, one scripted demo.
pub(crate) struct ScriptedWorld {
    pub(crate) aws: Arc<ScriptedControlPlane>,
    pub(crate) demo: Option<Arc<ScriptedDemo>>,
}

pub(crate) struct ScriptedDemo {
    pub(crate) aws: Arc<ScriptedControlPlane>,
    pub(crate) is_down: AtomicBool,
    pub(crate) dropped: Mutex<Vec<String>>,
}

#[async_trait]
impl Worlds for ScriptedWorld {
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
    pub(crate) async fn on(aws: &Arc<ScriptedControlPlane>) -> Self {
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
    pub(crate) async fn kept_at(path: &Path, aws: &Arc<ScriptedControlPlane>) -> Self {
        Self::in_world(
            ScriptedWorld {
                aws: Arc::clone(aws),
                demo: None,
            },
            Store::open(path).unwrap(),
        )
        .await
    }

    pub(crate) async fn in_world(world: impl Worlds + 'static, store: Opened) -> Self {
        let parts = Parts {
            worlds: Arc::new(world),
            store: Ok(store),
            version: "1.2.3".into(),
            drawing: Drawing::System,
            mfa: MfaPrompts::default(),
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
            AppEvent::PairsChanged { pairs, .. } => pairs
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
                        state: SessionStateView::Failed { error, .. },
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
        assert_eq!(
            self.app.world().await.save_settings(&settings).await.unwrap(),
            settings
        );
    }

    /// Turns sync on and adds a pair; answers its number.
    pub(crate) async fn sync_with(&mut self, profile: &str, region: &str) -> i32 {
        self.change_settings(|settings| settings.sync_enabled = true)
            .await;
        self.app
            .world()
            .await
            .pairs()
            .add(&draft(profile, region))
            .await
            .unwrap()
            .id
    }

    /// Every node, as the page would ask for them.
    pub(crate) async fn nodes(&self) -> Vec<NodeView> {
        let request = FindRequest {
            count: 500,
            ..FindRequest::default()
        };
        let world = self.app.world().await;
        let found = world.finding().find(&request).await.unwrap();
        found.shown.into_iter().flat_map(|part| part.nodes).collect()
    }

    pub(crate) async fn node_names(&self) -> Vec<String> {
        self.nodes().await.into_iter().map(|node| node.name).collect()
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
        own: false,
        name: ProfileName::parse(name).unwrap(),
        region: None,
        region_problem: None,
        credentials: "Access key".into(),
        problem: None,
    }
}

pub(crate) fn draft(profile: &str, region: &str) -> PairDraft {
    PairDraft {
        profile: profile.into(),
        region: region.into(),
        enabled: true,
        endpoints: None,
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
        account: None,
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
