//! Fleet sync: pairs, nodes, failures, the cache and the timer.

use std::time::Duration;

use postern_app::contract::{AppEvent, Mode, PingView, SyncPhase};
use postern_model::ControlError;

use crate::scripted::{
    DEV, FRANKFURT, NODE, PROD, Running, denied, draft, fails, instance, lists, online, only_page, scripted,
    summary,
};

#[tokio::test(start_paused = true)]
async fn a_first_run_has_two_pairs_that_are_off_and_asks_aws_nothing() {
    let aws = scripted(&[PROD, "default"]);
    let running = Running::on(&aws).await;
    let view = running.app.bootstrap().await.unwrap();
    assert_eq!((view.mode, view.version.as_str()), (Mode::FirstRun, "1.2.3"));
    let pairs: Vec<_> = view
        .pairs
        .iter()
        .map(|pair| (pair.profile.as_str(), pair.region.as_str()))
        .collect();
    assert_eq!(pairs, [("default", "eu-central-1"), ("default", "us-east-1")]);
    assert!(
        view.pairs
            .iter()
            .all(|pair| !pair.enabled && pair.problem.is_none())
    );
    assert!(!view.settings.sync_enabled && view.settings.only_running);
    assert_eq!(view.profiles.profiles.len(), 2);
    assert_eq!((aws.instances.count(), aws.agents.count()), (0, 0));
    let view = running.app.choose_mode(Mode::Aws).await.unwrap();
    assert_eq!(view.mode, Mode::Aws);
}

#[tokio::test(start_paused = true)]
async fn a_new_pair_is_read_and_hostile_texts_are_harmless() {
    let aws = scripted(&[PROD]);
    let name = "\u{202e}<img src=x onerror=alert(1)>\u{7}\u{1b}[31m";
    lists(&aws, PROD, FRANKFURT, vec![instance(NODE, name)]);
    aws.agents.answers(|_| Ok(only_page(vec![online(NODE)])));
    let mut running = Running::on(&aws).await;
    let id = running.sync_with(PROD, FRANKFURT).await;
    running
        .until(|event| match event {
            AppEvent::FleetChanged { pairs, .. } if pairs.iter().any(|pair| pair.nodes > 0) => Some(()),
            _ => None,
        })
        .await;
    let nodes = running.nodes().await;
    assert_eq!(nodes.len(), 1);
    assert_eq!(nodes[0].name, "<img src=x onerror=alert(1)>[31m");
    assert_eq!(
        (nodes[0].key.clone(), nodes[0].ping),
        (format!("{id}/{NODE}"), PingView::Online)
    );
    let pair = running.until_phase(id, SyncPhase::Done).await;
    assert!(pair.sync.data_at_ms.is_some() && pair.sync.error.is_none());
}

#[tokio::test(start_paused = true)]
async fn one_denied_pair_does_not_disturb_another() {
    let aws = scripted(&[PROD, DEV]);
    lists(&aws, DEV, FRANKFURT, vec![instance(NODE, "web-1")]);
    let mut running = Running::on(&aws).await;
    let refused = running.sync_with(PROD, FRANKFURT).await;
    let good = running
        .app
        .world()
        .await
        .pairs()
        .add(&draft(DEV, FRANKFURT))
        .await
        .unwrap()
        .id;
    running.until_phase(good, SyncPhase::Done).await;
    let pairs = running.app.bootstrap().await.unwrap().pairs;
    let error = pairs
        .iter()
        .find(|pair| pair.id == refused)
        .unwrap()
        .sync
        .error
        .clone()
        .unwrap();
    assert_eq!(
        (error.code.as_str(), error.detail.as_deref()),
        ("denied", Some("not authorized"))
    );
    assert!(error.next_step.contains("ec2:DescribeInstances"));
    assert_eq!(running.node_names().await, ["web-1"]);
}

#[tokio::test(start_paused = true)]
async fn a_denied_systems_manager_leaves_the_agents_unknown_and_says_so() {
    let aws = scripted(&[PROD]);
    lists(&aws, PROD, FRANKFURT, vec![instance(NODE, "web-1")]);
    aws.agents
        .answers(move |_| Err(denied("ssm:DescribeInstanceInformation")));
    let mut running = Running::on(&aws).await;
    let id = running.sync_with(PROD, FRANKFURT).await;
    let pair = running.until_phase(id, SyncPhase::Partial).await;
    let error = pair.sync.error.unwrap();
    assert_eq!(error.code, "denied");
    assert!(
        error.message.starts_with("Systems Manager could not be read: "),
        "{}",
        error.message
    );
    assert!(pair.sync.data_at_ms.is_some() && pair.sync.agents_at_ms.is_none());
    assert_eq!(running.nodes().await[0].ping, PingView::Unknown);
}

