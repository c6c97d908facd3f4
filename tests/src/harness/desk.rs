//! The application without its window, on a simulator of its own: what a person at the desk sees and does.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use postern_app::contract::{
    AppEvent, ConnectRequest, Drawing, ErrorView, FindRequest, Mode, NodeKindView, NodeStateView, NodeView,
    PairDraft, PairView, PingView, PlatformView, SessionStateView, SettingsView, SyncPhase, TabView,
};
use postern_app::{App, Demo, Events, MfaPrompts, OwnProfileKeeping, Parts, Worlds};
use postern_aws::AwsControlPlane;
use postern_model::{ControlPlane, OwnProfiles};
use postern_secrets::Secrets;
use postern_simulator::{ClientFiles, Control, SessionStatus, Simulator, SimulatorConfig};
use postern_store::Store;
use tempfile::TempDir;

use super::proxied_aws::ProxiedAws;
use super::screen::Screen;

/// How long a test waits for what must happen.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// A simulator and the application that has it as its only AWS.
pub struct Desk {
    /// The application.
    pub app: App,
    events: Events,
    place: Place,
}

/// What stays while the application is started anew.
struct Place {
    files: ClientFiles,
    faults: Control,
    folder: TempDir,
    secrets: Secrets,
    /// Held for its life, where nobody else holds it.
    _simulator: Option<Simulator>,
}

struct SimulatedWorld {
    aws: Arc<AwsControlPlane>,
    own: OwnProfileKeeping,
}

#[async_trait]
impl Worlds for SimulatedWorld {
    fn aws(&self) -> Arc<dyn ControlPlane> {
        Arc::clone(&self.aws) as Arc<dyn ControlPlane>
    }

    fn own_profiles(&self) -> Option<OwnProfileKeeping> {
        Some(self.own.clone())
    }

    fn aws_config_path(&self) -> String {
        "the simulator's configuration".to_owned()
    }

    async fn demo(&self) -> Result<Arc<dyn Demo>, ErrorView> {
        unreachable!("these tests work on profiles")
    }
}

impl Desk {
    /// A fresh store and a fresh simulator.
    ///
    /// # Panics
    /// When either does not start.
    pub async fn new() -> Self {
        let simulator = Simulator::start(SimulatorConfig::default())
            .await
            .expect("a simulator");
        let (files, faults) = (simulator.aws_files(), simulator.control());
        Self::at(Place::new(files, faults, Some(simulator))).await
    }

    /// A fresh store, and a simulator behind a proxy that the application knows nothing of yet.
    pub async fn behind(aws: &ProxiedAws) -> Self {
        Self::at(Place::new(aws.aws_files(), aws.faults(), None)).await
    }

    async fn at(place: Place) -> Self {
        let (app, events) = place.start().await;
        Self { app, events, place }
    }

    /// Ends the application and starts it again on the same store.
    #[must_use]
    pub async fn restarted(self) -> Self {
        self.app.shut_down().await;
        let Self { app, place, .. } = self;
        drop(app);
        Self::at(place).await
    }

    /// The simulator's faults and sessions.
    #[must_use]
    pub fn faults(&self) -> Control {
        self.place.faults.clone()
    }

    /// The AWS files that the application reads; a test may change them as a person would.
    #[must_use]
    pub fn aws_files(&self) -> ClientFiles {
        self.place.files.clone()
    }

    /// Turns sync on for these pairs of profile and Region, and waits until each is done or failed.
    ///
    /// # Panics
    /// When that cannot be set, or takes more than 30 s.
    pub async fn synced(&mut self, pairs: &[(&str, &str)]) -> (Vec<PairView>, Vec<NodeView>) {
        let bootstrap = self.app.choose_mode(Mode::Aws).await.expect("the mode");
        let settings = SettingsView {
            sync_enabled: true,
            ..bootstrap.settings
        };
        self.app
            .world()
            .await
            .save_settings(&settings)
            .await
            .expect("saved");
        for (profile, region) in pairs {
            let draft = PairDraft {
                profile: (*profile).to_owned(),
                region: (*region).to_owned(),
                enabled: true,
                endpoints: None,
            };
            self.app.world().await.pairs().add(&draft).await.expect("added");
        }
        let has_ended = |view: &PairView| {
            matches!(
                view.sync.phase,
                SyncPhase::Done | SyncPhase::Partial | SyncPhase::Failed
            )
        };
        let mut ended = HashMap::new();
        self.until("the sync ends", |event| {
            if let AppEvent::PairsChanged { pairs: changed, .. } = event {
                let of = |view: &PairView| (view.profile.clone(), view.region.clone());
                ended.extend(changed.iter().map(|view| (of(view), has_ended(view))));
            }
            let mut wanted = pairs.iter();
            wanted
                .all(|(profile, region)| {
                    ended.get(&((*profile).to_owned(), (*region).to_owned())) == Some(&true)
                })
                .then_some(())
        })
        .await;
        let bootstrap = self.app.bootstrap().await.expect("a view");
        (bootstrap.pairs, self.nodes().await)
    }

