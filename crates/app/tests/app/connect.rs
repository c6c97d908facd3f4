//! Tabs: where they go, how they fail, reconnect and close.

use bytes::Bytes;
use postern_app::contract::{AppEvent, ConnectRequest, Environment, SessionStateView};
use postern_model::TerminalSize;

use crate::scripted::{FRANKFURT, NODE, PROD, Running, denied, instance, lists, scripted, session};

fn typed(target: &str, profile: Option<&str>, region: Option<&str>) -> ConnectRequest {
    ConnectRequest::Typed {
        encryption: None,
        target: target.into(),
        profile: profile.map(Into::into),
        region: region.map(Into::into),
        document: None,
        parameters: Vec::new(),
        reason: Some("ticket 42".into()),
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_address_that_points_elsewhere_fails_the_tab_and_sends_nothing_there() {
    let aws = scripted(&[PROD]);
    let mut running = Running::on(&aws).await;
    let tab = running
        .app
        .connect(typed(NODE, Some(PROD), Some(FRANKFURT)), 80, 24)
        .await
        .unwrap();
    assert!(matches!(tab.state, SessionStateView::Connecting { .. }));
    assert_eq!((tab.environment, tab.title.as_str()), (Environment::Prod, NODE));
    let error = running.until_failed(tab.id).await;
    assert_eq!(error.code, "stream-url");
    assert!(error.message.contains("evil.example"), "{}", error.message);
    let calls = aws.start_session.requests();
    assert!(
        calls[0].scope.to_string() == "acme-prod / eu-central-1"
            && calls[0].request.reason.as_deref() == Some("ticket 42"),
        "{calls:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn an_unknown_profile_names_those_that_exist() {
    let aws = scripted(&[PROD]);
    let mut running = Running::on(&aws).await;
    let tab = running
        .app
        .connect(typed(NODE, Some("nope"), Some(FRANKFURT)), 80, 24)
        .await
        .unwrap();
    let error = running.until_failed(tab.id).await;
    assert_eq!(
        (error.code.as_str(), error.next_step.as_str()),
        ("unknown-profile", "Choose one of: acme-prod.")
    );
    assert_eq!(aws.start_session.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_denied_session_tells_what_aws_said() {
    let aws = scripted(&[PROD]);
    aws.start_session.answers(|_| Err(denied("ssm:StartSession")));
    let mut running = Running::on(&aws).await;
    let tab = running
        .app
        .connect(typed(NODE, Some(PROD), Some(FRANKFURT)), 80, 24)
        .await
        .unwrap();
    let error = running.until_failed(tab.id).await;
    assert_eq!(
        (error.code.as_str(), error.detail.as_deref()),
        ("denied", Some("not authorized"))
    );
}

#[tokio::test(start_paused = true)]
async fn what_was_typed_wrongly_is_refused_by_the_field_and_not_remembered() {
    let running = Running::on(&scripted(&[PROD])).await;
    for (request, code) in [
        (typed("web-1; reboot", None, None), "bad-target"),
        (typed(NODE, Some("a\u{7}b"), None), "bad-profile"),
        (typed(NODE, None, Some("Frankfurt")), "bad-region"),
        (
            ConnectRequest::Node {
                run: None,
                key: "1/i-0a1b2c3d".into(),
            },
            "unknown-node",
        ),
        (
            ConnectRequest::Node {
                run: None,
                key: "../../x".into(),
            },
            "unknown-node",
        ),
        (ConnectRequest::Saved { run: None, id: -1 }, "unknown-connection"),
    ] {
        assert_eq!(running.app.connect(request, 80, 24).await.unwrap_err().code, code);
    }
    let view = running.app.bootstrap().await.unwrap();
    assert!(view.history.targets.is_empty() && view.tabs.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_was_typed_is_remembered_the_newest_first() {
    let mut running = Running::on(&scripted(&[PROD])).await;
    running
        .app
        .connect(typed(NODE, Some(PROD), None), 80, 24)
        .await
        .unwrap();
    running
        .app
        .connect(typed("mi-0a1b2c3d", None, Some(FRANKFURT)), 80, 24)
        .await
        .unwrap();
    let history = running.app.bootstrap().await.unwrap().history;
    assert_eq!(history.targets, ["mi-0a1b2c3d", NODE]);
    assert_eq!(
        (history.profiles, history.regions),
        (vec![PROD.to_owned()], vec![FRANKFURT.to_owned()])
    );
    running
        .until(|event| matches!(event, AppEvent::HistoryChanged { .. }).then_some(()))
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_synced_node_opens_by_its_key_and_a_typed_one_is_recognised() {
    let aws = scripted(&[PROD]);
    lists(&aws, PROD, FRANKFURT, vec![instance(NODE, "ledger-db-2")]);
    let mut running = Running::on(&aws).await;
    let pair = running.sync_with(PROD, FRANKFURT).await;
    running
        .until_phase(pair, postern_app::contract::SyncPhase::Done)
        .await;
    let key = format!("{pair}/{NODE}");
    let by_key = running
        .app
        .connect(
            ConnectRequest::Node {
                key: key.clone(),
                run: None,
            },
            80,
            24,
        )
        .await
        .unwrap();
    let by_name = running
        .app
        .connect(typed(NODE, Some(PROD), Some(FRANKFURT)), 80, 24)
        .await
        .unwrap();
    for tab in [&by_key, &by_name] {
        assert_eq!(
            (tab.title.as_str(), tab.node_key.as_ref()),
            ("ledger-db-2", Some(&key))
        );
        assert_eq!(tab.region.as_deref(), Some(FRANKFURT));
        assert_eq!(tab.connection, None);
    }
    assert_ne!(by_key.id, by_name.id, "the same node may be opened many times");
}

#[tokio::test(start_paused = true)]
async fn a_reconnect_asks_for_the_same_session_in_the_same_tab() {
    let aws = scripted(&[PROD]);
    let mut running = Running::on(&aws).await;
    let tab = running
        .app
        .connect(typed(NODE, Some(PROD), Some(FRANKFURT)), 80, 24)
        .await
        .unwrap();
    running.until_failed(tab.id).await;
    let again = running.app.reconnect_tab(tab.id, 100, 30).await.unwrap();
    assert_eq!(again.id, tab.id);
    assert!(matches!(again.state, SessionStateView::Connecting { .. }));
    running.until_failed(tab.id).await;
    let calls = aws.start_session.requests();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[0], calls[1]);
    assert_eq!(running.app.bootstrap().await.unwrap().tabs.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_tab_that_is_closed_while_aws_thinks_leaves_no_session_behind() {
    let aws = scripted(&[PROD]);
    aws.start_session.hold();
    let mut running = Running::on(&aws).await;
    let tab = running
        .app
        .connect(typed(NODE, Some(PROD), Some(FRANKFURT)), 80, 24)
        .await
        .unwrap();
    aws.start_session.until_asked(1).await;
    running.app.tabs().close(tab.id).unwrap();
    running
        .until(|event| matches!(event, AppEvent::TabClosed { id } if *id == tab.id).then_some(()))
        .await;
    aws.start_session.release();
    running.app.shut_down().await;
    assert_eq!(aws.terminate_session.requests()[0].request, session());
    assert_eq!(running.app.tabs().close(tab.id).unwrap_err().code, "unknown-tab");
    while let Ok(event) = running.events.try_recv() {
        assert!(
            !matches!(event, AppEvent::TabChanged { .. }),
            "nothing is told of a closed tab"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_program_waits_a_bounded_time_for_aws() {
    let aws = scripted(&[PROD]);
    aws.start_session.hold();
    let running = Running::on(&aws).await;
    running
        .app
        .connect(typed(NODE, Some(PROD), Some(FRANKFURT)), 80, 24)
        .await
        .unwrap();
    aws.start_session.until_asked(1).await;
    let start = tokio::time::Instant::now();
    running.app.shut_down().await;
    assert!(start.elapsed().as_secs() <= 8);
}

#[tokio::test(start_paused = true)]
async fn typing_into_a_session_that_is_over_is_refused() {
    let aws = scripted(&[PROD]);
    let mut running = Running::on(&aws).await;
    let tab = running
        .app
        .connect(typed(NODE, Some(PROD), Some(FRANKFURT)), 80, 24)
        .await
        .unwrap();
    // Typed at once: it waits for the session, which never comes.
    let error = running
        .app
        .tabs()
        .get(tab.id)
        .unwrap()
        .type_in(Bytes::from_static(b"ls\r"))
        .await
        .unwrap_err();
    assert_eq!(error.code, "session-over");
    running.until_failed(tab.id).await;
    assert_eq!(running.app.tabs().get(99).unwrap_err().code, "unknown-tab");
    let shown = running.app.tabs().get(tab.id).unwrap();
    shown.resize(TerminalSize::clamped(0, u32::MAX));
    shown.credit(u32::MAX);
    shown.retry_resume();
}
