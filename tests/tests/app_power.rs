//! The application starts, stops and reboots nodes of the simulator, and connects to those that were off.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a failed assumption of a test is a failed test"
)]

use postern_app::contract::{
    AppEvent, ConnectRequest, NodeKindView, NodeStateView, NodeView, PingView, PowerOrderView, PowerTaskView,
    SessionStateView, SettingsView,
};
use postern_tests::harness::{Desk, takes_sessions};

const STAGE: [(&str, &str); 1] = [("acme-stage", "eu-central-1")];

async fn desk() -> (Desk, Vec<NodeView>) {
    let mut desk = Desk::new().await;
    let settings = SettingsView {
        only_running: false,
        ..desk.app.world().await.settings()
    };
    desk.app.world().await.save_settings(&settings).await.unwrap();
    let (_, nodes) = desk.synced(&STAGE).await;
    (desk, nodes)
}

/// The keys of the first of these nodes.
fn keys(nodes: &[NodeView], count: usize, is: impl Fn(&NodeView) -> bool) -> Vec<String> {
    let found: Vec<String> = nodes
        .iter()
        .filter(|node| is(node))
        .map(|node| node.key.clone())
        .collect();
    assert!(found.len() >= count, "{} of {count}", found.len());
    found.into_iter().take(count).collect()
}

async fn order(desk: &mut Desk, order: PowerOrderView, keys: &[String]) -> PowerTaskView {
    let begun = desk.app.world().await.power().order(order, keys).unwrap();
    assert_eq!(
        (begun.total, begun.over),
        (u32::try_from(keys.len()).unwrap(), false)
    );
    desk.until("the order is over", |event| match event {
        AppEvent::PowerChanged { task } if task.id == begun.id && task.over => Some(task.clone()),
        _ => None,
    })
    .await
}

async fn node(desk: &Desk, key: &str) -> NodeView {
    let world = desk.app.world().await;
    world.finding().nodes_by_key(&[key.to_owned()]).remove(0)
}

fn is_stopped(node: &NodeView) -> bool {
    node.state == NodeStateView::Stopped
}

#[tokio::test(flavor = "multi_thread")]
async fn many_nodes_are_stopped_and_started_and_shown_without_a_sync() {
    let (mut desk, nodes) = desk().await;
    let keys = keys(&nodes, 3, |node| {
        takes_sessions(node) && node.kind == NodeKindView::Ec2
    });
    let stopped = order(&mut desk, PowerOrderView::Stop, &keys).await;
    assert_eq!(
        (stopped.done, stopped.failures.len()),
        (3, 0),
        "{:?}",
        stopped.failures
    );
    for key in &keys {
        let node = node(&desk, key).await;
        assert_eq!((node.state, node.ping), (NodeStateView::Stopped, PingView::Lost));
    }
    let started = order(&mut desk, PowerOrderView::Start, &keys).await;
    assert_eq!(
        (started.done, started.failures.len()),
        (3, 0),
        "{:?}",
        started.failures
    );
    for key in &keys {
        assert!(takes_sessions(&node(&desk, key).await));
    }
    let rebooted = order(&mut desk, PowerOrderView::Reboot, &keys[..1]).await;
    assert_eq!((rebooted.done, rebooted.name.is_some()), (1, true));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_node_that_does_not_do_it_is_named_with_its_reason() {
    let (mut desk, nodes) = desk().await;
    let mut wanted = keys(&nodes, 1, |node| {
        takes_sessions(node) && node.kind == NodeKindView::Ec2
    });
    wanted.extend(keys(&nodes, 1, |node| node.state == NodeStateView::Terminated));
    wanted.extend(keys(&nodes, 1, |node| node.kind == NodeKindView::Hybrid));
    let told = order(&mut desk, PowerOrderView::Stop, &wanted).await;
    let mut codes: Vec<&str> = told
        .failures
        .iter()
        .map(|failure| failure.error.code.as_str())
        .collect();
    codes.sort_unstable();
    assert_eq!((told.done, codes), (1, vec!["no-instance", "rejected"]));
    assert!(
        told.failures
            .iter()
            .all(|failure| !failure.error.next_step.is_empty())
    );
    let unknown = desk
        .app
        .world()
        .await
        .power()
        .order(PowerOrderView::Stop, &["7/i-0a1b2c3d".to_owned()]);
    assert_eq!(unknown.unwrap_err().code, "unknown-node");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_node_is_started_and_its_tab_tells_the_steps_until_the_prompt() {
    let (mut desk, nodes) = desk().await;
    let key = keys(&nodes, 1, is_stopped).remove(0);
    let tab = desk
        .app
        .connect(ConnectRequest::StartedNode { key }, 80, 24)
        .await
        .unwrap();
    let mut steps = Vec::new();
    let session = desk
        .until("it is connected", |event| match event {
            AppEvent::TabChanged { tab: now } if now.id == tab.id => match &now.state {
                SessionStateView::Connecting { step, wait, .. } => {
                    steps.push((step.clone(), wait.is_some()));
                    None
                }
                SessionStateView::Connected { .. } => Some(now.session_id.clone().unwrap()),
                other => panic!("{other:?}"),
            },
            _ => None,
        })
        .await;
    steps.dedup();
    let counted: Vec<&str> = steps
        .iter()
        .filter(|(_, counted)| *counted)
        .map(|(step, _)| step.as_str())
        .collect();
    assert_eq!(counted[0], "Starting the instance", "{steps:?}");
    // The reconnected tab starts nothing: what was stopped meanwhile stays so.
    let record = desk.faults().session(&session).unwrap();
    assert!(desk.faults().stop_instance(&record.target));
    desk.until_tab(tab.id, "it is over", |state| {
        matches!(state, SessionStateView::Ended { .. })
    })
    .await;
    desk.app.reconnect_tab(tab.id, 80, 24).await.unwrap();
    let failed = desk
        .until_tab(tab.id, "failed", |state| {
            matches!(state, SessionStateView::Failed { .. })
        })
        .await;
    let SessionStateView::Failed { error, .. } = failed.state else {
        unreachable!()
    };
    assert_eq!(error.code, "target-not-connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_that_aws_denies_fails_in_the_tab_and_one_that_is_left_opens_no_session() {
    let (mut desk, nodes) = desk().await;
    let stopped = keys(&nodes, 2, is_stopped);
    desk.faults()
        .deny_operation("StartInstances", Some("acme-stage"), true);
    let request = |key: &String| ConnectRequest::StartedNode { key: key.clone() };
    let denied = desk.app.connect(request(&stopped[0]), 80, 24).await.unwrap();
    let failed = desk
        .until_tab(denied.id, "failed", |state| {
            matches!(state, SessionStateView::Failed { .. })
        })
        .await;
    let SessionStateView::Failed { error, .. } = failed.state else {
        unreachable!()
    };
    assert_eq!(error.message, "acme-stage may not call ec2:StartInstances.");
    desk.faults()
        .deny_operation("StartInstances", Some("acme-stage"), false);
    let left = desk.app.connect(request(&stopped[1]), 80, 24).await.unwrap();
    desk.until_tab(left.id, "it starts", |state| {
        matches!(state, SessionStateView::Connecting { wait: Some(_), .. })
    })
    .await;
    desk.app.tabs().close(left.id).unwrap();
    desk.until("the tab is gone", |event| {
        matches!(event, AppEvent::TabClosed { id } if *id == left.id).then_some(())
    })
    .await;
    let node = stopped[1].split('/').nth(1).unwrap();
    assert!(
        desk.faults()
            .sessions()
            .iter()
            .all(|session| session.target != node)
    );
}
