//! `postern connect` as a person uses it: a real shell in a real terminal, over the simulator's wire.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a failed assumption of a test is a failed test"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use portable_pty::CommandBuilder;
use postern_tests::harness::{SimulateProcess, Terminal, online_node, postern, program};

/// `postern connect` behind a shell that tells afterwards how the terminal was left.
fn connect(simulator: &SimulateProcess, node: &str) -> Terminal {
    let script = format!(
        "'{}' connect {node}; echo \"status=$?\"; stty -a",
        program("postern").display()
    );
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", &script]);
    command.env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap());
    command.env("TERM", "xterm-256color");
    for (name, value) in simulator.environment() {
        command.env(name, value);
    }
    Terminal::start(command)
}

/// One of the simulator's control calls, for tests outside its process.
fn control(simulator: &SimulateProcess, method: &str, path: &str) -> String {
    control_with(simulator, method, path, "")
}

fn control_with(simulator: &SimulateProcess, method: &str, path: &str, body: &str) -> String {
    let endpoint = simulator.environment()["AWS_ENDPOINT_URL"]
        .strip_prefix("http://")
        .unwrap()
        .trim_end_matches('/')
        .to_owned();
    let mut stream = TcpStream::connect(&endpoint).unwrap();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {endpoint}\r\nx-postern-simulator: 1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 2"), "{method} {path}: {answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[test]
fn a_shell_takes_keys_and_sizes_and_leaves_the_terminal_as_it_was() {
    let simulator = SimulateProcess::start();
    let node = online_node(&simulator);
    let mut terminal = connect(&simulator, &node);
    terminal.wait_for("$ ");
    terminal.type_text("stty size; printf '%s\\n' 'Grüße, 東京 🚀'\r");
    terminal.wait_for("30 100");
    terminal.wait_for("Grüße, 東京 🚀");
    terminal.resize(77, 21);
    // Keys may overtake a size on their way, so the shell looks until it is there.
    terminal.type_text("until [ \"$(stty size)\" = '21 77' ]; do sleep 0.05; done; echo resized-$((1+1))\r");
    terminal.wait_for("resized-2");
    // The command itself says that it runs: a shell that is just about to start one may lose a Ctrl-C.
    terminal.type_text("sh -c 'echo asleep-$((1+1)); exec sleep 600'\r");
    terminal.wait_for("asleep-2");
    terminal.type_text("\u{3}");
    terminal.wait_for("^C");
    terminal.wait_for("$ ");
    terminal.type_text("exit\r");
    terminal.wait_for("status=0");
    let (_, seen) = terminal.wait_for_end();
    assert!(
        seen.contains(" icanon") && seen.contains(" echo "),
        "the terminal is cooked again: {seen}"
    );
}

#[test]
fn the_same_shell_answers_after_the_link_was_cut() {
    let simulator = SimulateProcess::start();
    let node = online_node(&simulator);
    let mut terminal = connect(&simulator, &node);
    terminal.wait_for("$ ");
    terminal.type_text("x=kept-$((40+2)); echo before-$x\r");
    terminal.wait_for("before-kept-42");
    control(&simulator, "POST", "/_simulator/links/cut");
    terminal.type_text("echo after-$x\r");
    terminal.wait_for("after-kept-42");
    terminal.type_text("exit\r");
    terminal.wait_for("status=0");
}

#[test]
fn leaving_without_a_way_to_aws_says_that_the_session_may_go_on() {
    let mut simulator = SimulateProcess::start();
    let node = online_node(&simulator);
    let mut terminal = connect(&simulator, &node);
    terminal.wait_for("$ ");
    simulator.child().kill().unwrap();
    terminal.wait_for("No link, resuming");
    terminal.type_text("\r~.");
    terminal.wait_for("The session was left, and AWS could not be told.");
    terminal.wait_for("20 minutes");
    terminal.wait_for("status=1");
    let (_, seen) = terminal.wait_for_end();
    assert!(!seen.contains("terminated here"), "{seen}");
}

#[test]
fn an_agent_that_failed_is_no_ordinary_end_and_an_idle_session_is() {
    let simulator = SimulateProcess::start();
    let node = online_node(&simulator);
    for (words, told, status) in [
        (
            "Plugin crashed with message runtime error!",
            "The SSM agent failed on the node: Plugin crashed",
            "status=1",
        ),
        (
            "Your session timed out due to inactivity and has been terminated.",
            "Your session timed out due to inactivity",
            "status=0",
        ),
    ] {
        let mut terminal = connect(&simulator, &node);
        terminal.wait_for("$ ");
        let sessions = control(&simulator, "GET", "/_simulator/sessions");
        let sessions: serde_json::Value = serde_json::from_str(&sessions).unwrap();
        let id = sessions["sessions"].as_array().unwrap().last().unwrap()["id"].clone();
        let body = serde_json::json!({ "session": id, "output": words }).to_string();
        control_with(&simulator, "POST", "/_simulator/sessions/end", &body);
        terminal.wait_for(told);
        terminal.wait_for(status);
    }
}

#[test]
fn a_second_ctrl_c_does_not_wait_for_an_aws_that_takes_its_time() {
    let simulator = SimulateProcess::start();
    let node = online_node(&simulator);
    control_with(
        &simulator,
        "POST",
        "/_simulator/faults/delay",
        r#"{"milliseconds":600000}"#,
    );
    // Without a shell in front, which would take the first Ctrl-C as its own.
    let mut command = CommandBuilder::new(program("postern"));
    command.args(["connect", &node]);
    for (name, value) in simulator.environment() {
        command.env(name, value);
    }
    command.env("POSTERN_LOG", "postern_cli=debug");
    let mut terminal = Terminal::start(command);
    terminal.wait_for("signals are heard from here on");
    terminal.type_text("\u{3}");
    terminal.wait_for("(Ctrl-C again leaves at once)");
    terminal.type_text("\u{3}");
    terminal.wait_for("Left without waiting");
    let (status, seen) = terminal.wait_for_end();
    assert_eq!(status, 1, "{seen}");
}

/// `postern connect` between pipes.
fn connect_to(simulator: &SimulateProcess, options: &[&str], typed: &str) -> (String, String, i32) {
    let node = online_node(simulator);
    let mut child = postern(simulator)
        .args(["connect", &node])
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code().unwrap(),
    )
}

#[test]
fn documents_of_every_kind_run_with_their_parameters() {
    let simulator = SimulateProcess::start();
    let interactive = ["--document", "AWS-StartInteractiveCommand"];
    let reading = [
        &interactive[..],
        &["--parameter", "command=printf 'word? '; read -r w; echo got-$w"],
    ]
    .concat();
    let (out, error, status) = connect_to(&simulator, &reading, "word\n");
    assert!(out.contains("got-word"), "{out} {error}");
    assert_eq!(status, 0, "an interactive command has no status: {error}");

    let command =
        r#"{"command":["sh -c 'echo out; echo error >&2; exit 3'"],"separateOutputStream":["True"]}"#;
    let separate = [
        "--document",
        "AWS-StartNonInteractiveCommand",
        "--parameters",
        command,
    ];
    let (out, error, status) = connect_to(&simulator, &separate, "");
    assert_eq!((out.as_str(), status), ("out\n", 3), "{error}");
    assert!(error.contains("error\n"), "{error}");

    let restart = ["--document", "Acme-RestartService", "--parameter"];
    let (_, error, status) = connect_to(
        &simulator,
        &[&restart[..], &["service=legacy-batch"]].concat(),
        "",
    );
    assert_eq!(status, 5, "{error}");
    for parameters in [
        "service=legacy-batch",
        "service=[legacy-batch]",
        r#"{"service":"legacy-batch"}"#,
    ] {
        let options = ["--document", "Acme-RestartService", "--parameters", parameters];
        assert_eq!(connect_to(&simulator, &options, "").2, 5, "{parameters}");
    }
    let (_, error, status) = connect_to(&simulator, &[&restart[..], &["servce=nginx"]].concat(), "");
    assert_eq!(status, 1);
    assert!(
        error.contains("AWS does not accept the document Acme-RestartService"),
        "{error}"
    );
}

#[test]
fn the_demand_on_encryption_is_obeyed_and_the_key_is_told() {
    let simulator = SimulateProcess::start();
    let encrypted = ["--document", "Acme-Shell-Encrypted", "--encryption"];
    let demand = |demand: &str| {
        connect_to(
            &simulator,
            &[&encrypted[..], &[demand]].concat(),
            "echo a-$((6*7)); exit\n",
        )
    };
    for policy in ["prefer", "require", "require=alias/acme-sessions"] {
        let (out, error, status) = demand(policy);
        assert!(out.contains("a-42"), "{policy}: {out} {error}");
        assert!(
            error.contains("Encrypted with the KMS key arn:aws:kms:"),
            "{policy}: {error}"
        );
        assert_eq!(status, 0, "{policy}: {error}");
    }
    for policy in ["off", "require=alias/acme-other"] {
        let (out, _, status) = demand(policy);
        assert_eq!(status, 1, "{policy}");
        assert!(!out.contains("a-42"), "{policy}: nothing was typed");
    }
    let (_, error, status) = connect_to(&simulator, &["--encryption", "require"], "exit\n");
    assert_eq!(status, 1);
    assert!(error.contains("not encrypted"), "{error}");
}

#[test]
fn bad_input_names_the_cause_and_the_next_step_and_fails() {
    let simulator = SimulateProcess::start();
    for (arguments, cause) in [
        (&["connect", "no-such-name"][..], "no-such-name"),
        (&["connect", "i-00000000000000000"], "not connected"),
        (
            &["connect", "i-00000000000000000", "--profile", "nobody"],
            "no AWS profile named nobody",
        ),
        (&["connect", "i-00000000000000000", "--region", "Mars"], "Region"),
        (
            &["connect", "i-00000000000000000", "--parameters", "{"],
            "it is no JSON",
        ),
        (
            &["nodes", "--profile", "acme-audit", "--region", "eu-central-1"],
            "may not call",
        ),
    ] {
        let output = postern(&simulator).args(arguments).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(error.contains(cause), "{arguments:?} says: {error}");
        assert!(!error.contains("panicked"), "{arguments:?} says: {error}");
    }
}

#[test]
fn a_busy_port_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Command::new(program("postern"))
        .args(["simulate", "--listen", &address])
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(error.contains(&address), "{error}");
}
