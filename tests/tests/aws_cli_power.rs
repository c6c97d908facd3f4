//! The real AWS CLI stops, starts, reboots and terminates instances of the simulator, and reads the tags of hybrid nodes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::process::{Command, Output};
use std::time::{Duration, Instant};

use postern_tests::harness::{SimulateProcess, aws_cli};
use serde_json::Value;

fn run(simulator: &SimulateProcess, arguments: &[&str]) -> Output {
    Command::new(aws_cli())
        .args(arguments)
        .args(["--output", "json"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs(simulator.environment())
        .output()
        .unwrap()
}

fn aws(simulator: &SimulateProcess, arguments: &[&str]) -> Value {
    let output = run(simulator, arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "aws {arguments:?} failed: {error}");
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// The id of the first instance or managed node that a question finds.
fn found(simulator: &SimulateProcess, arguments: &[&str], query: &str) -> String {
    let answer = aws(simulator, &[arguments, &["--query", query]].concat());
    answer.as_str().unwrap().to_owned()
}

/// The previous state and the current one of the only instance of an answer.
fn change(answer: &Value, list: &str) -> [String; 2] {
    ["PreviousState", "CurrentState"].map(|state| answer[list][0][state]["Name"].as_str().unwrap().to_owned())
}

fn state(simulator: &SimulateProcess, id: &str) -> String {
    let question = ["ec2", "describe-instances", "--instance-ids", id];
    found(simulator, &question, "Reservations[0].Instances[0].State.Name")
}

fn until_in(simulator: &SimulateProcess, id: &str, wanted: &str) {
    let begun = Instant::now();
    while state(simulator, id) != wanted {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{id} is never {wanted}"
        );
    }
}

const RUNNING: [&str; 4] = [
    "ec2",
    "describe-instances",
    "--filters",
    "Name=instance-state-name,Values=running",
];

#[test]
fn the_aws_cli_turns_an_instance_off_and_on_and_does_away_with_it() {
    let simulator = SimulateProcess::start();
    let id = found(&simulator, &RUNNING, "Reservations[0].Instances[0].InstanceId");
    let stopping = aws(&simulator, &["ec2", "stop-instances", "--instance-ids", &id]);
    assert_eq!(change(&stopping, "StoppingInstances"), ["running", "stopping"]);
    until_in(&simulator, &id, "stopped");
    let starting = aws(&simulator, &["ec2", "start-instances", "--instance-ids", &id]);
    assert_eq!(change(&starting, "StartingInstances"), ["stopped", "pending"]);
    until_in(&simulator, &id, "running");
    aws(&simulator, &["ec2", "reboot-instances", "--instance-ids", &id]);
    assert_eq!(state(&simulator, &id), "running");
    let gone = aws(&simulator, &["ec2", "terminate-instances", "--instance-ids", &id]);
    assert_eq!(
        change(&gone, "TerminatingInstances"),
        ["running", "shutting-down"]
    );
    until_in(&simulator, &id, "terminated");
    let refused = run(&simulator, &["ec2", "start-instances", "--instance-ids", &id]);
    let error = String::from_utf8_lossy(&refused.stderr);
    assert!(error.contains("(IncorrectInstanceState)"), "{error}");
    let dry = run(
        &simulator,
        &["ec2", "start-instances", "--instance-ids", &id, "--dry-run"],
    );
    assert!(!dry.status.success());
}

#[test]
fn the_aws_cli_reads_the_tags_of_a_hybrid_node() {
    let simulator = SimulateProcess::start();
    let hybrid = [
        "ssm",
        "describe-instance-information",
        "--filters",
        "Key=ResourceType,Values=ManagedInstance",
    ];
    let id = found(&simulator, &hybrid, "InstanceInformationList[0].InstanceId");
    let question = [
        "ssm",
        "list-tags-for-resource",
        "--resource-type",
        "ManagedInstance",
        "--resource-id",
        &id,
    ];
    assert_eq!(
        found(&simulator, &question, "TagList[?Key=='env'].Value | [0]"),
        "prod"
    );
}
