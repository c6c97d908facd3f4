//! Every way out of a session, with the simulator as the witness: AWS is told, whatever was going on.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a failed assumption of a test is a failed test, and a test looks at one kind of event among many"
)]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use postern_app::contract::{AppEvent, ConnectRequest, Mode, PairDraft, SessionStateView, TabView};
use postern_model::TerminalSize;
use postern_simulator::SessionStatus;
use postern_tests::harness::{Desk, Screen, takes_sessions, type_into};

const PROFILE: &str = "acme-stage";

/// A shell on a node that takes sessions.
async fn shell(desk: &mut Desk) -> ConnectRequest {
    let bootstrap = desk.app.choose_mode(Mode::Aws).await.unwrap();
    let settings = postern_app::contract::SettingsView {
        sync_enabled: true,
        ..bootstrap.settings
    };
    desk.app.world().await.save_settings(&settings).await.unwrap();
    let pair = PairDraft {
        profile: PROFILE.to_owned(),
        region: "eu-central-1".to_owned(),
        enabled: true,
        endpoints: None,
    };
    desk.app.world().await.pairs().add(&pair).await.unwrap();
    loop {
        let nodes = desk.nodes().await;
        if let Some(node) = nodes.into_iter().find(takes_sessions) {
            return ConnectRequest::Node {
                key: node.key,
                run: None,
            };
        }
        desk.until("nodes come", |event| {
            matches!(event, AppEvent::FleetChanged { .. }).then_some(())
        })
        .await;
    }
}

/// Waits until another program made this file.
async fn until_exists(file: &Path) {
    let wait = async {
        // The file system tells nobody.
        let mut looks = tokio::time::interval(Duration::from_millis(20));
        while !file.exists() {
            looks.tick().await;
        }
    };
    let made = tokio::time::timeout(Duration::from_secs(30), wait).await;
    assert!(made.is_ok(), "{} was never made", file.display());
}

fn all_terminated(desk: &Desk) -> bool {
    desk.faults()
        .sessions()
        .iter()
        .all(|session| session.state == SessionStatus::Terminated)
}

