//! The application on the simulator, over the real AWS wire: sync, saved connections, sessions, resume, and what goes wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a failed assumption of a test is a failed test"
)]

use std::collections::BTreeMap;

use postern_app::contract::{
    AppEvent, ConnectRequest, ConnectionDraftView, GroupDraftView, Mode, NodeView, PairDraft, PingView,
    SessionStateView, SyncPhase,
};
use postern_simulator::SessionStatus;
use postern_tests::harness::{Desk, takes_sessions, type_into};

fn pair(profile: &str, region: &str) -> PairDraft {
    PairDraft {
        profile: profile.to_owned(),
        region: region.to_owned(),
        enabled: true,
        endpoints: None,
    }
}

async fn one_node(desk: &mut Desk) -> NodeView {
    let (_, nodes) = desk.synced(&[("acme-stage", "eu-central-1")]).await;
    nodes
        .into_iter()
        .find(takes_sessions)
        .expect("a node that takes sessions")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_denied_pair_is_named_and_hides_no_other() {
    let mut desk = Desk::new().await;
    let (pairs, nodes) = desk
        .synced(&[("acme-stage", "eu-central-1"), ("acme-audit", "eu-central-1")])
        .await;
    let denied = pairs.iter().find(|pair| pair.profile == "acme-audit").unwrap();
    let error = denied.sync.error.as_ref().unwrap();
    assert_eq!(error.code, "denied");
    assert!(
        error.message.contains("ec2:DescribeInstances"),
        "{}",
        error.message
    );
    assert!(!error.next_step.is_empty());
    let good = pairs.iter().find(|pair| pair.profile == "acme-stage").unwrap();
    assert_eq!(good.sync.phase, SyncPhase::Done);
    assert!(nodes.iter().filter(|node| node.pair == good.id).count() > 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_are_counted_where_there_is_no_pair_as_a_sync_would_find_them() {
    let mut desk = Desk::new().await;
    let counts = desk.app.node_counts().await;
    let before = counts.count("acme-stage", "eu-central-1").await.unwrap();
    let nowhere = counts.count("acme-stage", "sa-east-1").await.unwrap();
    assert_eq!((nowhere.nodes, nowhere.error), (0, None));
    let denied = counts.count("acme-audit", "eu-central-1").await.unwrap_err();
    assert_eq!(denied.code, "denied");
    assert!(desk.nodes().await.is_empty(), "a count keeps nothing");

    let (_, nodes) = desk.synced(&[("acme-stage", "eu-central-1")]).await;
    assert_eq!((before.nodes as usize, before.error), (nodes.len(), None));

    desk.faults().break_operation(AGENTS, true);
    let partial = counts.count("acme-stage", "eu-central-1").await.unwrap();
    assert!(partial.nodes > 0 && partial.error.is_some(), "{partial:?}");
}

const AGENTS: &str = "DescribeInstanceInformation";
const INSTANCES: &str = "DescribeInstances";

#[tokio::test(flavor = "multi_thread")]
async fn when_one_of_the_two_calls_fails_its_half_is_named_and_the_other_half_is_shown() {
    let mut desk = Desk::new().await;
    desk.faults().break_operation(AGENTS, true);
    let (pairs, nodes) = desk.synced(&[("acme-stage", "eu-central-1")]).await;
    let pair = pairs.iter().find(|pair| pair.profile == "acme-stage").unwrap();
    assert_eq!(pair.sync.phase, SyncPhase::Partial);
    let error = pair.sync.error.as_ref().unwrap();
    assert_eq!(
        error.message,
        "Systems Manager could not be read: AWS could not carry out ssm:DescribeInstanceInformation \
         (HTTP 500): An internal error has occurred."
    );
    assert!(pair.sync.data_at_ms.is_some() && pair.sync.agents_at_ms.is_none());
    assert!(!nodes.is_empty() && nodes.iter().all(|node| node.ping == PingView::Unknown));

    desk.faults().break_operation(AGENTS, false);
    desk.faults().break_operation(INSTANCES, true);
    desk.app.world().await.syncing().sync_pair(pair.id).await.unwrap();
    let partial = |event: &AppEvent| match event {
        AppEvent::PairsChanged { pairs, .. } => {
            let pair = pairs.iter().find(|pair| pair.profile == "acme-stage")?;
            let ended = pair.sync.phase == SyncPhase::Partial && pair.sync.agents_at_ms.is_some();
            ended.then(|| pair.sync.clone())
        }
        _ => None,
    };
    let sync = desk.until("the second sync ends", partial).await;
    assert!(sync.error.unwrap().message.starts_with("EC2 could not be read: "));
    assert!(
        sync.agents_at_ms > sync.data_at_ms,
        "the instances are those of the first sync"
    );
    let now = desk.nodes().await;
    assert!(now.len() > nodes.len(), "hybrid nodes came");
    for node in &nodes {
        let kept = now
            .iter()
            .find(|one| one.key == node.key)
            .expect("no instance is lost");
        assert_eq!(
            (&kept.name, kept.state, &kept.zone),
            (&node.name, node.state, &node.zone)
        );
    }
    assert!(now.iter().any(|node| node.ping == PingView::Online));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_known_of_agents_stays_with_its_date_also_over_a_restart() {
    let mut desk = Desk::new().await;
    let (_, before) = desk.synced(&[("acme-stage", "eu-central-1")]).await;
    desk.faults().break_operation(AGENTS, true);
    desk.app.world().await.syncing().sync_all().await.unwrap();
    let ended = |event: &AppEvent| match event {
        AppEvent::PairsChanged { pairs, .. } => pairs
            .iter()
            .find(|pair| pair.sync.phase == SyncPhase::Partial)
            .cloned(),
        _ => None,
    };
    let pair = desk.until("the second sync ends", ended).await;
    assert!(pair.sync.agents_at_ms < pair.sync.data_at_ms);
    let state = |nodes: &[NodeView]| {
        nodes
            .iter()
            .map(|node| (node.key.clone(), node.ping))
            .collect::<BTreeMap<_, _>>()
    };
    assert_eq!(state(&desk.nodes().await), state(&before));
    let desk = desk.restarted().await;
    let now = desk.app.bootstrap().await.unwrap();
    let kept = now
        .pairs
        .iter()
        .find(|pair| pair.profile == "acme-stage")
        .unwrap();
    assert_eq!(
        kept.sync.agents_at_ms, pair.sync.agents_at_ms,
        "the date of the agents is kept apart"
    );
    assert_eq!(state(&desk.nodes().await), state(&before));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_of_a_new_store_accuse_nobody_until_they_are_turned_on() {
    let desk = Desk::new().await;
    let view = desk.app.choose_mode(Mode::Aws).await.unwrap();
    assert_eq!(view.pairs.len(), 2);
    for pair in &view.pairs {
        assert!(
            pair.profile == "default" && !pair.enabled && pair.problem.is_none(),
            "{pair:?}"
        );
    }
    let id = view.pairs[0].id;
    let on = desk
        .app
        .world()
        .await
        .pairs()
        .update(id, &pair("nobody", "eu-central-1"))
        .await
        .unwrap();
    assert_eq!(on.problem.unwrap().code, "unknown-profile");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_does_not_exist_is_the_row_s_own_problem() {
    let desk = Desk::new().await;
    desk.app.choose_mode(Mode::Aws).await.unwrap();
    let view = desk
        .app
        .world()
        .await
        .pairs()
        .add(&pair("nobody", "eu-central-1"))
        .await
        .unwrap();
    let problem = view.problem.expect("the row says so");
    assert_eq!(problem.code, "unknown-profile");
    assert!(problem.next_step.contains("acme-dev"), "{}", problem.next_step);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shell_survives_a_cut_link_and_ends_when_its_tab_is_closed() {
    let mut desk = Desk::new().await;
    let node = one_node(&mut desk).await;
    let (tab, screen) = desk
        .connected(ConnectRequest::Node {
            key: node.key,
            run: None,
        })
        .await;
    let session = tab.session_id.clone().unwrap();
    type_into(&desk.app, tab.id, "stty size; echo pid=$$.\r").await;
    screen.shows("30 100").await;
    let pid = desk
        .faults()
        .session(&session)
        .unwrap()
        .shell_pid
        .expect("a real shell");
    screen.shows(&format!("pid={pid}.")).await;

    assert!(desk.faults().cut_link(&session));
    desk.until_tab(tab.id, "resuming", |state| {
        matches!(state, SessionStateView::Resuming { .. })
    })
    .await;
    type_into(&desk.app, tab.id, "echo again=$$.\r").await;
    screen.shows(&format!("again={pid}.")).await;

    desk.app.tabs().close(tab.id).unwrap();
    desk.until("the tab is gone", |event| {
        matches!(event, AppEvent::TabClosed { id } if *id == tab.id).then_some(())
    })
    .await;
    desk.until_terminated(&session).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_address_that_points_elsewhere_is_refused_before_anything_is_sent() {
    let mut desk = Desk::new().await;
    let node = one_node(&mut desk).await;
    let trap = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let elsewhere = format!("ws://{}/v1/data-channel/x", trap.local_addr().unwrap());
    desk.faults().misdirect_streams(Some(elsewhere));
    let tab = desk
        .app
        .connect(
            ConnectRequest::Node {
                key: node.key,
                run: None,
            },
            80,
            24,
        )
        .await
        .unwrap();
    let failed = desk
        .until_tab(tab.id, "failed", |state| {
            matches!(state, SessionStateView::Failed { .. })
        })
        .await;
    let SessionStateView::Failed { error, .. } = failed.state else {
        unreachable!()
    };
    assert!(error.message.contains("127.0.0.1"), "{error:?}");
    assert!(!error.next_step.is_empty());
    assert_eq!(
        trap.accept().unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock,
        "nobody dialled"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_frames_do_not_end_a_session() {
    let mut desk = Desk::new().await;
    let node = one_node(&mut desk).await;
    let (tab, screen) = desk
        .connected(ConnectRequest::Node {
            key: node.key,
            run: None,
        })
        .await;
    let session = tab.session_id.clone().unwrap();
    for frame in [&b""[..], b"short", &[0xff; 119], &[0xff; 4096]] {
        desk.faults()
            .inject_frame(&session, bytes::Bytes::copy_from_slice(frame));
    }
    desk.faults().inject_text(&session, "{not a frame");
    type_into(&desk.app, tab.id, "echo still-$((1+1))-here\r").await;
    screen.shows("still-2-here").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_target_fails_with_cause_and_step_and_other_tabs_go_on() {
    let mut desk = Desk::new().await;
    let node = one_node(&mut desk).await;
    let (good, screen) = desk
        .connected(ConnectRequest::Node {
            key: node.key,
            run: None,
        })
        .await;
    let typed = ConnectRequest::Typed {
        encryption: None,
        target: "i-00000000000000000".to_owned(),
        profile: Some("acme-stage".to_owned()),
        region: Some("eu-central-1".to_owned()),
        document: None,
        parameters: Vec::new(),
        reason: None,
    };
    let tab = desk.app.connect(typed, 80, 24).await.unwrap();
    let failed = desk
        .until_tab(tab.id, "failed", |state| {
            matches!(state, SessionStateView::Failed { .. })
        })
        .await;
    let SessionStateView::Failed { error, .. } = failed.state else {
        unreachable!()
    };
    assert_eq!(error.code, "target-not-connected");
    type_into(&desk.app, good.id, "echo fine-$((2+2))\r").await;
    screen.shows("fine-4").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_user_made_is_there_after_a_restart_and_connects_with_what_it_inherits() {
    let mut desk = Desk::new().await;
    let node = one_node(&mut desk).await;
    let group = GroupDraftView {
        name: "On call".to_owned(),
        profile: Some("acme-stage".to_owned()),
        region: Some("eu-central-1".to_owned()),
        ..GroupDraftView::default()
    };
    let group = desk
        .app
        .world()
        .await
        .saved()
        .save_group(None, &group)
        .await
        .unwrap();
    let draft = ConnectionDraftView {
        name: "My node".to_owned(),
        group: Some(group.id),
        target: node.id,
        tags: vec!["mine".to_owned()],
        ..ConnectionDraftView::default()
    };
    desk.app
        .world()
        .await
        .saved()
        .save_connection(None, &draft)
        .await
        .unwrap();

    let mut desk = desk.restarted().await;
    let bootstrap = desk.app.bootstrap().await.unwrap();
    assert_eq!(bootstrap.mode, Mode::Aws);
    assert!(bootstrap.settings.sync_enabled);
    assert!(
        !desk.nodes().await.is_empty(),
        "the fleet that was read last is there at once"
    );
    let saved = &bootstrap.connections[0];
    assert_eq!(
        saved.inheritance.effective_region.as_ref().unwrap().value,
        "eu-central-1"
    );
    let (tab, screen) = desk
        .connected(ConnectRequest::Saved {
            id: saved.id,
            run: None,
        })
        .await;
    assert_eq!(tab.title, "My node");
    type_into(&desk.app, tab.id, "echo in-$((3+3))\r").await;
    screen.shows("in-6").await;
    desk.app.shut_down().await;
    assert!(
        desk.faults()
            .sessions()
            .iter()
            .all(|session| session.state == SessionStatus::Terminated),
        "no orphans"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_arrives_whole_and_ctrl_c_gets_through_it() {
    let mut desk = Desk::new().await;
    let node = one_node(&mut desk).await;
    let (tab, screen) = desk
        .connected(ConnectRequest::Node {
            key: node.key,
            run: None,
        })
        .await;
    type_into(
        &desk.app,
        tab.id,
        "seq 1 20000 | tail -n 20000; echo whole-$((4+4))\r",
    )
    .await;
    screen.shows("whole-8").await;
    let text = screen.text();
    let numbers: Vec<u32> = text.lines().filter_map(|line| line.trim().parse().ok()).collect();
    assert!(
        numbers.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "in order, each once"
    );
    assert_eq!(numbers.last(), Some(&20_000));
    type_into(&desk.app, tab.id, "yes flood\r").await;
    screen.shows("flood\r\nflood").await;
    type_into(&desk.app, tab.id, "\u{3}").await;
    type_into(&desk.app, tab.id, "echo stopped-$((5+5))\r").await;
    screen.shows("stopped-10").await;
}
