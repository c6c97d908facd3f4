//! The application as the window composes it, in a process of its own: every view and event that it gives to the page is
//! written down.

use std::env;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use postern_app::contract::{
    AccessKeyDraft, AppEvent, ConnectRequest, Drawing, ErrorView, Mode, PairDraft, ProxyModeChoice,
    ProxyPasswordDraft, ProxyView, SecretText, SessionStateView, SettingsView, SyncPhase, TabView,
};
use postern_app::{App, Demo, Events, MfaPrompts, OwnProfileKeeping, Parts, Worlds};
use postern_aws::AwsControlPlane;
use postern_model::{ControlPlane, OwnProfiles};
use postern_secrets::Secrets;
use postern_store::Store;
use postern_tests::harness::{Screen, type_into};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

/// Something happens all the time.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the person types into the window, and where this run's AWS takes orders.
#[derive(Serialize, Deserialize)]
pub(crate) struct ToType {
    pub(crate) node: String,
    pub(crate) access_key_id: String,
    pub(crate) secret_key: String,
    pub(crate) proxy: String,
    pub(crate) proxy_password: String,
    pub(crate) typed: String,
    pub(crate) output: PathBuf,
    pub(crate) simulator: String,
}

struct World {
    aws: Arc<AwsControlPlane>,
    own: OwnProfileKeeping,
}

#[async_trait]
impl Worlds for World {
    fn aws(&self) -> Arc<dyn ControlPlane> {
        Arc::clone(&self.aws) as Arc<dyn ControlPlane>
    }

    fn aws_config_path(&self) -> String {
        "~/.aws/config".to_owned()
    }

    fn own_profiles(&self) -> Option<OwnProfileKeeping> {
        Some(self.own.clone())
    }

    async fn demo(&self) -> Result<Arc<dyn Demo>, ErrorView> {
        unreachable!("nobody wants the demo here")
    }
}

/// The page: it hears everything, and answers questions for codes.
struct Page {
    app: App,
    events: Events,
    log: File,
    simulator: String,
    /// The questions for codes that were answered.
    answered: Vec<u32>,
}

/// The same rules as in the log of the desktop program.
fn start_log() {
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_filter(filter_fn(|metadata| {
            metadata.target().starts_with("postern") || LevelFilter::WARN >= *metadata.level()
        }));
    tracing_subscriber::registry()
        .with(EnvFilter::from_env("POSTERN_LOG"))
        .with(lines)
        .init();
}

/// Lives a day of the window. The folder is that of the household.
pub(crate) async fn live(folder: PathBuf) {
    start_log();
    let plan: ToType = serde_json::from_slice(&fs::read(folder.join("given/to-type.json")).unwrap()).unwrap();
    let mut page = Page::open(&folder, &plan.simulator).await;
    page.set_up(&plan).await;
    page.sync().await;
    assert!(page.answered.len() >= 2, "a code was wrong, and one was right");
    let tab = page.connect(&plan).await;
    let view = page.app.bootstrap().await.unwrap();
    fs::write(
        folder.join("out/window-view.json"),
        format!("{}", serde_json::to_value(&view).unwrap()),
    )
    .unwrap();
    let own = page.app.own_profiles().await.unwrap().view().await.unwrap();
    fs::write(
        folder.join("out/window-own.json"),
        serde_json::to_string(&own).unwrap(),
    )
    .unwrap();
    wait_until_looked_through().await;
    page.app.tabs().close(tab.id).unwrap();
    page.app.signing_in().await.sign_out("acme").await.unwrap();
    page.app.shut_down().await;
}

/// The database, its log of changes beside it, is looked through while the program runs.
async fn wait_until_looked_through() {
    println!("looking");
    let mut line = [0];
    tokio::io::stdin().read_exact(&mut line).await.unwrap();
}

impl Page {
    async fn open(folder: &std::path::Path, simulator: &str) -> Self {
        let (secrets, mfa) = (Secrets::of_system(), MfaPrompts::default());
        let profiles = OwnProfiles::new(Arc::new(secrets.clone()));
        let aws = AwsControlPlane::from_environment()
            .with_own_profiles(profiles.clone())
            .asking(Arc::new(mfa.clone()));
        let worlds = World {
            aws: Arc::new(aws),
            own: OwnProfileKeeping { profiles, secrets },
        };
        let parts = Parts {
            worlds: Arc::new(worlds),
            store: Store::default_path().and_then(|path| Store::open(&path)),
            version: "0.0.0-test".to_owned(),
            drawing: Drawing::System,
            mfa,
        };
        let (app, events) = App::start(parts).await.unwrap();
        Self {
            app,
            events,
            log: File::create(folder.join("out/window-events.jsonl")).unwrap(),
            simulator: simulator.to_owned(),
            answered: Vec::new(),
        }
    }

    /// A key and the password of a proxy are typed in; somebody signs in.
    async fn set_up(&mut self, plan: &ToType) {
        let bootstrap = self.app.choose_mode(Mode::Aws).await.unwrap();
        let (host, port) = plan.proxy.rsplit_once(':').unwrap();
        let settings = SettingsView {
            sync_enabled: true,
            proxy: ProxyView {
                mode: ProxyModeChoice::Own,
                host: host.to_owned(),
                port: port.parse().unwrap(),
                encrypted: false,
                user: "ada".to_owned(),
                exceptions: String::new(),
            },
            ..bootstrap.settings
        };
        self.app.world().await.save_settings(&settings).await.unwrap();
        let password = ProxyPasswordDraft {
            proxy: settings.proxy.clone(),
            password: SecretText(plan.proxy_password.clone().into()),
            this_run: true,
        };
        self.app
            .world()
            .await
            .save_proxy_password(password)
            .await
            .unwrap();
        let key = AccessKeyDraft {
            name: "typed in".to_owned(),
            region: Some("eu-west-1".to_owned()),
            access_key_id: plan.access_key_id.clone(),
            secret_key: Some(SecretText(plan.secret_key.clone().into())),
            this_run: false,
        };
        let own = self.app.own_profiles().await.unwrap();
        own.save_access_key(None, key).await.unwrap();
        self.app.signing_in().await.start("acme").await.unwrap();
        self.until(|event| matches!(event, AppEvent::SignInFinished { error: None, .. }).then_some(()))
            .await;
    }