async fn until_resuming(desk: &mut Desk, tab: u32) -> TabView {
    desk.until_tab(tab, "resuming", |state| {
        matches!(state, SessionStateView::Resuming { .. })
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_ends_while_a_session_is_resumed() {
    let mut desk = Desk::new().await;
    let request = shell(&mut desk).await;
    let (tab, _screen) = desk.connected(request).await;
    desk.faults().refuse_links();
    desk.faults().cut_all_links();
    until_resuming(&mut desk, tab.id).await;
    desk.app.shut_down().await;
    assert!(all_terminated(&desk), "{:?}", desk.faults().sessions());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_ends_while_aws_starts_a_session() {
    let mut desk = Desk::new().await;
    let request = shell(&mut desk).await;
    desk.faults().delay(Duration::from_secs(3));
    desk.app.connect(request, 80, 24).await.unwrap();
    desk.app.shut_down().await;
    assert!(all_terminated(&desk), "{:?}", desk.faults().sessions());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_is_closed_before_the_agent_answers() {
    let mut desk = Desk::new().await;
    let request = shell(&mut desk).await;
    let tab = desk.app.connect(request, 80, 24).await.unwrap();
    let opening = desk
        .until("the session is granted", |event| match event {
            AppEvent::TabChanged { tab: seen } if seen.id == tab.id => seen.session_id.clone(),
            _ => None,
        })
        .await;
    desk.app.tabs().close(tab.id).unwrap();
    desk.until_terminated(&opening).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reconnect_ends_the_session_that_it_replaces() {
    let mut desk = Desk::new().await;
    let request = shell(&mut desk).await;
    let (first, screen) = desk.connected(request).await;
    desk.app.reconnect_tab(first.id, 90, 25).await.unwrap();
    let second = desk
        .until_tab(first.id, "connected again", |state| {
            matches!(state, SessionStateView::Connected { .. })
        })
        .await;
    desk.until_terminated(first.session_id.as_deref().unwrap()).await;
    assert_ne!(first.session_id, second.session_id);
    type_into(&desk.app, second.id, "stty size\r").await;
    screen.shows("25 90").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quick_reconnects_leave_one_session() {
    let mut desk = Desk::new().await;
    let request = shell(&mut desk).await;
    let (tab, screen) = desk.connected(request).await;
    for _ in 0..20 {
        desk.app.reconnect_tab(tab.id, 80, 24).await.unwrap();
    }
    desk.until_tab(tab.id, "connected again", |state| {
        matches!(state, SessionStateView::Connected { .. })
    })
    .await;
    type_into(&desk.app, tab.id, "echo alive-$((6*7))\r").await;
    screen.shows("alive-42").await;
    desk.app.shut_down().await;
    assert!(all_terminated(&desk), "{:?}", desk.faults().sessions());
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_credentials_hold_a_session_that_lost_its_link_until_they_are_good_again() {
    let mut desk = Desk::new().await;
    let request = shell(&mut desk).await;
    let (tab, screen) = desk.connected(request).await;
    type_into(&desk.app, tab.id, "echo pid=$$.\r").await;
    let session = tab.session_id.unwrap();
    let pid = desk.faults().session(&session).unwrap().shell_pid.unwrap();
    screen.shows(&format!("pid={pid}.")).await;
    desk.faults().expire_credentials(PROFILE, true);
    desk.faults().cut_link(&session);
    let told = desk
        .until_tab(tab.id, "the sign-in is named as the cause", |state| {
            matches!(state, SessionStateView::Resuming { last_error: Some(error), .. } if error.code == "credentials-expired")
        })
        .await;
    let SessionStateView::Resuming {
        last_error: Some(error),
        ..
    } = told.state
    else {
        unreachable!()
    };
    assert!(error.next_step.contains("Sign in again"), "{error:?}");
    type_into(&desk.app, tab.id, "echo held=$$.\r").await;
    let shown = desk.app.tabs().get(tab.id).unwrap();
    shown.resize(TerminalSize::clamped(77, 19));
    desk.faults().expire_credentials(PROFILE, false);
    shown.retry_resume();
    screen.shows(&format!("held={pid}.")).await;
    type_into(&desk.app, tab.id, "stty size\r").await;
    screen.shows("19 77").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_resume_is_tried_until_it_gets_through() {
    let mut desk = Desk::new().await;
    let request = shell(&mut desk).await;
    let (tab, screen) = desk.connected(request).await;
    let session = tab.session_id.unwrap();
    desk.faults().throttle(3);
    desk.faults().cut_link(&session);
    until_resuming(&mut desk, tab.id).await;
    type_into(&desk.app, tab.id, "echo through-$((6*7))\r").await;
    screen.shows("through-42").await;
}

/// The page is gone (a reload, or its process died) while output comes: nothing is lost, and Ctrl-C gets through.
#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_gone_and_comes_back_gets_everything() {
    let mut desk = Desk::new().await;
    let request = shell(&mut desk).await;
    let (tab, screen) = desk.connected(request).await;
    type_into(
        &desk.app,
        tab.id,
        "echo before; seq 1 200000; echo after-$((6*7))\r",
    )
    .await;
    screen.shows("before\r\n1\r\n").await;
    let shown = desk.app.tabs().get(tab.id).unwrap();
    shown.attach(Arc::new(|_| Err(postern_app::PageGone)));
    let reloaded = Screen::attached(&desk.app, tab.id);
    reloaded.shows("after-42").await;
    let text = reloaded.text();
    let numbers: Vec<u32> = text.lines().filter_map(|line| line.trim().parse().ok()).collect();
    assert!(
        numbers.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "each once and in order"
    );
    assert_eq!(numbers.last(), Some(&200_000));
}

/// A page that hangs draws nothing: the flood stops, the keys do not.
#[tokio::test(flavor = "multi_thread")]
async fn keys_reach_the_node_while_nobody_draws() {
    let mut desk = Desk::new().await;
    let request = shell(&mut desk).await;
    let (tab, _screen) = desk.connected(request).await;
    desk.app.tabs().get(tab.id).unwrap().attach(Arc::new(|_| Ok(())));
    let scratch = tempfile::tempdir().unwrap();
    let [flooding, reached] = ["flooding", "reached"].map(|name| scratch.path().join(name));
    // One pipeline: of a list of commands an interrupt that meets the shell between two leaves the rest.
    let flood = format!("yes | {{ head -c 100000; touch {}; cat; }}\r", flooding.display());
    type_into(&desk.app, tab.id, &flood).await;
    until_exists(&flooding).await;
    type_into(&desk.app, tab.id, "\u{3}").await;
    type_into(&desk.app, tab.id, &format!("touch {}\r", reached.display())).await;
    until_exists(&reached).await;
    let reloaded = Screen::attached(&desk.app, tab.id);
    type_into(&desk.app, tab.id, "echo drawn-$((6*7))\r").await;
    reloaded.shows("drawn-42").await;
}
