//! Declared forwards of the application on the simulator: bytes through a local port to a node and a host behind it, cuts, and
//! the end.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a failed assumption of a test is a failed test"
)]

use postern_app::contract::{
    AppEvent, ForwardDestinationView, ForwardDraftView, ForwardStateView, ForwardTrafficView, ForwardViaView,
    ForwardView, NodeView,
};
use postern_simulator::{ListenerPlace, SessionStatus, SimulatedServer};
use postern_tests::harness::{Desk, takes_sessions};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PROFILE: &str = "acme-stage";
const REGION: &str = "eu-central-1";
/// Where every node echoes.
const ECHO: u16 = 7777;

async fn desk() -> (Desk, NodeView) {
    let mut desk = Desk::new().await;
    desk.faults()
        .open_port(ListenerPlace::EveryNode, ECHO, SimulatedServer::Echo);
    let host = ListenerPlace::Host("db.internal".to_owned());
    desk.faults().open_port(host, 5432, SimulatedServer::SpeaksFirst);
    let (_, nodes) = desk.synced(&[(PROFILE, REGION)]).await;
    let node = nodes
        .into_iter()
        .find(takes_sessions)
        .expect("a node that takes sessions");
    (desk, node)
}

fn to(host: Option<&str>, port: u16) -> ForwardDestinationView {
    ForwardDestinationView::Port {
        host: host.map(Into::into),
        port: port.into(),
    }
}

fn draft(node: &NodeView) -> ForwardDraftView {
    ForwardDraftView {
        name: "echo".to_owned(),
        group: String::new(),
        via: ForwardViaView::Node {
            profile: PROFILE.to_owned(),
            region: REGION.to_owned(),
            node: node.id.clone(),
        },
        local_port: 0,
        bind_address: None,
        destination: to(None, ECHO),
        starts_with_postern: false,
        is_web: false,
    }
}

async fn switched_on(desk: &mut Desk, draft: &ForwardDraftView) -> ForwardView {
    let saved = desk.app.world().await.forwards().save(None, draft).await.unwrap();
    switch(desk, saved.id, true).await;
    until(desk, saved.id, |state| {
        matches!(state, ForwardStateView::Up { .. })
    })
    .await
}

async fn switch(desk: &Desk, id: i32, on: bool) {
    desk.app.world().await.forwards().switch(&[id], on).unwrap();
}

async fn until(desk: &mut Desk, id: i32, wanted: impl Fn(&ForwardStateView) -> bool) -> ForwardView {
    desk.until("the forward stands so", |event| match event {
        AppEvent::ForwardsChanged { forwards, .. } => {
            let found = forwards.iter().find(|view| view.id == id && wanted(&view.state));
            found.cloned()
        }
        _ => None,
    })
    .await
}

async fn connected(forward: &ForwardView) -> TcpStream {
    let port = u16::try_from(forward.port.expect("it listens")).unwrap();
    TcpStream::connect(("127.0.0.1", port))
        .await
        .expect("a connection")
}

/// As much as `bytes` are of what comes back of them, by a connection of their own.
async fn echoed(forward: &ForwardView, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connected(forward).await;
    let (mut from, mut to) = stream.split();
    let mut back = vec![0; bytes.len()];
    let (written, read) = tokio::join!(to.write_all(bytes), from.read_exact(&mut back));
    written.unwrap();
    read.unwrap();
    back
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declared_forward_carries_bytes_survives_a_cut_and_keeps_its_port() {
    let (mut desk, node) = desk().await;
    let forward = switched_on(&mut desk, &draft(&node)).await;
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    assert!(echoed(&forward, &bytes).await == bytes);
    let counted = |traffic: &ForwardTrafficView| traffic.received_bytes >= 300_000.0;
    desk.until("the counts are told", |event| match event {
        AppEvent::ForwardTraffic { traffic } => traffic.iter().find(|counts| counted(counts)).copied(),
        _ => None,
    })
    .await;

    let session = desk.faults().sessions().pop().unwrap();
    desk.faults().refuse_links();
    desk.faults().cut_link(&session.id);
    let resuming = until(&mut desk, forward.id, |state| {
        matches!(state, ForwardStateView::Resuming { .. })
    })
    .await;
    assert_eq!(resuming.port, forward.port);
    let held = tokio::spawn(async move { echoed(&resuming, b"held").await });
    desk.faults().allow_links();
    desk.app.world().await.forwards().retry_lost();
    assert_eq!(held.await.unwrap(), b"held");
    let up = until(&mut desk, forward.id, |state| {
        matches!(state, ForwardStateView::Up { .. })
    })
    .await;
    assert_eq!(up.port, forward.port);

    switch(&desk, forward.id, false).await;
    until(&mut desk, forward.id, |state| *state == ForwardStateView::Off).await;
    desk.until_terminated(&session.id).await;
    let port = u16::try_from(forward.port.unwrap()).unwrap();
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_behind_the_node_is_reached_and_a_destination_that_is_not_there_is_told_at_the_row() {
    let (mut desk, node) = desk().await;
    let behind = ForwardDraftView {
        destination: to(Some("db.internal"), 5432),
        ..draft(&node)
    };
    let forward = switched_on(&mut desk, &behind).await;
    let mut first = [0; 1];
    connected(&forward)
        .await
        .read_exact(&mut first)
        .await
        .expect("the server speaks first");

    let nowhere = ForwardDraftView {
        destination: to(None, 7778),
        ..draft(&node)
    };
    let forward = switched_on(&mut desk, &nowhere).await;
    let mut stream = connected(&forward).await;
    stream.write_all(b"anybody").await.ok();
    let told = desk.until("the row tells it", |event| match event {
        AppEvent::ForwardsChanged { forwards, .. } => forwards.iter().find_map(|view| view.problem.clone()),
        _ => None,
    });
    let problem = told.await;
    assert_eq!(problem.code, "dial-failed", "{problem:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn leaving_terminates_the_sessions_of_forwards() {
    let (mut desk, node) = desk().await;
    switched_on(&mut desk, &draft(&node)).await;
    assert!(desk.app.has_live());
    desk.app.shut_down().await;
    let sessions = desk.faults().sessions();
    assert!(
        sessions
            .iter()
            .all(|session| session.state == SessionStatus::Terminated),
        "{sessions:?}"
    );
}
