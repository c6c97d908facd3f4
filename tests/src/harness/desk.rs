//! The application without its window, on a simulator of its own: what a person at the desk sees and does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use postern_app::contract::{
    AppEvent, ConnectRequest, Drawing, ErrorView, Mode, NodeKindView, NodeStateView, NodeView, PairDraft,
    PairView, PingView, PlatformView, SessionStateView, SettingsView, SyncPhase, TabView,
};
use postern_app::{App, Demo, Events, MfaPrompts, Parts, Worlds};
use postern_aws::AwsControlPlane;
use postern_model::ControlPlane;
use postern_simulator::{ClientFiles, Control, SessionStatus, Simulator, SimulatorConfig};
use postern_store::Store;
use tempfile::TempDir;
use tokio::sync::Notify;

const PATIENCE: Duration = Duration::from_secs(30);

/// A simulator and the application that has it as its only AWS.
pub struct Desk {
    /// The application.
    pub app: App,
    events: Events,
    simulator: Simulator,
    folder: TempDir,
}

struct SimulatedWorld(Arc<AwsControlPlane>);

#[async_trait]
impl Worlds for SimulatedWorld {
    fn aws(&self) -> Arc<dyn ControlPlane> {
        Arc::clone(&self.0) as Arc<dyn ControlPlane>
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
        let folder = tempfile::tempdir().expect("a scratch folder");
        let (app, events) = start(&simulator, &folder).await;
        Self {
            app,
            events,
            simulator,
            folder,
        }
    }

    /// Ends the application and starts it again on the same store.
    #[must_use]
    pub async fn restarted(self) -> Self {
        self.app.shut_down().await;
        let Self {
            app,
            simulator,
            folder,
            ..
        } = self;
        drop(app);
        let (app, events) = start(&simulator, &folder).await;
        Self {
            app,
            events,
            simulator,
            folder,
        }
    }

    /// The simulator's faults and sessions.
    #[must_use]
    pub fn faults(&self) -> Control {
        self.simulator.control()
    }

    /// The AWS files that the application reads; a test may change them as a person would.
    #[must_use]
    pub fn aws_files(&self) -> ClientFiles {
        self.simulator.aws_files()
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
        (bootstrap.pairs, bootstrap.nodes)
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

async fn start(simulator: &Simulator, folder: &TempDir) -> (App, Events) {
    let files = simulator.aws_files();
    let worlds = Arc::new(SimulatedWorld(Arc::new(AwsControlPlane::isolated(
        files.config,
        files.credentials,
    ))));
    let store = Store::open(&folder.path().join("postern.db"));
    App::start(Parts {
        worlds,
        store,
        version: "0.0.0-test".to_owned(),
        drawing: Drawing::System,
        mfa: MfaPrompts::default(),
    })
    .await
    .expect("the application")
}

/// Whether a session can be opened to this node, and it has a shell worth typing into.
#[must_use]
pub fn takes_sessions(node: &NodeView) -> bool {
    node.kind == NodeKindView::Ec2
        && node.state == NodeStateView::Running
        && node.ping == PingView::Online
        && node.platform == Some(PlatformView::Linux)
}

/// What a tab's terminal received, credited at once as a page that draws does.
#[derive(Clone)]
pub struct Screen {
    text: Arc<Mutex<Vec<u8>>>,
    more: Arc<Notify>,
}

impl Screen {
    /// A page that attaches to a tab, now or anew.
    ///
    /// # Panics
    /// When there is no such tab.
    #[must_use]
    pub fn attached(app: &App, tab: u32) -> Self {
        let screen = Self {
            text: Arc::default(),
            more: Arc::default(),
        };
        let (own, app_handle) = (screen.clone(), app.clone());
        let sink = move |bytes: Vec<u8>| {
            let count = u32::try_from(bytes.len()).expect("a chunk is small");
            own.text.lock().expect("not poisoned").extend(bytes);
            own.more.notify_one();
            // From the page, credit comes later and from elsewhere, never from inside the delivery.
            let app = app_handle.clone();
            tokio::spawn(async move { app.tabs().get(tab).map(|tab| tab.credit(count)) });
            Ok(())
        };
        app.tabs().get(tab).expect("a tab").attach(Arc::new(sink));
        screen
    }

    /// Everything so far.
    ///
    /// # Panics
    /// Never in practice.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.text.lock().expect("not poisoned")).into_owned()
    }

    /// Waits until the text holds `wanted`.
    ///
    /// # Panics
    /// When it does not in 30 s.
    pub async fn shows(&self, wanted: &str) {
        let wait = async {
            while !self.text().contains(wanted) {
                self.more.notified().await;
            }
        };
        if tokio::time::timeout(PATIENCE, wait).await.is_err() {
            panic!(
                "{wanted:?} did not appear in {PATIENCE:?}; the terminal shows: {}",
                self.text()
            );
        }
    }
}

/// Types text into a tab.
///
/// # Panics
/// When the tab takes no keys.
pub async fn type_into(app: &App, tab: u32, text: &str) {
    let tab = app.tabs().get(tab).expect("a tab");
    tab.type_in(Bytes::from(text.to_owned()))
        .await
        .expect("the tab takes keys");
}
