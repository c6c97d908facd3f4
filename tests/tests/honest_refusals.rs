//! What AWS refuses in words that mean several things, told apart over the simulator's wire.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed assumption of a test is a failed test"
)]

use postern_aws::AwsControlPlane;
use postern_model::{ControlError, Nodes, ProfileName, Region, Scope};
use postern_simulator::{Simulator, SimulatorConfig};

const PROFILE: &str = "acme-prod";

async fn world() -> (Simulator, AwsControlPlane) {
    let config = SimulatorConfig {
        nodes: 20,
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config).await.unwrap();
    let files = simulator.aws_files();
    let control = AwsControlPlane::isolated(files.config, files.credentials);
    (simulator, control)
}

fn scope(region: &str) -> Scope {
    Scope {
        profile: Some(ProfileName::parse(PROFILE).unwrap()),
        region: Region::parse(region).unwrap(),
    }
}

/// What both listings of a sync say.
async fn refused(control: &AwsControlPlane, region: &str) -> [ControlError; 2] {
    let scope = scope(region);
    [
        control.instances(&scope, false, None).await.unwrap_err(),
        control.agents(&scope, None).await.unwrap_err(),
    ]
}

#[tokio::test]
async fn a_region_that_is_not_enabled_is_no_bad_key_and_works_once_it_is() {
    let (simulator, control) = world().await;
    for error in refused(&control, "me-south-1").await {
        assert_eq!(error.code(), "region-not-enabled", "{error}");
        assert!(
            error.next_step().starts_with("Enable me-south-1"),
            "{}",
            error.next_step()
        );
    }
    assert!(simulator.control().opt_in(PROFILE, "me-south-1", true));
    control.agents(&scope("me-south-1"), None).await.unwrap();
}

#[tokio::test]
async fn keys_in_another_part_of_aws_are_said_to_belong_elsewhere() {
    let (_simulator, control) = world().await;
    for error in refused(&control, "cn-north-1").await {
        assert_eq!(error.code(), "other-partition", "{error}");
        assert!(
            error
                .to_string()
                .contains("they seem to belong to the commercial AWS"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_policy_of_the_organization_is_named_and_no_other_policy_asked_for() {
    let (simulator, control) = world().await;
    assert!(simulator.control().deny_by_organization(PROFILE, true));
    for error in refused(&control, "eu-central-1").await {
        assert_eq!(error.code(), "denied", "{error}");
        assert!(
            error.next_step().starts_with("The AWS organization forbids"),
            "{}",
            error.next_step()
        );
    }
}

#[tokio::test]
async fn a_clock_that_is_an_hour_off_is_put_right_and_hinders_nobody() {
    let (simulator, control) = world().await;
    for ahead in [3600, -3600] {
        simulator.control().set_clock_ahead(ahead);
        control.agents(&scope("eu-central-1"), None).await.unwrap();
    }
}
