//! The application in a company: AWS by its own names, and a proxy that wants a password as the only way to it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a failed assumption of a test is a failed test"
)]

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use postern_app::contract::{
    AppEvent, ConnectRequest, ErrorView, Mode, NodeView, PairView, ProxyModeChoice, ProxyPasswordDraft,
    ProxyView, SecretText, SessionStateView, SyncPhase,
};
use postern_simulator::ProxyBehaviour;
use postern_tests::harness::{Desk, ProxiedAws, takes_sessions, type_into};
use tracing_subscriber::filter::LevelFilter;

const PAIR: (&str, &str) = ("acme-stage", "eu-central-1");
/// All pairs of the simulated company whose AWS is behind the proxy, but for the one that may do nothing.
const PAIRS: [(&str, &str); 3] = [("acme-prod", "eu-central-1"), PAIR, ("acme-data", "eu-central-1")];

/// Everything that any crate of this process ever logs.
#[derive(Clone, Default)]
struct WholeLog(Arc<Mutex<Vec<u8>>>);

impl Write for WholeLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl WholeLog {
    /// Of all tests in this process, at the finest level, without the filter that keeps other crates quiet.
    fn started() -> Self {
        static LOG: OnceLock<WholeLog> = OnceLock::new();
        let start = || {
            let log = Self::default();
            let writer = log.clone();
            tracing_subscriber::fmt()
                .with_max_level(LevelFilter::TRACE)
                .with_ansi(false)
                .with_writer(move || writer.clone())
                .init();
            log
        };
        LOG.get_or_init(start).clone()
    }

    fn assert_no_secret(&self) {
        let text = String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned();
        assert!(text.contains(" TRACE "), "the finest level is heard");
        ProxiedAws::assert_no_secret(&text);
    }
}

async fn keep_password(desk: &Desk, proxy: &ProxyView, password: &str) {
    let draft = ProxyPasswordDraft {
        proxy: proxy.clone(),
        password: SecretText(password.to_owned().into()),
        this_run: true,
    };
    desk.app.world().await.save_proxy_password(draft).await.unwrap();
}

/// A desk whose settings name the proxy with a user, and the company's certificates.
async fn desk_behind(aws: &ProxiedAws, password: &str) -> Desk {
    let desk = Desk::behind(aws).await;
    let mut settings = desk.app.choose_mode(Mode::Aws).await.unwrap().settings;
    settings.proxy = ProxyView {
        mode: ProxyModeChoice::Own,
        host: aws.proxy().address().ip().to_string(),
        port: aws.proxy().address().port(),
        encrypted: false,
        user: ProxiedAws::USER.to_owned(),
        exceptions: String::new(),
    };
    settings.ca_bundle = Some(ProxiedAws::ca_bundle().display().to_string());
    keep_password(&desk, &settings.proxy, password).await;
    desk.app.world().await.save_settings(&settings).await.unwrap();
    desk
}

fn node_of(nodes: &[NodeView], pairs: &[PairView]) -> ConnectRequest {
    let pair = pairs.iter().find(|pair| pair.profile == PAIR.0).unwrap();
    let node = nodes
        .iter()
        .find(|node| node.pair == pair.id && takes_sessions(node));
    let key = node.unwrap().key.clone();
    ConnectRequest::Node { key, run: None }
}

fn is_of_password(error: &ErrorView, aws: &ProxiedAws) -> bool {
    let address = aws.proxy().address();
    let words = format!("The proxy {address} does not accept the password of ada.");
    ProxiedAws::assert_no_secret(&format!("{error:?}"));
    error.message == words && error.next_step.contains("Correct the password")
}

fn is_refused(pair: &PairView, aws: &ProxiedAws) -> bool {
    let error = pair.sync.error.as_ref();
    pair.sync.phase == SyncPhase::Failed && error.is_some_and(|error| is_of_password(error, aws))
}

