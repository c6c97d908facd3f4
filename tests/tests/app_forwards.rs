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
    ForwardView, NodeView, TagFilterView,
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
    until(desk, saved.id, is_up).await
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
    let port = u16::try_from(forward.port.expect("it listens")).unwrap();
    // It may be reset before it is seen to be connected. It stays open until then: of a program that is gone nothing is told.
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await;
    if let Ok(stream) = &mut stream {
        stream.write_all(b"anybody").await.ok();
    }
    let told = desk.until("the row tells it", |event| match event {
        AppEvent::ForwardsChanged { forwards, .. } => forwards.iter().find_map(|view| view.problem.clone()),
        _ => None,
    });
    let problem = told.await;
    assert_eq!(problem.code, "dial-failed", "{problem:?}");
    drop(stream);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_socks_proxy_goes_where_it_is_asked_to_and_tells_at_its_row_what_is_not_allowed() {
    let (mut desk, node) = desk().await;
    let socks = ForwardDraftView {
        destination: ForwardDestinationView::Socks {
            allowed: vec!["*.internal".to_owned()],
        },
        ..draft(&node)
    };
    let forward = switched_on(&mut desk, &socks).await;
    assert!(
        desk.faults().sessions().is_empty(),
        "nobody has asked for anything"
    );
    let mut client = connected(&forward).await;
    client
        .write_all(b"\x05\x01\0\x05\x01\0\x03\x0bdb.internal\x15\x38")
        .await
        .unwrap();
    let mut answer = [0; 13];
    client.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer[..12], [5, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);

    let mut other = connected(&forward).await;
    other
        .write_all(b"\x05\x01\0\x05\x01\0\x01\x0a\0\0\x07\0\x50")
        .await
        .unwrap();
    let mut refused = Vec::new();
    other.read_to_end(&mut refused).await.unwrap();
    assert_eq!(refused, [5, 0, 5, 2, 0, 1, 0, 0, 0, 0, 0, 0]);
    let told = desk.until("the row tells it", |event| match event {
        AppEvent::ForwardsChanged { forwards, .. } => forwards.iter().find_map(|view| view.problem.clone()),
        _ => None,
    });
    let problem = told.await;
    assert!(problem.message.contains("10.0.0.7:80"), "{problem:?}");

    let session = desk.faults().sessions().pop().unwrap();
    switch(&desk, forward.id, false).await;
    until(&mut desk, forward.id, |state| *state == ForwardStateView::Off).await;
    desk.until_terminated(&session.id).await;
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

/// A tag that several nodes have which take sessions.
fn shared_tag(nodes: &[NodeView]) -> (TagFilterView, Vec<String>) {
    let open: Vec<_> = nodes.iter().filter(|node| takes_sessions(node)).collect();
    let mut tags = open
        .iter()
        .flat_map(|node| &node.tags)
        .filter(|tag| tag.key != "Name");
    let has = |node: &NodeView, key: &str, value: &str| {
        node.tags.iter().any(|tag| tag.key == key && tag.value == value)
    };
    let tag = tags
        .find(|tag| open.iter().filter(|node| has(node, &tag.key, &tag.value)).count() > 1)
        .expect("a tag of several nodes");
    let tagged = open.iter().filter(|node| has(node, &tag.key, &tag.value));
    let filter = TagFilterView {
        key: tag.key.clone(),
        values: vec!["no value of anybody".to_owned(), tag.value.clone()],
    };
    (filter, tagged.map(|node| node.id.clone()).collect())
}

fn is_up(state: &ForwardStateView) -> bool {
    matches!(state, ForwardStateView::Up { .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forward_by_tags_goes_on_by_another_node_and_keeps_its_port() {
    let mut desk = Desk::new().await;
    desk.faults()
        .open_port(ListenerPlace::EveryNode, ECHO, SimulatedServer::Echo);
    let (_, nodes) = desk.synced(&[(PROFILE, REGION)]).await;
    let (tag, tagged) = shared_tag(&nodes);
    let by_tags = ForwardDraftView {
        via: ForwardViaView::Tags {
            profile: PROFILE.to_owned(),
            region: REGION.to_owned(),
            tags: vec![tag],
        },
        ..draft(&nodes[0])
    };
    let forward = switched_on(&mut desk, &by_tags).await;
    let first = forward.through.clone().expect("a node");
    assert!(tagged.contains(&first.node) && first.name.is_some(), "{first:?}");
    assert_eq!(echoed(&forward, b"by the first").await, b"by the first");

    // The worker on the first node dies, although AWS goes on calling the node healthy.
    let session = desk.faults().sessions().pop().unwrap();
    assert_eq!(session.target, first.node);
    desk.faults().crash_worker(&session.id, std::time::Duration::ZERO);
    let moved = until_through_another(&mut desk, &forward, &first.node).await;
    let second = moved.through.clone().expect("a node").node;
    assert!(tagged.contains(&second), "{second}");
    assert_eq!(echoed(&moved, b"by the second").await, b"by the second");

    // The second falls silent and its session ends. Whether the next is opened at once or by the next connection is a matter of
    // how much of the last connection was left.
    let session = desk.faults().sessions().pop().unwrap();
    desk.faults().stop_agent(&second);
    desk.faults().end_session(&session.id, "");
    desk.until("it sleeps or goes by a third", |event| match event {
        AppEvent::ForwardsChanged { forwards, .. } => {
            let is_third = |view: &ForwardView| {
                view.through
                    .as_ref()
                    .is_some_and(|through| through.node != second)
            };
            let stands = |view: &&ForwardView| {
                view.state == ForwardStateView::Asleep || is_up(&view.state) && is_third(view)
            };
            forwards
                .iter()
                .find(|view| view.id == moved.id && stands(view))
                .map(drop)
        }
        _ => None,
    })
    .await;
    assert_eq!(echoed(&moved, b"by a third").await, b"by a third");
    let third = desk.faults().sessions().pop().unwrap().target;
    assert!(tagged.contains(&third) && third != second, "{third}");
}

async fn until_through_another(desk: &mut Desk, before: &ForwardView, node: &str) -> ForwardView {
    let (id, port, node) = (before.id, before.port, node.to_owned());
    let moved = desk.until("it goes by another node", |event| match event {
        AppEvent::ForwardsChanged { forwards, .. } => {
            let moved = |view: &&ForwardView| {
                let through = view.through.as_ref();
                view.id == id && is_up(&view.state) && through.is_some_and(|through| through.node != node)
            };
            forwards.iter().find(moved).cloned()
        }
        _ => None,
    });
    let moved = moved.await;
    assert_eq!(moved.port, port, "the port never changes");
    moved
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_that_nobody_has_are_told_at_the_row() {
    let (mut desk, node) = desk().await;
    let by_tags = ForwardDraftView {
        via: ForwardViaView::Tags {
            profile: PROFILE.to_owned(),
            region: REGION.to_owned(),
            tags: vec![TagFilterView {
                key: "no tag of anybody".to_owned(),
                values: Vec::new(),
            }],
        },
        ..draft(&node)
    };
    let saved = desk
        .app
        .world()
        .await
        .forwards()
        .save(None, &by_tags)
        .await
        .unwrap();
    switch(&desk, saved.id, true).await;
    let failed = until(&mut desk, saved.id, |state| {
        matches!(state, ForwardStateView::Failed { .. })
    })
    .await;
    let ForwardStateView::Failed { error, .. } = failed.state else {
        unreachable!()
    };
    assert_eq!(error.code, "no-node", "{error:?}");
    assert!(error.message.contains("no tag of anybody"), "{error:?}");
    assert_eq!(failed.through, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forward_whose_credentials_ran_out_keeps_its_port_and_goes_on_by_itself() {
    let (mut desk, node) = desk().await;
    let forward = switched_on(&mut desk, &draft(&node)).await;
    assert!(desk.faults().expire_credentials(PROFILE, true));
    let session = desk.faults().sessions().pop().unwrap();
    // A connection needs the next session at once.
    let mut open = connected(&forward).await;
    open.write_all(b"x").await.unwrap();
    open.read_exact(&mut [0]).await.unwrap();
    assert!(desk.faults().end_session(&session.id, ""));
    let held = until(&mut desk, forward.id, |state| {
        matches!(
            state,
            ForwardStateView::Resuming {
                waits_for_login: true,
                ..
            }
        )
    })
    .await;
    assert_eq!(held.port, forward.port);
    let waiting = tokio::spawn({
        let held = held.clone();
        async move { echoed(&held, b"held").await }
    });
    assert!(desk.faults().expire_credentials(PROFILE, false));
    let world = desk.app.world().await;
    let questions = desk.app.bootstrap().await.unwrap().logins;
    let question = questions.iter().find(|login| login.forwards == 1).unwrap();
    world.answer_login(&question.id);
    drop(world);
    assert_eq!(waiting.await.unwrap(), b"held");
    let up = until(&mut desk, forward.id, |state| {
        matches!(state, ForwardStateView::Up { .. })
    })
    .await;
    assert_eq!(up.port, forward.port);
}
