//! The demo has nothing to do with the user's AWS: with a home, variables and a keyring that nobody should touch, it works,
//! and touches none of them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed assumption of a test is a failed test"
)]

use std::{
    env, fs,
    mem::MaybeUninit,
    net::TcpListener,
    os::{fd::OwnedFd, unix::net::UnixListener},
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use postern_app::{
    App, Events, MfaPrompts, Parts,
    contract::{
        AppEvent, ConnectRequest, Drawing, FindRequest, Mode, NodeStateView, NodeView, PingView, SyncPhase,
    },
};
use postern_store::StoreError;
use rustix::{fs::inotify, io::Errno};

use super::DesktopWorlds;

/// Set in the process that runs the demo.
const HOME_TO_WATCH: &str = "POSTERN_TEST_HOME_TO_WATCH";
/// For everything together.
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn the_demo_touches_nothing_of_the_user() {
    if let Some(home) = env::var_os(HOME_TO_WATCH) {
        return tokio::runtime::Runtime::new().unwrap().block_on(async {
            tokio::time::timeout(PATIENCE, try_the_demo(home.into()))
                .await
                .unwrap()
        });
    }
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    furnish(&home);
    let before = contents(&home);
    let network = TcpListener::bind("127.0.0.1:0").unwrap();
    let bus = UnixListener::bind(folder.path().join("bus")).unwrap();
    network.set_nonblocking(true).unwrap();
    bus.set_nonblocking(true).unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "worlds::demo_alone::the_demo_touches_nothing_of_the_user",
            "--nocapture",
        ])
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("TMPDIR", folder.path())
        .envs(traps(
            &home,
            folder.path(),
            &network.local_addr().unwrap().to_string(),
        ))
        .env(HOME_TO_WATCH, &home)
        .output()
        .unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
    assert!(
        network.accept().is_err(),
        "somebody went where the variables point"
    );
    assert!(bus.accept().is_err(), "somebody asked for the keyring");
    assert_eq!(contents(&home), before);
}

/// What would break every call, or lead it astray, if anybody read it.
fn traps(home: &Path, folder: &Path, nowhere: &str) -> Vec<(String, String)> {
    let broken = home.join(".aws/config").display().to_string();
    let url = format!("http://{nowhere}");
    let mut traps = vec![(
        "DBUS_SESSION_BUS_ADDRESS",
        format!("unix:path={}", folder.join("bus").display()),
    )];
    for name in [
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_EC2",
        "AWS_ENDPOINT_URL_KMS",
        "AWS_ENDPOINT_URL_SSM",
        "AWS_ENDPOINT_URL_SSMMESSAGES",
        "AWS_ENDPOINT_URL_STS",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "ALL_PROXY",
        "https_proxy",
        "http_proxy",
        "all_proxy",
    ] {
        traps.push((name, url.clone()));
    }
    for name in [
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_CA_BUNDLE",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "SSL_CERT_FILE",
    ] {
        traps.push((name, broken.clone()));
    }
    for name in [
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    ] {
        traps.push((name, "true".to_owned()));
    }
    for (name, folder) in [
        ("HOME", ""),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_DATA_HOME", "data"),
        ("POSTERN_DATA_DIR", "postern"),
        ("AWS_LOGIN_CACHE_DIRECTORY", ".aws/login/cache"),
    ] {
        traps.push((name, home.join(folder).display().to_string()));
    }
    for name in [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_ROLE_ARN",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    ] {
        traps.push((name, "nobody".to_owned()));
    }
    traps.extend(["AWS_REGION", "AWS_DEFAULT_REGION"].map(|name| (name, "Mars 1".to_owned())));
    traps
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Files that nobody can use, in folders that nobody should look into.
fn furnish(home: &Path) {
    for folder in [
        ".aws/sso/cache",
        ".aws/cli/cache",
        ".aws/login/cache",
        ".ssh",
        "config",
        "cache",
        "data",
        "postern",
    ] {
        fs::create_dir_all(home.join(folder)).unwrap();
    }
    for file in [
        ".aws/config",
        ".aws/credentials",
        ".profile",
        ".bashrc",
        "postern/postern.db",
    ] {
        fs::write(home.join(file), "[broken\n\u{1}").unwrap();
    }
}

/// Every folder and file, with what it holds.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for path in folders_below(folder) {
        let files = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
        found.extend(
            files
                .filter(|file| file.is_file())
                .map(|file| (file.clone(), fs::read(file).unwrap())),
        );
        found.push((path, Vec::new()));
    }
    found.sort();
    found
}

fn folders_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            found.extend(folders_below(&path));
        }
    }
    found
}