#[tokio::test(start_paused = true)]
async fn a_restart_shows_the_last_fleet_with_its_age_until_aws_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("postern.db");
    let aws = scripted(&[PROD]);
    lists(&aws, PROD, FRANKFURT, vec![instance(NODE, "web-1")]);
    let mut first = Running::kept_at(&path, &aws).await;
    let id = first.sync_with(PROD, FRANKFURT).await;
    let read_at = first.until_phase(id, SyncPhase::Done).await.sync.data_at_ms;
    first.app.shut_down().await;
    drop(first);

    let skewed = || ControlError::ClockSkew {
        detail: "5 minutes".into(),
    };
    fails(&aws, PROD, FRANKFURT, skewed());
    aws.agents.answers(move |_| Err(skewed()));
    let mut second = Running::kept_at(&path, &aws).await;
    assert_eq!(second.node_names().await, ["web-1"]);
    let pair = second.until_phase(id, SyncPhase::Failed).await;
    assert_eq!(pair.sync.data_at_ms, read_at, "the data is as old as it was");
    assert!(pair.sync.failed_at_ms.is_some() && pair.sync.error.is_some());
    assert_eq!(
        second.node_names().await,
        ["web-1"],
        "older data is better than none"
    );
}

#[tokio::test(start_paused = true)]
async fn switching_sync_off_hides_the_nodes_and_keeps_the_pairs() {
    let aws = scripted(&[PROD]);
    lists(&aws, PROD, FRANKFURT, vec![instance(NODE, "web-1")]);
    let mut running = Running::on(&aws).await;
    let id = running.sync_with(PROD, FRANKFURT).await;
    running.until_phase(id, SyncPhase::Done).await;
    running
        .change_settings(|settings| settings.sync_enabled = false)
        .await;
    let view = running.app.bootstrap().await.unwrap();
    assert!(running.nodes().await.is_empty());
    assert_eq!(view.pairs.len(), 3);
    assert_eq!(
        running
            .app
            .world()
            .await
            .syncing()
            .sync_all()
            .await
            .unwrap_err()
            .code,
        "sync-off"
    );
    running
        .change_settings(|settings| settings.sync_enabled = true)
        .await;
    assert_eq!(running.node_names().await, ["web-1"], "from the cache, at once");
}

#[tokio::test(start_paused = true)]
async fn asking_for_other_instances_reads_every_pair_anew() {
    let aws = scripted(&[PROD]);
    lists(&aws, PROD, FRANKFURT, vec![instance(NODE, "web-1")]);
    let mut running = Running::on(&aws).await;
    let id = running.sync_with(PROD, FRANKFURT).await;
    running.until_phase(id, SyncPhase::Done).await;
    running
        .change_settings(|settings| settings.only_running = false)
        .await;
    aws.instances.until_asked(2).await;
    let asked = aws.instances.requests();
    assert!(
        asked
            .iter()
            .all(|asked| asked.scope.to_string() == "acme-prod / eu-central-1")
    );
    let only_running: Vec<_> = asked.iter().map(|asked| asked.request.only_running).collect();
    assert_eq!(only_running, [true, false]);
}

#[tokio::test(start_paused = true)]
async fn a_change_of_what_is_read_replaces_a_reading_that_is_under_way() {
    let aws = scripted(&[PROD]);
    lists(&aws, PROD, FRANKFURT, vec![instance(NODE, "web-1")]);
    aws.instances.hold();
    let mut running = Running::on(&aws).await;
    let id = running.sync_with(PROD, FRANKFURT).await;
    aws.instances.until_asked(1).await;
    running
        .change_settings(|settings| settings.only_running = false)
        .await;
    aws.instances.release();
    running.until_phase(id, SyncPhase::Done).await;
    assert!(!aws.instances.requests().last().unwrap().request.only_running);
}

#[tokio::test(start_paused = true)]
async fn an_edited_pair_loses_its_nodes_and_a_removed_one_too() {
    let aws = scripted(&[PROD, DEV]);
    lists(&aws, PROD, FRANKFURT, vec![instance(NODE, "prod-1")]);
    lists(
        &aws,
        DEV,
        FRANKFURT,
        vec![instance("i-0a1b2c3d4e5f67891", "dev-1")],
    );
    let mut running = Running::on(&aws).await;
    let id = running.sync_with(PROD, FRANKFURT).await;
    running.until_phase(id, SyncPhase::Done).await;
    running
        .app
        .world()
        .await
        .pairs()
        .update(id, &draft(DEV, FRANKFURT))
        .await
        .unwrap();
    running.until_phase(id, SyncPhase::Done).await;
    assert_eq!(running.node_names().await, ["dev-1"]);
    running.app.world().await.pairs().remove(id).await.unwrap();
    let gone = running
        .until(|event| match event {
            AppEvent::FleetChanged { pairs, .. } => pairs.iter().find(|pair| pair.nodes == 0).copied(),
            _ => None,
        })
        .await;
    assert_eq!(gone.pair, id);
    assert!(running.node_names().await.is_empty());
    assert_eq!(
        running
            .app
            .world()
            .await
            .pairs()
            .remove(id)
            .await
            .unwrap_err()
            .code,
        "unknown-pair"
    );
}

