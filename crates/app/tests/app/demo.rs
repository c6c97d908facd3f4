//! The demo: its own fleet and store, and nothing left behind.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use postern_app::contract::{
    AppEvent, ConnectRequest, GroupDraftView, Mode, SettingsView, SyncPhase, ThemeChoice,
};

use crate::scripted::{
    DEV, FRANKFURT, NODE, PROD, Running, ScriptedDemo, ScriptedWorld, in_memory, instance, lists, scripted,
};

async fn with_demo() -> (Running, Arc<ScriptedDemo>) {
    let made_up = scripted(&[PROD, DEV]);
    lists(&made_up, PROD, FRANKFURT, vec![instance(NODE, "demo-1")]);
    lists(&made_up, DEV, FRANKFURT, Vec::new());
    let demo = Arc::new(ScriptedDemo {
        aws: made_up,
        is_down: AtomicBool::new(false),
        dropped: Mutex::default(),
    });
    let world = ScriptedWorld {
        aws: scripted(&["mine"]),
        demo: Some(Arc::clone(&demo)),
    };
    (Running::in_world(world, in_memory()).await, demo)
}

#[tokio::test(start_paused = true)]
async fn the_demo_syncs_its_fleet_at_once_and_leaves_nothing_behind() {
    let (mut running, demo) = with_demo().await;
    let view = running.app.choose_mode(Mode::Demo).await.unwrap();
    assert_eq!(view.mode, Mode::Demo);
    assert!(
        view.settings.sync_enabled && view.pairs.len() == 2 && view.pairs.iter().all(|pair| pair.enabled)
    );
    assert_eq!(
        running.app.world().await.simulator_endpoint().as_deref(),
        Some("http://127.0.0.1:4566")
    );
    let prod = view.pairs.iter().find(|pair| pair.profile == PROD).unwrap().id;
    if view.fleet.pairs.is_empty() {
        running.until_phase(prod, SyncPhase::Done).await;
    }
    assert_eq!(running.node_names().await, ["demo-1"]);
    let draft = GroupDraftView {
        name: "Demo".into(),
        ..GroupDraftView::default()
    };
    running
        .app
        .world()
        .await
        .saved()
        .save_group(None, &draft)
        .await
        .unwrap();
    let request = ConnectRequest::Node {
        run: None,
        key: format!("{prod}/{NODE}"),
    };
    assert!(!running.app.sessions().has_live());
    let tab = running.app.connect(request, 80, 24).await.unwrap();
    assert!(running.app.sessions().has_live());

    let view = running.app.choose_mode(Mode::FirstRun).await.unwrap();
    assert!(!running.app.sessions().has_live());
    assert_eq!(view.mode, Mode::FirstRun);
    assert!(running.nodes().await.is_empty() && view.groups.is_empty() && view.tabs.is_empty());
    assert_eq!(view.profiles.profiles[0].name, "mine");
    assert!(demo.is_down.load(Ordering::SeqCst));
    assert_eq!(running.app.world().await.simulator_endpoint(), None);
    running
        .until(|event| matches!(event, AppEvent::TabClosed { id } if *id == tab.id).then_some(()))
        .await;
}

#[tokio::test(start_paused = true)]
async fn the_demo_looks_as_the_user_chose_and_keeps_nothing_else_of_the_settings() {
    let (running, _demo) = with_demo().await;
    let own = running.app.world().await.settings();
    let chosen = SettingsView {
        theme: ThemeChoice::Dark,
        terminal_font_size: 17,
        sync_every_minutes: 60,
        ..own.clone()
    };
    running.app.world().await.save_settings(&chosen).await.unwrap();
    let shown = running.app.choose_mode(Mode::Demo).await.unwrap().settings;
    assert_eq!((shown.theme, shown.terminal_font_size), (ThemeChoice::Dark, 17));
    assert_eq!(shown.sync_every_minutes, own.sync_every_minutes);
}

#[tokio::test(start_paused = true)]
async fn choosing_the_demo_twice_keeps_it() {
    let (running, demo) = with_demo().await;
    running.app.choose_mode(Mode::Demo).await.unwrap();
    running.app.choose_mode(Mode::Demo).await.unwrap();
    assert!(!demo.is_down.load(Ordering::SeqCst));
    running.app.shut_down().await;
    assert!(demo.is_down.load(Ordering::SeqCst));
}

#[tokio::test(start_paused = true)]
async fn the_network_can_be_dropped_in_the_demo_only() {
    let (mut running, demo) = with_demo().await;
    assert_eq!(
        running.app.demo_drop_network(1).await.unwrap_err().code,
        "not-demo"
    );
    let view = running.app.choose_mode(Mode::Demo).await.unwrap();
    assert_eq!(
        running.app.demo_drop_network(1).await.unwrap_err().code,
        "unknown-tab"
    );
    let prod = view.pairs.iter().find(|pair| pair.profile == PROD).unwrap().id;
    if view.fleet.pairs.is_empty() {
        running.until_phase(prod, SyncPhase::Done).await;
    }
    let tab = running
        .app
        .connect(
            ConnectRequest::Node {
                run: None,
                key: format!("{prod}/{NODE}"),
            },
            80,
            24,
        )
        .await
        .unwrap();
    running
        .until(|event| match event {
            AppEvent::TabChanged { tab } => tab.session_id.clone(),
            _ => None,
        })
        .await;
    running.app.demo_drop_network(tab.id).await.unwrap();
    assert_eq!(*demo.dropped.lock().unwrap(), ["ops-0a1b2c3d4e5f67890"]);
}

/// What the page does with the events of a change: those before it belong to what it showed before.
#[tokio::test(start_paused = true)]
async fn after_a_change_nothing_is_told_of_the_fleet_before() {
    let (mut running, demo) = with_demo().await;
    lists(&demo.aws, DEV, FRANKFURT, vec![instance(NODE, "demo-2")]);
    running.app.choose_mode(Mode::Demo).await.unwrap();
    // The demo's sync is under way, and its news are not told yet.
    running.app.choose_mode(Mode::FirstRun).await.unwrap();
    assert!(running.nodes().await.is_empty());
    running.app.shut_down().await;
    let mut told = Vec::new();
    while let Ok(event) = running.events.try_recv() {
        told.push(event);
    }
    let changes: Vec<_> = told
        .iter()
        .enumerate()
        .filter(|(_, event)| matches!(event, AppEvent::WorldChanged))
        .collect();
    assert_eq!(changes.len(), 3, "at the start, into the demo and out of it");
    let after = told.get(changes[2].0..).unwrap();
    for event in after {
        match event {
            AppEvent::FleetChanged { .. } => panic!("{event:?}"),
            AppEvent::PairsChanged { pairs, .. } => {
                assert!(pairs.iter().all(|pair| pair.profile == "default"), "{pairs:?}");
            }
            _ => {}
        }
    }
}