/// Lists the fleet, reads documents, opens a shell, types into it and resumes it after a cut.
async fn try_the_demo(home: PathBuf) {
    let mfa = MfaPrompts::default();
    let parts = Parts {
        worlds: Arc::new(DesktopWorlds::new(&mfa)),
        store: Err(StoreError::NoDataFolder),
        version: "0".to_owned(),
        drawing: Drawing::System,
        mfa,
    };
    let (app, mut events) = App::start(parts).await.unwrap();
    app.choose_mode(Mode::Demo).await.unwrap();
    // From here on there is the demo alone.
    let watch = watch(&home);
    let node = synced(&app, &mut events).await;
    let (pair, _) = node.key.split_once('/').unwrap();
    assert!(!pair.is_empty());
    let run = None;
    let tab = app
        .connect(ConnectRequest::Node { key: node.key, run }, 80, 24)
        .await
        .unwrap();
    let shown: Arc<Mutex<Vec<u8>>> = Arc::default();
    let into = Arc::clone(&shown);
    let terminal = app.tabs().get(tab.id).unwrap();
    terminal.attach(Arc::new(move |bytes| {
        into.lock().unwrap().extend(bytes);
        Ok(())
    }));
    let mut session = None;
    hear(&mut events, |event| matches!(event, AppEvent::TabChanged { tab } if { session.clone_from(&tab.session_id); session.is_some() })).await;
    terminal
        .type_in(Bytes::from_static(b"echo here-$((6*7))\r"))
        .await
        .unwrap();
    until_shown(&shown, "here-42").await;
    app.demo_drop_network(tab.id).await.unwrap();
    terminal
        .type_in(Bytes::from_static(b"echo back-$((6*7))\r"))
        .await
        .unwrap();
    until_shown(&shown, "back-42").await;
    app.bootstrap().await.unwrap();
    assert_eq!(touched(watch), Vec::<String>::new());
    app.shut_down().await;
}

/// Waits until every pair of the demo is read; answers a node that takes sessions.
async fn synced(app: &App, events: &mut Events) -> NodeView {
    loop {
        let view = app.bootstrap().await.unwrap();
        let over = |phase| matches!(phase, SyncPhase::Done | SyncPhase::Partial | SyncPhase::Failed);
        if view.pairs.iter().all(|pair| over(pair.sync.phase)) {
            let takes_sessions = |node: &NodeView| {
                node.state == NodeStateView::Running
                    && node.ping == PingView::Online
                    && node.key.contains("/i-")
            };
            let request = FindRequest {
                count: 500,
                ..FindRequest::default()
            };
            let world = app.world().await;
            let found = world.finding().find(&request).await.unwrap();
            let mut nodes = found.shown.into_iter().flat_map(|part| part.nodes);
            return nodes.find(takes_sessions).unwrap();
        }
        hear(events, |event| matches!(event, AppEvent::PairsChanged { .. })).await;
    }
}

async fn hear(events: &mut Events, mut wanted: impl FnMut(&AppEvent) -> bool) {
    while !wanted(&events.recv().await.unwrap()) {}
}

async fn until_shown(shown: &Mutex<Vec<u8>>, wanted: &str) {
    // The terminal tells nobody but the page.
    let mut looks = tokio::time::interval(Duration::from_millis(10));
    while !String::from_utf8_lossy(&shown.lock().unwrap()).contains(wanted) {
        looks.tick().await;
    }
}

/// Notices whatever is opened, read, written, made or removed in every folder of the home.
fn watch(home: &Path) -> OwnedFd {
    let watch = inotify::init(inotify::CreateFlags::NONBLOCK | inotify::CreateFlags::CLOEXEC).unwrap();
    for folder in folders_below(home) {
        inotify::add_watch(&watch, folder, inotify::WatchFlags::ALL_EVENTS).unwrap();
    }
    // What was opened only to be watched.
    drop(notices(&watch));
    fs::read(home.join(".profile")).unwrap();
    assert!(!notices(&watch).is_empty(), "a reader is noticed");
    watch
}

fn touched(watch: OwnedFd) -> Vec<String> {
    notices(&watch)
}

fn notices(watch: &OwnedFd) -> Vec<String> {
    let mut buffer = [MaybeUninit::uninit(); 4096];
    let mut reader = inotify::Reader::new(watch, &mut buffer);
    let mut notices = Vec::new();
    loop {
        match reader.next() {
            Ok(event) => notices.push(format!("{:?} of {:?}", event.events(), event.file_name())),
            Err(Errno::AGAIN) => return notices,
            Err(error) => panic!("{error}"),
        }
    }
}
