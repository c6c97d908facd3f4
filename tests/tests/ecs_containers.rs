//! Containers of ECS as a tree, from the simulator over the real wire.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use postern_aws::AwsControlPlane;
use postern_model::{Containers, ControlError, ProfileName, Region, Scope, Sessions, StartRequest};
use postern_simulator::{Simulator, SimulatorConfig};

#[tokio::test]
async fn clusters_have_services_tasks_and_containers_that_take_sessions() {
    let simulator = Simulator::start(SimulatorConfig::default()).await.unwrap();
    let files = simulator.aws_files();
    let control = AwsControlPlane::isolated(files.config, files.credentials);
    let scope = Scope {
        profile: Some(ProfileName::parse("acme-prod").unwrap()),
        region: Region::parse("eu-central-1").unwrap(),
    };
    let clusters = control.ecs_clusters(&scope).await.unwrap();
    let names: Vec<_> = clusters.iter().map(|cluster| cluster.name.as_str()).collect();
    assert_eq!(names, ["acme-batch", "acme-shop"]);

    let empty = control.ecs_contents(&scope, &clusters[0]).await.unwrap();
    assert!(empty.services.is_empty() && empty.tasks.is_empty());

    let shop = control.ecs_contents(&scope, &clusters[1]).await.unwrap();
    assert_eq!(shop.services, ["ledger", "mailer", "storefront"]);
    assert!(!shop.more_tasks);
    let tasks: Vec<_> = shop
        .tasks
        .iter()
        .map(|task| {
            (
                task.service.as_deref().unwrap(),
                task.takes_commands,
                task.containers.len(),
            )
        })
        .collect();
    assert_eq!(
        tasks,
        [
            ("storefront", true, 2),
            ("storefront", true, 2),
            ("mailer", true, 1),
            ("ledger", false, 1)
        ]
    );
    let app = &shop.tasks[0].containers[0];
    assert_eq!(
        (app.name.as_str(), app.agent_status.as_deref()),
        ("app", Some("RUNNING"))
    );
    let request = StartRequest::shell(app.target.clone().unwrap());
    let grant = control.start_session(&scope, &request).await.unwrap();
    control.terminate_session(&scope, &grant.session).await.unwrap();

    simulator.control().deny_operation("ListServices", None, true);
    let denied = control.ecs_contents(&scope, &clusters[1]).await.unwrap_err();
    assert!(matches!(denied, ControlError::Denied { .. }), "{denied:?}");
    simulator.shutdown().await;
}