/// Waits until each of the pairs was in this state.
async fn until_pairs(desk: &mut Desk, what: &str, is: impl Fn(&PairView) -> bool) {
    let mut there = BTreeSet::new();
    desk.until(what, |event| {
        if let AppEvent::PairsChanged { pairs, .. } = event {
            let new = pairs.iter().filter(|pair| is(pair));
            there.extend(new.map(|pair| pair.profile.clone()));
        }
        let mut wanted = PAIRS.iter();
        wanted.all(|(profile, _)| there.contains(*profile)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sync_shell_and_resume_after_a_cut_go_through_a_proxy_that_wants_a_password() {
    let log = WholeLog::started();
    let aws = ProxiedAws::start().await;
    let mut desk = desk_behind(&aws, ProxiedAws::PASSWORD).await;
    let (pairs, nodes) = desk.synced(&[PAIR]).await;
    let pair = pairs.iter().find(|pair| pair.profile == PAIR.0).unwrap();
    assert_eq!(pair.sync.phase, SyncPhase::Done, "{:?}", pair.sync.error);
    let (tab, screen) = desk.connected(node_of(&nodes, &pairs)).await;
    let session = tab.session_id.clone().unwrap();
    type_into(&desk.app, tab.id, "echo out-$((40+2))\r").await;
    screen.shows("echo out-$((40+2))\r\n").await;
    screen.shows("out-42\r\n").await;

    let command =
        "stty -echo; echo quiet-$((1+1)); seq 1 20000; while read -r line; do echo \"<$line>\"; done\r";
    type_into(&desk.app, tab.id, command).await;
    screen.shows("quiet-2\r\n1\r\n2\r\n3\r\n").await;
    aws.proxy().behave(ProxyBehaviour::Close);
    assert!(aws.proxy().cut() > 0);
    let address = aws.proxy().address().to_string();
    desk.until_tab(tab.id, "resuming, for want of the proxy", |state| {
        matches!(state, SessionStateView::Resuming { last_error: Some(error), .. } if error.message.contains(&address))
    })
    .await;
    for line in 1..=100 {
        type_into(&desk.app, tab.id, &format!("{line}\r")).await;
    }
    aws.proxy().behave(ProxyBehaviour::Serve);
    desk.app.tabs().get(tab.id).unwrap().retry_resume();
    for line in 101..=200 {
        type_into(&desk.app, tab.id, &format!("{line}\r")).await;
    }
    screen.shows("<200>").await;
    let text = screen.text();
    let (_, after) = text.split_once("quiet-2\r\n").unwrap();
    let expected: String = (1..=20_000)
        .map(|line| format!("{line}\r\n"))
        .chain((1..=200).map(|line| format!("<{line}>\r\n")))
        .collect();
    assert!(expected.starts_with(after), "every byte once: {after}");

    desk.app.tabs().close(tab.id).unwrap();
    desk.until_terminated(&session).await;
    desk.app.shut_down().await;
    assert_eq!(aws.proxy().refused_logins(), 0);
    aws.assert_all_came_through_the_proxy();
    log.assert_no_secret();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_named_everywhere_sent_once_and_corrected_at_once() {
    let log = WholeLog::started();
    let aws = ProxiedAws::start().await;
    let mut desk = desk_behind(&aws, "canary-wrong").await;
    let (pairs, _) = desk.synced(&PAIRS).await;
    for pair in pairs.iter().filter(|pair| pair.profile != "default") {
        assert!(is_refused(pair, &aws), "{pair:?}");
    }
    assert_eq!(aws.proxy().refused_logins(), 1);
    let typed = ConnectRequest::Typed {
        encryption: None,
        target: "i-00000000000000000".to_owned(),
        profile: Some(PAIR.0.to_owned()),
        region: Some(PAIR.1.to_owned()),
        document: None,
        parameters: Vec::new(),
        reason: None,
    };
    let tab = desk.app.connect(typed, 80, 24).await.unwrap();
    desk.until_tab(
        tab.id,
        "failed for the password",
        |state| matches!(state, SessionStateView::Failed { error, .. } if is_of_password(error, &aws)),
    )
    .await;
    assert_eq!(
        aws.proxy().refused_logins(),
        1,
        "a session does not send it again"
    );
    assert!(aws.proxy().served().is_empty());

    // Nobody asks for another sync.
    keep_password(
        &desk,
        &desk.app.world().await.settings().proxy,
        ProxiedAws::PASSWORD,
    )
    .await;
    until_pairs(&mut desk, "every pair is read", |pair| {
        pair.sync.phase == SyncPhase::Done
    })
    .await;
    desk.app.shut_down().await;
    assert_eq!(aws.proxy().refused_logins(), 1);
    aws.assert_all_came_through_the_proxy();
    log.assert_no_secret();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_changed_while_sessions_run_is_sent_once_more_and_corrected_at_once() {
    let log = WholeLog::started();
    let aws = ProxiedAws::start().await;
    let mut desk = desk_behind(&aws, ProxiedAws::PASSWORD).await;
    let (pairs, nodes) = desk.synced(&PAIRS).await;
    let mut tabs = Vec::new();
    for number in 0..4 {
        let (tab, screen) = desk.connected(node_of(&nodes, &pairs)).await;
        type_into(&desk.app, tab.id, &format!("mine={number}; echo set-$mine\r")).await;
        screen.shows(&format!("set-{number}\r\n")).await;
        tabs.push((tab, screen));
    }
    aws.proxy().change_login(ProxiedAws::USER, "canary-changed");
    assert!(aws.proxy().cut() > 0);
    let mut waiting = BTreeSet::new();
    desk.until("every session waits for the password", |event| {
        if let AppEvent::TabChanged { tab } = event
            && let SessionStateView::Resuming {
                last_error: Some(error),
                ..
            } = &tab.state
            && is_of_password(error, &aws)
        {
            waiting.insert(tab.id);
        }
        (waiting.len() == tabs.len()).then_some(())
    })
    .await;
    desk.app.world().await.syncing().sync_all().await.unwrap();
    until_pairs(&mut desk, "every pair is refused", |pair| is_refused(pair, &aws)).await;
    assert_eq!(aws.proxy().refused_logins(), 1, "an account is not locked by it");
    for (number, (tab, _)) in tabs.iter().enumerate() {
        type_into(&desk.app, tab.id, &format!("echo kept-$mine-{number}\r")).await;
    }

    keep_password(&desk, &desk.app.world().await.settings().proxy, "canary-changed").await;
    until_pairs(&mut desk, "every pair is read", |pair| {
        pair.sync.phase == SyncPhase::Done
    })
    .await;
    for (number, (_, screen)) in tabs.iter().enumerate() {
        screen.shows(&format!("kept-{number}-{number}\r\n")).await;
    }
    desk.app.shut_down().await;
    assert_eq!(aws.proxy().refused_logins(), 1);
    log.assert_no_secret();
}
