//! `postern start`, `stop` and `reboot` on the simulator, and sessions on nodes that have just started.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::process::{Output, Stdio};

use portable_pty::CommandBuilder;
use postern_tests::harness::{SimulateProcess, Terminal, online_node, postern, program};

const DEV: [&str; 2] = ["--profile", "acme-dev"];

fn run(simulator: &SimulateProcess, arguments: &[&str]) -> Output {
    postern(simulator)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// What it said on standard output and standard error, and its exit status.
fn said(output: &Output) -> (String, String, i32) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code().unwrap(),
    )
}

/// The ids of the nodes that a query finds.
fn ids(simulator: &SimulateProcess, query: &[&str]) -> Vec<String> {
    let output = run(simulator, &[&["nodes", "--json"], &DEV[..], query].concat());
    let nodes: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let id = |node: &serde_json::Value| node["id"].as_str().unwrap().to_owned();
    nodes.as_array().unwrap().iter().map(id).collect()
}

#[test]
fn an_instance_is_stopped_and_started_and_a_shell_opens_when_it_is_back() {
    let simulator = SimulateProcess::start();
    let id = ids(&simulator, &["state:running", "ping:online", "platform:linux"]).remove(0);
    let (out, err, status) = said(&run(&simulator, &["stop", &id, DEV[0], DEV[1], "--wait"]));
    assert_eq!(status, 0, "{out}{err}");
    assert!(
        out.contains(&format!("({id}): stopping\n")) && out.contains(": stopped after "),
        "{out}"
    );
    let (out, err, status) = said(&run(&simulator, &["stop", &id, DEV[0], DEV[1]]));
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(out.ends_with("stopped already\n"), "{out}");
    let (_, err, status) = said(&run(&simulator, &["reboot", &id, DEV[0], DEV[1]]));
    assert_eq!(status, 1);
    assert!(err.contains("it is stopped, so it cannot reboot."), "{err}");
    let (out, err, status) = said(&run(&simulator, &["start", &id, DEV[0], DEV[1], "--wait"]));
    assert_eq!(status, 0, "{out}{err}");
    assert!(out.contains(": its agent answers after "), "{out}");
    assert!(err.contains(": Starting the instance\n"), "{err}");
    let (out, err, status) = said(&run(
        &simulator,
        &["exec", &id, DEV[0], DEV[1], "--", "echo", "up"],
    ));
    assert_eq!((out.as_str(), status), ("up\n", 0), "{err}");
}

#[test]
fn who_names_production_or_finds_several_is_asked() {
    let simulator = SimulateProcess::start();
    let prod = online_node(&simulator);
    let (out, err, status) = said(&run(&simulator, &["stop", &prod]));
    assert_eq!((out.as_str(), status), ("", 1));
    assert!(
        err.contains(&prod) && err.contains("Is this instance to stop, all of production?"),
        "{err}"
    );
    assert!(
        err.contains("nobody confirmed that.") && err.contains("with --yes."),
        "{err}"
    );
    let query = ["stop", "state:running", "tag:env=dev", DEV[0], DEV[1]];
    let (_, err, status) = said(&run(&simulator, &query));
    assert_eq!(status, 1);
    assert!(
        err.contains("Are these ") && !err.contains("of production"),
        "{err}"
    );
    let running = ids(&simulator, &["state:running", "tag:env=dev"]);
    assert!(running.len() > 5);
    let (out, err, status) = said(&run(&simulator, &[&query[..], &["--yes"]].concat()));
    assert_eq!(
        (out.matches(": stopping\n").count(), status),
        (running.iter().filter(|id| id.starts_with("i-")).count(), 0),
        "{out}{err}"
    );
    let mut command = CommandBuilder::new(program("postern"));
    command.args(["reboot", &prod]);
    command.env_clear();
    for (name, value) in simulator.environment() {
        command.env(name, value);
    }
    let mut terminal = Terminal::start(command);
    terminal.wait_for("Type yes to go on: ");
    terminal.type_text("yes\r");
    terminal.wait_for(": rebooting");
    assert_eq!(terminal.wait_for_end().0, 0);
}

#[test]
fn some_that_cannot_keep_no_other_from_it_and_nothing_found_is_told() {
    let simulator = SimulateProcess::start();
    let running = ids(&simulator, &["state:running", "ping:online"]).remove(0);
    let gone = run(
        &simulator,
        &[
            "nodes",
            "--json",
            "--all-states",
            "state:terminated",
            DEV[0],
            DEV[1],
        ],
    );
    let gone: serde_json::Value = serde_json::from_slice(&gone.stdout).unwrap();
    let gone = gone[0]["id"].as_str().unwrap().to_owned();
    let (out, err, status) = said(&run(&simulator, &["stop", &running, &gone, DEV[0], DEV[1]]));
    assert_eq!(status, 3, "{out}{err}");
    assert!(
        out.contains(": stopping\n") && err.contains("it is terminated, so it cannot stop."),
        "{out}{err}"
    );
    for query in ["i-0000000000000000f", "name:there-is-no-such-node"] {
        let (_, err, status) = said(&run(&simulator, &["start", query, DEV[0], DEV[1]]));
        assert_eq!(status, 1);
        assert!(
            err.contains(&format!("No instance was found for {query}.")),
            "{err}"
        );
    }
}

#[test]
fn a_session_on_an_instance_that_has_just_started_is_tried_until_its_agent_is_connected() {
    let simulator = SimulateProcess::start();
    let id = ids(&simulator, &["state:running", "ping:online", "platform:linux"]).remove(0);
    let (out, err, status) = said(&run(&simulator, &["stop", &id, DEV[0], DEV[1], "--wait"]));
    assert_eq!(status, 0, "{out}{err}");
    let (out, err, status) = said(&run(&simulator, &["start", &id, DEV[0], DEV[1]]));
    assert_eq!(status, 0, "{out}{err}");
    let mut command = CommandBuilder::new(program("postern"));
    command.args(["connect", &id, DEV[0], DEV[1]]);
    command.env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap());
    for (name, value) in simulator.environment() {
        command.env(name, value);
    }
    let mut terminal = Terminal::start(command);
    terminal.wait_for("has just started, and its agent is not connected yet: trying for 60 s.");
    terminal.wait_for("$ ");
    terminal.type_text("exit\r");
    assert_eq!(terminal.wait_for_end().0, 0);
}
