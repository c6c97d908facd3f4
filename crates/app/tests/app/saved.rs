//! Saved connections: inheritance, groups, and a restart.

use postern_app::contract::{
    AppEvent, ConnectRequest, ConnectionDraftView, ConnectionEditView, Environment, GroupDraftView,
    GuardView, Mode, NewColour, NewText, NodeQueryView, OriginView, ParameterView, PickRuleView, PlaceView,
    SavedItemView, SmartGroupDraftView,
};

use crate::scripted::{FRANKFURT, NODE, PROD, Running, scripted};

fn connection(name: &str, group: Option<i32>) -> ConnectionDraftView {
    ConnectionDraftView {
        name: name.into(),
        group,
        target: NODE.into(),
        document: Some("AWS-StartInteractiveCommand".into()),
        tags: vec!["db".into()],
        ..ConnectionDraftView::default()
    }
}

fn group(name: &str, profile: Option<&str>) -> GroupDraftView {
    GroupDraftView {
        name: name.into(),
        profile: profile.map(Into::into),
        ..GroupDraftView::default()
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
    let (profile, region) = (
        saved.inheritance.effective_profile.unwrap(),
        saved.inheritance.effective_region.unwrap(),
    );
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
async fn a_deleted_group_comes_back_with_all_that_was_in_it() {
    let mut running = Running::on(&scripted(&[PROD])).await;
    let world = running.app.world().await;
    let outer = world
        .saved()
        .save_group(None, &group("Outer", Some(PROD)))
        .await
        .unwrap();
    let within = GroupDraftView {
        parent: Some(outer.id),
        ..group("Ledger", None)
    };
    let ledger = world.saved().save_group(None, &within).await.unwrap();
    let profile = ledger.inheritance.effective_profile.unwrap();
    assert_eq!(
        (profile.origin, profile.group),
        (OriginView::Group, Some(outer.id))
    );
    let saved = world
        .saved()
        .save_connection(None, &connection("db", Some(ledger.id)))
        .await;
    let saved = saved.unwrap();
    let items = [SavedItemView::Group { id: outer.id }];
    let deleted = world.saved().delete(&items).await.unwrap();
    drop(world);
    running
        .until(|event| match event {
            AppEvent::ConnectionsChanged { groups, connections } => {
                (groups.is_empty() && connections.is_empty()).then_some(())
            }
            _ => None,
        })
        .await;
    let world = running.app.world().await;
    world.saved().undo(deleted.undo.unwrap()).await.unwrap();
    drop(world);
    let back = running
        .until(|event| match event {
            AppEvent::ConnectionsChanged { connections, .. } => connections.first().cloned(),
            _ => None,
        })
        .await;
    assert_eq!((back.id, back.draft.group), (saved.id, Some(ledger.id)));
    assert_eq!(back.inheritance.effective_profile.unwrap().group, Some(outer.id));
    let world = running.app.world().await;
    let again = world.saved().undo(deleted.undo.unwrap()).await.unwrap_err();
    assert_eq!(again.code, "unknown-change");
    let gone = world
        .saved()
        .delete(&[SavedItemView::Connection { id: 99 }])
        .await
        .unwrap_err();
    assert_eq!(gone.code, "unknown-connection");
}

#[tokio::test(start_paused = true)]
async fn a_group_gives_its_document_and_what_was_opened_is_remembered() {
    let aws = scripted(&[PROD]);
    let mut running = Running::on(&aws).await;
    let world = running.app.world().await;
    let with_document = GroupDraftView {
        document: Some("AWS-StartInteractiveCommand".into()),
        parameters: vec![parameter("command", "top"), parameter("other", "kept")],
        region: Some(FRANKFURT.into()),
        colour: Some(Environment::Prod),
        guard: GuardView {
            read_only: true,
            ..GuardView::default()
        },
        ..group("Ledger", Some(PROD))
    };
    let ledger = world.saved().save_group(None, &with_document).await.unwrap();
    let draft = ConnectionDraftView {
        document: None,
        parameters: vec![parameter("command", "htop")],
        ..connection("db", Some(ledger.id))
    };
    let saved = world.saved().save_connection(None, &draft).await.unwrap();
    let inheritance = &saved.inheritance;
    assert_eq!(inheritance.effective_colour.unwrap().value, Environment::Prod);
    let read_only = inheritance.effective_guard.read_only.unwrap();
    assert_eq!(
        (read_only.group, inheritance.effective_guard.paste),
        (Some(ledger.id), None)
    );
    let origins = inheritance
        .effective_parameters
        .iter()
        .map(|parameter| parameter.origin);
    assert_eq!(
        origins.collect::<Vec<_>>(),
        [OriginView::Connection, OriginView::Group]
    );
    let request = ConnectRequest::Saved {
        id: saved.id,
        run: None,
    };
    let tab = running.app.connect(request, 80, 24).await.unwrap();
    drop(world);
    running.until_failed(tab.id).await;
    let call = aws.start_session.requests().pop().unwrap().request;
    let list = |name: &str, value: &str| (name.to_owned(), vec![value.to_owned()]);
    assert_eq!(call.parameters, [list("command", "htop"), list("other", "kept")]);
    let used = running.app.bootstrap().await.unwrap().used;
    assert_eq!((used[0].connection, used[0].times), (Some(saved.id), 1));
}

#[tokio::test(start_paused = true)]
async fn many_are_moved_copied_edited_and_sorted_each_with_its_way_back() {
    let running = Running::on(&scripted(&[PROD])).await;
    let world = running.app.world().await;
    let saved = world.saved();
    let ledger = saved.save_group(None, &group("Ledger", None)).await.unwrap();
    let mut ids = Vec::new();
    for name in ["db-1", "db-2", "db-10"] {
        ids.push(
            saved
                .save_connection(None, &connection(name, None))
                .await
                .unwrap()
                .id,
        );
    }
    let items: Vec<_> = ids
        .iter()
        .map(|id| SavedItemView::Connection { id: *id })
        .collect();
    let names = async || {
        let view = running.app.bootstrap().await.unwrap();
        let places = view.connections.into_iter();
        places
            .map(|saved| (saved.draft.name, saved.draft.group))
            .collect::<Vec<_>>()
    };
    let at_top = |list: &[&str]| -> Vec<(String, Option<i32>)> {
        list.iter().map(|name| ((*name).to_owned(), None)).collect()
    };
    let first = PlaceView {
        into: None,
        before: Some(items[0]),
    };
    let moved = saved.move_to(&items[2..], &first).await.unwrap();
    assert_eq!(names().await, at_top(&["db-10", "db-1", "db-2"]));
    let sorted = saved.sort(None).await.unwrap();
    assert_eq!(names().await, at_top(&["db-1", "db-2", "db-10"]));
    saved.undo(sorted.undo.unwrap()).await.unwrap();
    saved.undo(moved.undo.unwrap()).await.unwrap();
    let copied = saved.copy(&items[..1], Some(ledger.id)).await.unwrap();
    assert_eq!((names().await.len(), copied.added.len()), (4, 1));
    saved.undo(copied.undo.unwrap()).await.unwrap();
    assert_eq!(names().await, at_top(&["db-1", "db-2", "db-10"]));
    let edit = ConnectionEditView {
        profile: Some(NewText {
            value: Some(PROD.into()),
        }),
        colour: Some(NewColour {
            value: Some(Environment::Stage),
        }),
        add_tags: vec!["many".into()],
        ..ConnectionEditView::default()
    };
    let edited = saved.edit(&ids, &edit).await.unwrap();
    let view = running.app.bootstrap().await.unwrap();
    assert!(
        view.connections.iter().all(|saved| {
            saved.draft.profile.as_deref() == Some(PROD) && saved.draft.tags == ["db", "many"]
        })
    );
    saved.undo(edited.undo.unwrap()).await.unwrap();
    let view = running.app.bootstrap().await.unwrap();
    assert!(view.connections.iter().all(|saved| saved.draft.profile.is_none()));
    let into_itself = PlaceView {
        into: Some(ledger.id),
        before: None,
    };
    let group = [SavedItemView::Group { id: ledger.id }];
    assert_eq!(
        saved.move_to(&group, &into_itself).await.unwrap_err().code,
        "inside-itself"
    );
}

#[tokio::test(start_paused = true)]
async fn smart_groups_are_kept_told_and_come_back() {
    let mut running = Running::on(&scripted(&[PROD])).await;
    let world = running.app.world().await;
    let draft = SmartGroupDraftView {
        name: "web".into(),
        query: "tag:app=web".into(),
    };
    let web = world
        .saved()
        .smart_groups()
        .save(None, draft.clone())
        .await
        .unwrap();
    world
        .saved()
        .smart_groups()
        .set_collapsed(web.id, false)
        .await
        .unwrap();
    let deleted = world.saved().delete_smart_group(web.id).await.unwrap();
    assert!(running.app.bootstrap().await.unwrap().smart_groups.is_empty());
    world.saved().undo(deleted.undo.unwrap()).await.unwrap();
    drop(world);
    let told = running
        .until(|event| match event {
            AppEvent::SmartGroupsChanged { smart_groups } if smart_groups.is_empty() => Some(()),
            _ => None,
        })
        .await;
    let back = running
        .until(|event| match event {
            AppEvent::SmartGroupsChanged { smart_groups } => smart_groups.first().cloned(),
            _ => None,
        })
        .await;
    assert_eq!((told, back.draft, back.collapsed), ((), draft, false));
    let world = running.app.world().await;
    let empty = SmartGroupDraftView {
        name: "web".into(),
        query: "  ".into(),
    };
    let refused = world.saved().smart_groups().save(None, empty).await.unwrap_err();
    assert_eq!(refused.code, "empty-query");
}

fn parameter(name: &str, value: &str) -> ParameterView {
    ParameterView {
        name: name.into(),
        values: vec![value.into()],
    }
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
                connections.first()?.inheritance.effective_profile.clone()
            }
            _ => None,
        })
        .await;
    assert_eq!(
        (effective.value.as_str(), effective.origin),
        (PROD, OriginView::Default)
    );
}

#[tokio::test(start_paused = true)]
async fn a_connection_by_a_query_goes_to_the_node_that_its_rule_picks() {
    let aws = scripted(&[PROD]);
    let running = Running::on(&aws).await;
    let world = running.app.world().await;
    let by_query = |text: &str| ConnectionDraftView {
        target: String::new(),
        query: Some(NodeQueryView {
            text: text.into(),
            pick: PickRuleView::Ask,
        }),
        document: None,
        ..connection("any web", None)
    };
    let empty = world
        .saved()
        .save_connection(None, &by_query("  "))
        .await
        .unwrap_err();
    assert_eq!(empty.code, "empty-query");
    let saved = world
        .saved()
        .save_connection(None, &by_query("nothing-has-this"))
        .await
        .unwrap();
    assert_eq!(
        (saved.draft.target.as_str(), saved.draft.query.unwrap().pick),
        ("", PickRuleView::Ask)
    );
    drop(world);
    let request = ConnectRequest::Saved {
        id: saved.id,
        run: None,
    };
    let nobody = running.app.connect(request, 80, 24).await.unwrap_err();
    assert_eq!(nobody.code, "no-node-answers");
    assert!(running.app.bootstrap().await.unwrap().used.is_empty());
}
