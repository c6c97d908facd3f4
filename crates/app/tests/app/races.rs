//! Two things at once: what a quick hand or a quit makes coincide.

use postern_app::contract::{ConnectRequest, SyncPhase};

use crate::scripted::{FRANKFURT, NODE, PROD, Running, instance, lists, scripted};

fn to_node() -> ConnectRequest {
    ConnectRequest::Typed {
        encryption: None,
        target: NODE.into(),
        profile: Some(PROD.into()),
        region: Some(FRANKFURT.into()),
        document: None,
        parameters: Vec::new(),
        reason: None,
    }
}

#[tokio::test(start_paused = true)]
async fn two_quick_reconnects_start_one_session() {
    let aws = scripted(&[PROD]);
    let mut running = Running::on(&aws).await;
    let tab = running.app.connect(to_node(), 80, 24).await.unwrap();
    running.until_failed(tab.id).await;
    running.app.reconnect_tab(tab.id, 80, 24).await.unwrap();
    running.app.reconnect_tab(tab.id, 80, 24).await.unwrap();
    running.until_failed(tab.id).await;
    running.app.shut_down().await;
    assert_eq!(aws.start_session.count(), 2, "the first and one more");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_opened_while_the_program_ends() {
    let aws = scripted(&[PROD]);
    let mut running = Running::on(&aws).await;
    let tab = running.app.connect(to_node(), 80, 24).await.unwrap();
    running.until_failed(tab.id).await;
    running.app.shut_down().await;
    let error = running.app.connect(to_node(), 80, 24).await.unwrap_err();
    assert_eq!(error.code, "closing");
    assert!(running.app.bootstrap().await.unwrap().tabs.is_empty());
    assert_eq!(aws.start_session.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_sync_right_after_a_cancel_is_a_sync() {
    let aws = scripted(&[PROD]);
    lists(&aws, PROD, FRANKFURT, vec![instance(NODE, "web-1")]);
    aws.instances.hold();
    let mut running = Running::on(&aws).await;
    let pair = running.sync_with(PROD, FRANKFURT).await;
    running.until_phase(pair, SyncPhase::Running).await;
    running.app.world().await.syncing().cancel();
    running.app.world().await.syncing().sync_all().await.unwrap();
    aws.instances.release();
    running.until_phase(pair, SyncPhase::Done).await;
    assert_eq!(running.node_names().await, ["web-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_tab_that_is_closed_before_its_reconnect_began_asks_for_nothing() {
    let aws = scripted(&[PROD]);
    let mut running = Running::on(&aws).await;
    let tab = running.app.connect(to_node(), 80, 24).await.unwrap();
    running.until_failed(tab.id).await;
    running.app.reconnect_tab(tab.id, 80, 24).await.unwrap();
    running.app.tabs().close(tab.id).unwrap();
    let error = running.app.reconnect_tab(tab.id, 80, 24).await.unwrap_err();
    assert_eq!(error.code, "unknown-tab");
    running.app.shut_down().await;
    assert_eq!(aws.start_session.count(), 1, "nobody waits for another");
}
