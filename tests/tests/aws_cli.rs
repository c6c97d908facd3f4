//! The real AWS CLI as an outside client: it lists the simulated fleet and drives our drop-in plugin.

use std::path::Path;
use std::process::Command;

use portable_pty::CommandBuilder;
use postern_tests::harness::{SimulateProcess, Terminal, aws_cli, program};
use serde_json::Value;

fn aws(simulator: &SimulateProcess, arguments: &[&str]) -> Value {
    let output = Command::new(aws_cli())
        .args(arguments)
        .args(["--output", "json"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs(simulator.environment())
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "aws {arguments:?} failed: {error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn rows<'a>(answer: &'a Value, list: &str) -> &'a [Value] {
    answer[list].as_array().unwrap()
}

/// An online Linux node of the default profile's pair.
fn online_node(simulator: &SimulateProcess) -> String {
    let answer = aws(simulator, &["ssm", "describe-instance-information"]);
    rows(&answer, "InstanceInformationList")
        .iter()
        .find(|row| row["PingStatus"] == "Online" && row["PlatformType"] == "Linux")
        .and_then(|row| row["InstanceId"].as_str())
        .unwrap()
        .to_owned()
}

/// The PATH with our drop-in in front, in a folder that holds nothing else.
fn path_with_drop_in(folder: &Path) -> std::ffi::OsString {
    let name = format!("session-manager-plugin{}", std::env::consts::EXE_SUFFIX);
    std::fs::copy(program("session-manager-plugin"), folder.join(name)).unwrap();
    let others = std::env::var_os("PATH").unwrap();
    std::env::join_paths(std::iter::once(folder.to_owned()).chain(std::env::split_paths(&others))).unwrap()
}

#[test]
fn the_aws_cli_lists_every_instance_of_the_pair() {
    let simulator = SimulateProcess::start();
    let answer = aws(&simulator, &["ec2", "describe-instances"]);
    let instances: Vec<&str> = rows(&answer, "Reservations")
        .iter()
        .flat_map(|reservation| reservation["Instances"].as_array().unwrap())
        .map(|instance| instance["InstanceId"].as_str().unwrap())
        .collect();
    assert!(instances.len() > 5, "{}", instances.len());
    let small_pages = aws(&simulator, &["ec2", "describe-instances", "--page-size", "5"]);
    let paged: usize = rows(&small_pages, "Reservations")
        .iter()
        .map(|r| r["Instances"].as_array().unwrap().len())
        .sum();
    assert_eq!(paged, instances.len(), "no page is left out");
}

#[test]
fn the_aws_cli_lists_managed_nodes_and_knows_who_it_is() {
    let simulator = SimulateProcess::start();
    let nodes = aws(&simulator, &["ssm", "describe-instance-information"]);
    assert!(rows(&nodes, "InstanceInformationList").len() > 3);
    let identity = aws(&simulator, &["sts", "get-caller-identity"]);
    assert_eq!(identity["Account"].as_str().unwrap().len(), 12);
}

#[test]
fn the_aws_cli_opens_a_real_shell_through_the_drop_in() {
    let simulator = SimulateProcess::start();
    let node = online_node(&simulator);
    let folder = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new(aws_cli());
    command.args(["ssm", "start-session", "--target", &node]);
    command.env_clear();
    for (name, value) in simulator.environment() {
        command.env(name, value);
    }
    command.env("PATH", path_with_drop_in(folder.path()));
    command.env("TERM", "xterm-256color");
    let mut terminal = Terminal::start(command);
    terminal.wait_for("Starting session with SessionId: ");
    terminal.wait_for("$ ");
    terminal.type_text("echo $((6*7)) Zürich\r");
    terminal.wait_for("42 Zürich");
    terminal.type_text("stty size\r");
    terminal.wait_for("30 100");

    let active = aws(&simulator, &["ssm", "describe-sessions", "--state", "Active"]);
    let session = rows(&active, "Sessions")
        .iter()
        .find(|row| row["Target"] == node.as_str());
    assert!(session.is_some(), "AWS lists the open session: {active}");

    terminal.type_text("exit\r");
    let (status, seen) = terminal.wait_for_end();
    assert_eq!(status, 0, "{seen}");
    assert!(seen.contains("Exiting session with sessionId: "), "{seen}");
    let history = aws(&simulator, &["ssm", "describe-sessions", "--state", "History"]);
    assert!(
        rows(&history, "Sessions")
            .iter()
            .any(|row| row["Target"] == node.as_str()),
        "{history}"
    );
}