#[tokio::test(start_paused = true)]
async fn a_pair_of_an_unknown_profile_is_marked_and_not_read() {
    let aws = scripted(&[PROD, DEV]);
    let mut running = Running::on(&aws).await;
    running.sync_with("acme-prd", FRANKFURT).await;
    let pair = running.app.bootstrap().await.unwrap().pairs.pop().unwrap();
    let problem = pair.problem.unwrap();
    assert_eq!(problem.code, "unknown-profile");
    assert_eq!(problem.next_step, "Choose one of: acme-prod, acme-dev.");
    assert_eq!(
        running
            .app
            .world()
            .await
            .syncing()
            .sync_pair(pair.id)
            .await
            .unwrap_err(),
        problem
    );
    assert_eq!(aws.instances.count(), 0);
    // The profile is added outside.
    aws.profiles.answers(|()| Ok(vec![summary("acme-prd")]));
    lists(&aws, "acme-prd", FRANKFURT, Vec::new());
    running.app.world().await.syncing().sync_all().await.unwrap();
    running.until_phase(pair.id, SyncPhase::Done).await;
}

#[tokio::test(start_paused = true)]
async fn a_malformed_aws_file_is_one_problem_and_everything_else_works() {
    let aws = scripted(&[PROD]);
    lists(&aws, PROD, FRANKFURT, vec![instance(NODE, "web-1")]);
    let mut running = Running::on(&aws).await;
    let id = running.sync_with(PROD, FRANKFURT).await;
    running.until_phase(id, SyncPhase::Done).await;
    let broken = ControlError::MalformedConfiguration {
        path: "/home/ops/.aws/config".into(),
        line: Some(3),
        detail: "a section's name is missing".into(),
    };
    aws.profiles.answers(move |()| Err(broken.clone()));
    assert_eq!(
        running
            .app
            .world()
            .await
            .syncing()
            .sync_all()
            .await
            .unwrap_err()
            .code,
        "malformed-configuration"
    );
    let view = running.app.bootstrap().await.unwrap();
    assert!(view.profiles.error.unwrap().message.contains("line 3"));
    assert!(
        view.pairs
            .iter()
            .all(|pair| pair.problem.is_none() && pair.sync.error.is_none())
    );
    assert_eq!(running.nodes().await.len(), 1);
    let told = running
        .until(|event| match event {
            AppEvent::ProfilesChanged { profiles } => Some(profiles.error.is_some()),
            _ => None,
        })
        .await;
    assert!(told);
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_sync_keeps_what_was_known() {
    let aws = scripted(&[PROD]);
    lists(&aws, PROD, FRANKFURT, vec![instance(NODE, "web-1")]);
    let mut running = Running::on(&aws).await;
    let id = running.sync_with(PROD, FRANKFURT).await;
    running.until_phase(id, SyncPhase::Done).await;
    aws.instances.hold();
    running.app.world().await.syncing().sync_pair(id).await.unwrap();
    aws.instances.until_asked(2).await;
    running.app.world().await.syncing().cancel();
    running.until_phase(id, SyncPhase::Cancelled).await;
    assert_eq!(running.node_names().await, ["web-1"]);
}

#[tokio::test(start_paused = true)]
async fn the_timer_of_the_settings_syncs_again_and_again() {
    let aws = scripted(&[PROD]);
    lists(&aws, PROD, FRANKFURT, Vec::new());
    let mut running = Running::on(&aws).await;
    let id = running.sync_with(PROD, FRANKFURT).await;
    running.until_phase(id, SyncPhase::Done).await;
    let start = tokio::time::Instant::now();
    running
        .change_settings(|settings| settings.sync_every_minutes = 5)
        .await;
    for round in 1..=3u32 {
        aws.instances.until_asked(1 + round as usize).await;
        let minutes = start.elapsed().as_secs_f64() / 60.0;
        assert!((minutes - f64::from(5 * round)).abs() < 0.1, "{minutes} minutes");
    }
    running
        .change_settings(|settings| settings.sync_every_minutes = 0)
        .await;
    let before = aws.instances.count();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(aws.instances.count(), before);
}

#[tokio::test(start_paused = true)]
async fn pairs_and_settings_that_break_a_rule_are_refused_by_the_field() {
    let running = Running::on(&scripted(&[PROD])).await;
    let refused = async |profile: &str, region: &str| {
        let world = running.app.world().await;
        world.pairs().add(&draft(profile, region)).await
    };
    assert_eq!(refused("", FRANKFURT).await.unwrap_err().code, "bad-profile");
    assert_eq!(refused(PROD, "Frankfurt").await.unwrap_err().code, "bad-region");
    assert_eq!(
        refused("default", FRANKFURT).await.unwrap_err().code,
        "pair-exists"
    );
    let mut settings = running.app.bootstrap().await.unwrap().settings;
    settings.terminal_font_size = 200;
    let error = running
        .app
        .world()
        .await
        .save_settings(&settings)
        .await
        .unwrap_err();
    assert_eq!(error.code, "bad-terminal-font-size");
    assert_eq!(error.message, "The size of the terminal's text is 9 to 24.");
}
