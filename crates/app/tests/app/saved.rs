//! Saved connections: inheritance, groups, and a restart.

use postern_app::contract::{
    AppEvent, ConnectRequest, ConnectionDraftView, GroupDraftView, Mode, OriginView,
};

use crate::scripted::{FRANKFURT, NODE, PROD, Running, scripted};

fn connection(name: &str, group: Option<i32>) -> ConnectionDraftView {
    ConnectionDraftView {
        encryption: None,
        parameters: Vec::new(),
        name: name.into(),
        group,
        target: NODE.into(),
        profile: None,
        region: None,
        document: Some("AWS-StartInteractiveCommand".into()),
        description: String::new(),
        tags: vec!["db".into()],
    }
}

fn group(name: &str, profile: Option<&str>) -> GroupDraftView {
    GroupDraftView {
        encryption: None,
        name: name.into(),
        profile: profile.map(Into::into),
        region: None,
        description: String::new(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_inherits_from_its_group_and_from_the_defaults_and_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("postern.db");
    let aws = scripted(&[PROD]);
    let first = Running::kept_at(&path, &aws).await;
    first.app.choose_mode(Mode::Aws).await.unwrap();
    first
        .change_settings(|settings| settings.default_region = Some(FRANKFURT.into()))
        .await;
    let ledger = first
        .app
        .world()
        .await
        .saved()
        .save_group(None, &group("Ledger", Some(PROD)))
        .await
        .unwrap();
    first
        .app
        .world()
        .await
        .saved()
        .set_group_collapsed(ledger.id, true)
        .await
        .unwrap();
    let saved = first
        .app
        .world()
        .await
        .saved()
        .save_connection(None, &connection("ledger db", Some(ledger.id)))
        .await
        .unwrap();
    let (profile, region) = (saved.effective_profile.unwrap(), saved.effective_region.unwrap());
    assert_eq!(
        (profile.value.as_str(), profile.origin),
        (PROD, OriginView::Group)
    );
    assert_eq!(
        (region.value.as_str(), region.origin),
        (FRANKFURT, OriginView::Default)
    );
    first.app.shut_down().await;
    drop(first);

    let mut second = Running::kept_at(&path, &aws).await;
    let view = second.app.bootstrap().await.unwrap();
    assert_eq!(view.mode, Mode::Aws);
    assert!(view.groups[0].collapsed);
    assert_eq!(view.connections[0].draft.name, "ledger db");
    let tab = second
        .app
        .connect(
            ConnectRequest::Saved {
                id: saved.id,
                run: None,
            },
            80,
            24,
        )
        .await
        .unwrap();
    assert_eq!(
        (tab.title.as_str(), tab.profile.as_deref(), tab.connection),
        ("ledger db", Some(PROD), Some(saved.id))
    );
    second.until_failed(tab.id).await;
    let call = aws.start_session.requests().pop().unwrap();
    assert_eq!(call.scope.to_string(), "acme-prod / eu-central-1");
    assert_eq!(
        call.request.document.unwrap().as_str(),
        "AWS-StartInteractiveCommand"
    );
}

#[tokio::test(start_paused = true)]
async fn a_deleted_group_leaves_its_connections_at_the_top() {
    let mut running = Running::on(&scripted(&[PROD])).await;
    let ledger = running
        .app
        .world()
        .await
        .saved()
        .save_group(None, &group("Ledger", Some(PROD)))
        .await
        .unwrap();
    let saved = running
        .app
        .world()
        .await
        .saved()
        .save_connection(None, &connection("db", Some(ledger.id)))
        .await
        .unwrap();
    running
        .app
        .world()
        .await
        .saved()
        .delete_group(ledger.id)
        .await
        .unwrap();
    let left = running
        .until(|event| match event {
            AppEvent::ConnectionsChanged { groups, connections } if groups.is_empty() => {
                connections.first().cloned()
            }
            _ => None,
        })
        .await;
    assert_eq!((left.id, left.draft.group), (saved.id, None));
    assert!(left.effective_profile.is_none());
    running
        .app
        .world()
        .await
        .saved()
        .delete_connection(saved.id)
        .await
        .unwrap();
    assert_eq!(
        running
            .app
            .world()
            .await
            .saved()
            .delete_connection(saved.id)
            .await
            .unwrap_err()
            .code,
        "unknown-connection"
    );
}

#[tokio::test(start_paused = true)]
async fn drafts_that_break_a_rule_are_refused_by_the_field() {
    let running = Running::on(&scripted(&[PROD])).await;
    let app = &running.app;
    assert_eq!(
        app.world()
            .await
            .saved()
            .save_group(None, &group(" ", None))
            .await
            .unwrap_err()
            .code,
        "empty-name"
    );
    app.world()
        .await
        .saved()
        .save_group(None, &group("Ledger", None))
        .await
        .unwrap();
    assert_eq!(
        app.world()
            .await
            .saved()
            .save_group(None, &group("LEDGER", None))
            .await
            .unwrap_err()
            .code,
        "group-exists"
    );
    assert_eq!(
        app.world()
            .await
            .saved()
            .save_group(Some(99), &group("x", None))
            .await
            .unwrap_err()
            .code,
        "unknown-group"
    );
    assert_eq!(
        app.world()
            .await
            .saved()
            .save_connection(None, &connection("x", Some(99)))
            .await
            .unwrap_err()
            .code,
        "unknown-group"
    );
    let bad_target = ConnectionDraftView {
        target: "`reboot`".into(),
        ..connection("x", None)
    };
    assert_eq!(
        app.world()
            .await
            .saved()
            .save_connection(None, &bad_target)
            .await
            .unwrap_err()
            .code,
        "bad-target"
    );
}

#[tokio::test(start_paused = true)]
async fn a_changed_default_is_told_with_the_connections_that_inherit_it() {
    let mut running = Running::on(&scripted(&[PROD])).await;
    running
        .app
        .world()
        .await
        .saved()
        .save_connection(None, &connection("db", None))
        .await
        .unwrap();
    running
        .change_settings(|settings| settings.default_profile = Some(PROD.into()))
        .await;
    let effective = running
        .until(|event| match event {
            AppEvent::ConnectionsChanged { connections, .. } => {
                connections.first()?.effective_profile.clone()
            }
            _ => None,
        })
        .await;
    assert_eq!(
        (effective.value.as_str(), effective.origin),
        (PROD, OriginView::Default)
    );
}