    /// Pairs of every kind: some are synced, and some say why not.
    async fn sync(&mut self) {
        let good = [
            "typed in",
            "acme-edge",
            "sso-acme-prod-node-operator",
            "role-mfa",
            "vault",
        ];
        let bad = ["far", "vault-spills", "odd", "acme-audit"];
        let mut waited_for: Vec<i32> = Vec::new();
        for profile in good.iter().chain(&bad) {
            let region = if *profile == "typed in" {
                "eu-west-1"
            } else {
                "eu-central-1"
            };
            let draft = PairDraft {
                profile: (*profile).to_owned(),
                region: region.to_owned(),
                enabled: true,
                endpoints: None,
            };
            self.app.world().await.pairs().add(&draft).await.unwrap();
        }
        for pair in self.app.bootstrap().await.unwrap().pairs {
            let is_read = pair.enabled && pair.problem.is_none();
            waited_for.extend(is_read.then_some(pair.id));
        }
        let mut ended = std::collections::HashMap::new();
        self.until(|event| {
            if let AppEvent::PairsChanged { pairs, .. } = event {
                ended.extend(
                    pairs
                        .iter()
                        .map(|pair| (pair.id, (pair.profile.clone(), pair.sync.phase))),
                );
            }
            let is_over = |id| ended.get(id).is_some_and(|(_, phase)| is_over(*phase));
            waited_for.iter().all(is_over).then_some(())
        })
        .await;
        for (profile, phase) in ended.values() {
            let is_good = good.contains(&profile.as_str());
            assert!(!is_good || *phase == SyncPhase::Done, "{profile}: {phase:?}");
        }
    }

    /// A shell into which a secret is typed, also while its link is cut, and whose node prints one.
    async fn connect(&mut self, plan: &ToType) -> TabView {
        let request = ConnectRequest::Typed {
            target: plan.node.clone(),
            profile: Some("vault".to_owned()),
            region: Some("eu-central-1".to_owned()),
            document: None,
            parameters: Vec::new(),
            reason: None,
            encryption: None,
        };
        let tab = self.app.connect(request, 100, 30).await.unwrap();
        let screen = Screen::attached(&self.app, tab.id);
        screen.shows("$ ").await;
        type_into(&self.app, tab.id, "stty -echo; echo quiet-$((6*7))\r").await;
        screen.shows("quiet-42").await;
        let read = "echo ready-$((6*7)); read -r secret; echo long-${#secret}\r";
        type_into(&self.app, tab.id, read).await;
        screen.shows("ready-42").await;
        order(&self.simulator, "links/cut", "").await;
        self.until(|event| match event {
            AppEvent::TabChanged { tab } => {
                matches!(tab.state, SessionStateView::Resuming { .. }).then_some(())
            }
            _ => None,
        })
        .await;
        type_into(&self.app, tab.id, &format!("{}\r", plan.typed)).await;
        screen.shows("long-40").await;
        type_into(
            &self.app,
            tab.id,
            &format!("cat '{}'; echo done-$((6*7))\r", plan.output.display()),
        )
        .await;
        screen.shows("done-42").await;
        tab
    }

    /// Hears everything up to what `pick` takes something from, and writes it down.
    async fn until<T>(&mut self, mut pick: impl FnMut(&AppEvent) -> Option<T>) -> T {
        loop {
            let event = timeout(PATIENCE, self.events.recv()).await.unwrap().unwrap();
            writeln!(self.log, "{}", serde_json::to_string(&event).unwrap()).unwrap();
            if let AppEvent::MfaWanted { questions } = &event {
                for question in questions {
                    self.give_code(question.id).await;
                }
            }
            if let Some(found) = pick(&event) {
                return found;
            }
        }
    }

    /// First one that is wrong, then what the device shows.
    async fn give_code(&mut self, question: u32) {
        if self.answered.contains(&question) {
            return;
        }
        let shown = order(&self.simulator, "mfa/show", "{\"profile\":\"acme-prod\"}").await;
        let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
        let code = if self.answered.is_empty() {
            "905713"
        } else {
            shown["code"].as_str().unwrap()
        };
        self.answered.push(question);
        self.app.mfa().answer(question, Some(code)).unwrap();
    }
}

fn is_over(phase: SyncPhase) -> bool {
    matches!(phase, SyncPhase::Done | SyncPhase::Partial | SyncPhase::Failed)
}

/// An order for the simulator; answers what it says.
async fn order(simulator: &str, order: &str, said: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(simulator).await.unwrap();
    let request = format!(
        "POST /_simulator/{order} HTTP/1.1\r\nhost: {simulator}\r\nconnection: close\r\nx-postern-simulator: 1\r\n\
         content-length: {}\r\n\r\n{said}",
        said.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// The folder of the household, in the process that is the window.
pub(crate) fn folder_of_household() -> Option<PathBuf> {
    Some(env::var_os("POSTERN_TEST_HOUSEHOLD")?.into())
}