    /// Every node that the window could show.
    ///
    /// # Panics
    /// When the store cannot be read.
    pub async fn nodes(&self) -> Vec<NodeView> {
        let mut nodes = Vec::new();
        loop {
            let request = FindRequest {
                from: u32::try_from(nodes.len()).expect("a test's fleet"),
                count: 500,
                ..FindRequest::default()
            };
            let world = self.app.world().await;
            let found = world.finding().find(&request).await.expect("an answer");
            let before = nodes.len();
            nodes.extend(found.shown.into_iter().flat_map(|part| part.nodes));
            if nodes.len() == before {
                return nodes;
            }
        }
    }

    /// The next event that `pick` takes something from; others are passed over.
    ///
    /// # Panics
    /// When none comes in 30 s.
    pub async fn until<T>(&mut self, what: &str, mut pick: impl FnMut(&AppEvent) -> Option<T>) -> T {
        let found = async {
            loop {
                let event = self.events.recv().await.expect("the application runs");
                if let Some(found) = pick(&event) {
                    return found;
                }
            }
        };
        tokio::time::timeout(PATIENCE, found)
            .await
            .unwrap_or_else(|_| panic!("{what} did not happen in {PATIENCE:?}"))
    }

    /// Waits until AWS says that a session is terminated: the window does not wait for that answer.
    ///
    /// # Panics
    /// When it does not in 30 s.
    pub async fn until_terminated(&self, session: &str) {
        let faults = self.faults();
        let wait = async {
            // The simulator tells nobody; looking often is what an outside program would do too.
            let mut looks = tokio::time::interval(Duration::from_millis(20));
            while faults
                .session(session)
                .is_none_or(|record| record.state != SessionStatus::Terminated)
            {
                looks.tick().await;
            }
        };
        let ended = tokio::time::timeout(PATIENCE, wait).await;
        assert!(
            ended.is_ok(),
            "{session} is not terminated: {:?}",
            faults.session(session)
        );
    }

    /// Waits until a tab is in a state.
    ///
    /// # Panics
    /// When it does not get there in 30 s.
    pub async fn until_tab(
        &mut self,
        id: u32,
        what: &str,
        is: impl Fn(&SessionStateView) -> bool,
    ) -> TabView {
        self.until(what, |event| match event {
            AppEvent::TabChanged { tab } if tab.id == id && is(&tab.state) => Some(tab.clone()),
            _ => None,
        })
        .await
    }

    /// A tab on a node, connected, and its screen.
    ///
    /// # Panics
    /// When it cannot be connected in 30 s.
    pub async fn connected(&mut self, request: ConnectRequest) -> (TabView, Screen) {
        let tab = self.app.connect(request, 100, 30).await.expect("a tab");
        let screen = Screen::attached(&self.app, tab.id);
        let connected = self
            .until_tab(tab.id, "connected", |state| {
                matches!(state, SessionStateView::Connected { .. })
            })
            .await;
        (connected, screen)
    }
}

impl Place {
    fn new(files: ClientFiles, faults: Control, simulator: Option<Simulator>) -> Self {
        Self {
            files,
            faults,
            folder: tempfile::tempdir().expect("a scratch folder"),
            secrets: Secrets::of_this_run(),
            _simulator: simulator,
        }
    }

    async fn start(&self) -> (App, Events) {
        let ClientFiles {
            config, credentials, ..
        } = self.files.clone();
        let profiles = OwnProfiles::new(Arc::new(self.secrets.clone()));
        let aws = AwsControlPlane::isolated(config, credentials).with_own_profiles(profiles.clone());
        let worlds = Arc::new(SimulatedWorld {
            aws: Arc::new(aws),
            own: OwnProfileKeeping {
                profiles,
                secrets: self.secrets.clone(),
            },
        });
        App::start(Parts {
            worlds,
            store: Store::open(&self.folder.path().join("postern.db")),
            version: "0.0.0-test".to_owned(),
            drawing: Drawing::System,
            mfa: MfaPrompts::default(),
        })
        .await
        .expect("the application")
    }
}

/// Whether a session can be opened to this node, and it has a shell worth typing into.
#[must_use]
pub fn takes_sessions(node: &NodeView) -> bool {
    node.kind == NodeKindView::Ec2
        && node.state == NodeStateView::Running
        && node.ping == PingView::Online
        && node.platform == Some(PlatformView::Linux)
}
