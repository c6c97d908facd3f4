//! A command on many nodes at once, in the application on the simulator.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::wildcard_enum_match_arm,
    reason = "a failed assumption of a test is a failed test"
)]

use std::collections::HashMap;

use postern_app::contract::{
    AppEvent, BulkRunDraft, BulkRunRowView, BulkRunStateView, BulkRunWhat, NodeView,
};
use postern_tests::harness::{Desk, takes_sessions};

fn command(keys: Vec<String>, line: &str) -> BulkRunDraft {
    BulkRunDraft {
        keys,
        what: BulkRunWhat::Command { line: line.into() },
        reason: Some("a test".into()),
    }
}

/// The rows of a run as the window knows them when it is over, and how many ran at once at most.
async fn until_over(desk: &mut Desk, id: u32) -> (HashMap<String, BulkRunRowView>, usize) {
    let (mut rows, mut most) = (HashMap::new(), 0);
    loop {
        let run = desk
            .until("what a run says", |event| match event {
                AppEvent::BulkRunChanged { run } if run.id == id => Some(run.clone()),
                _ => None,
            })
            .await;
        rows.extend(run.rows.into_iter().map(|row| (row.key.clone(), row)));
        let running = rows
            .values()
            .filter(|row: &&BulkRunRowView| row.state == BulkRunStateView::Running);
        most = most.max(running.count());
        if run.over {
            return (rows, most);
        }
    }
}

fn is_linux(node: &&NodeView) -> bool {
    takes_sessions(node) && node.platform == Some(postern_app::contract::PlatformView::Linux)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_node_answers_with_its_own_exit_status_and_output() {
    let mut desk = Desk::new().await;
    let (_, nodes) = desk.synced(&[("acme-stage", "eu-central-1")]).await;
    let good: Vec<&NodeView> = nodes.iter().filter(is_linux).take(3).collect();
    let off = nodes
        .iter()
        .find(|node| !takes_sessions(node))
        .expect("a node without an agent");
    let keys: Vec<String> = good
        .iter()
        .map(|node| node.key.clone())
        .chain([off.key.clone()])
        .collect();

    let begun = {
        let world = desk.app.world().await;
        let begun = world
            .bulk_runs()
            .start(&command(keys.clone(), "echo here; echo bad >&2; exit 3"))
            .unwrap();
        let second = world
            .bulk_runs()
            .start(&command(keys.clone(), "uptime"))
            .unwrap_err();
        assert_eq!(second.code, "run-underway");
        assert!(desk.app.has_live(), "a command that runs ends with the program");
        begun
    };
    let shown: Vec<&str> = begun.rows.iter().map(|row| row.key.as_str()).collect();
    assert_eq!(shown, keys, "the rows stand as the nodes were chosen");
    let (rows, most) = until_over(&mut desk, begun.id).await;
    assert!(most <= 8);
    for node in &good {
        let row = rows.get(&node.key).unwrap();
        assert_eq!(
            (row.state, row.status),
            (BulkRunStateView::Done, Some(3)),
            "{row:?}"
        );
        assert_eq!(row.last_line, "bad");
        let output = desk.app.world().await.bulk_runs().output(begun.id, &node.key);
        assert!(
            output.out.contains("here") && !output.out.contains("postern-exit"),
            "{output:?}"
        );
    }
    let failed = rows.get(&off.key).unwrap();
    assert_eq!(failed.state, BulkRunStateView::Failed);
    assert!(!failed.error.as_ref().unwrap().next_step.is_empty());
    assert!(!desk.app.has_live());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_stopped_leaves_no_session() {
    let mut desk = Desk::new().await;
    let (_, nodes) = desk.synced(&[("acme-stage", "eu-central-1")]).await;
    let keys: Vec<String> = nodes
        .iter()
        .filter(is_linux)
        .map(|node| node.key.clone())
        .take(2)
        .collect();
    let world = desk.app.world().await;
    let begun = world.bulk_runs().start(&command(keys, "sleep 600")).unwrap();
    drop(world);
    let id = begun.id;
    desk.until("a command that runs", |event| match event {
        AppEvent::BulkRunChanged { run } => run
            .rows
            .iter()
            .any(|row| row.state == BulkRunStateView::Running)
            .then_some(()),
        _ => None,
    })
    .await;
    desk.app.world().await.bulk_runs().stop(id);
    let (rows, _) = until_over(&mut desk, id).await;
    assert!(
        rows.values().all(|row| row.state == BulkRunStateView::Stopped),
        "{rows:?}"
    );
    for session in desk.faults().sessions() {
        desk.until_terminated(&session.id).await;
    }
}
