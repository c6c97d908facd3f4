//! `postern nodes` and `postern connect` by questions, on the simulator.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Output, Stdio};

use portable_pty::CommandBuilder;
use postern_model::natural_order;
use postern_tests::harness::{SimulateProcess, Terminal, postern, program};
use serde_json::Value;

const DEV: [&str; 2] = ["--profile", "acme-dev"];

fn run(simulator: &SimulateProcess, arguments: &[&str], typed: &str) -> (String, String, i32) {
    let mut child = postern(simulator)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Who needs no input may have ended already.
    let _unread = child.stdin.take().unwrap().write_all(typed.as_bytes());
    said(&child.wait_with_output().unwrap())
}

fn said(output: &Output) -> (String, String, i32) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code().unwrap(),
    )
}

fn nodes(simulator: &SimulateProcess, query: &[&str]) -> Vec<Value> {
    let (out, err, status) = run(simulator, &[&["nodes", "--json"], &DEV[..], query].concat(), "");
    assert_eq!(status, 0, "{err}");
    serde_json::from_str::<Vec<Value>>(&out).unwrap()
}

fn text<'a>(node: &'a Value, key: &str) -> &'a str {
    node[key].as_str().unwrap_or_default()
}

/// A name that several nodes have which take sessions, and one that only one has.
fn names(simulator: &SimulateProcess) -> (String, String) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for node in nodes(
        simulator,
        &["state:running", "ping:online", "platform:linux", "not name:\\("],
    ) {
        *counts.entry(text(&node, "name").to_owned()).or_default() += 1;
    }
    let is_plain = |name: &&String| {
        name.len() > 6
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || "-0123456789".contains(c))
    };
    let with = |wanted: fn(usize) -> bool| {
        let mut fitting = counts
            .iter()
            .filter(|(name, count)| wanted(**count) && is_plain(name));
        fitting.next().map(|(name, _)| name.clone())
    };
    let only = with(|count| count == 1).unwrap();
    let service = only
        .trim_end_matches(|c: char| c == '-' || c.is_ascii_digit())
        .to_owned();
    (service, only)
}

#[test]
fn nodes_are_found_by_the_query_language_in_natural_order() {
    let simulator = SimulateProcess::start();
    let all = nodes(&simulator, &["name:-"]);
    let names: Vec<&str> = all.iter().map(|node| text(node, "name")).collect();
    assert!(names.len() > 10);
    assert!(
        names.is_sorted_by(|a, b| natural_order(a, b).is_le()),
        "{names:?}"
    );
    let some = nodes(
        &simulator,
        &[
            "ping:online",
            "(platform:linux",
            "or",
            "platform:windows) -state:stopped",
        ],
    );
    assert!(!some.is_empty() && some.iter().all(|node| node["agent"] == "online"));
    let (out, err, _) = run(&simulator, &["nodes", DEV[0], DEV[1], "stat:running"], "");
    assert!(
        err.contains("there is no key stat:, it is searched for as a word; did you mean state:?"),
        "{out}{err}"
    );
    let (out, _, status) = run(&simulator, &["nodes", DEV[0], DEV[1], "--csv", "ping:online"], "");
    assert!(status == 0 && out.starts_with("name,id,state,agent,"), "{out}");
    assert!(out.lines().skip(1).all(|line| line.contains(",online,")), "{out}");
}

#[test]
fn a_question_opens_a_session_on_the_node_that_it_means() {
    let simulator = SimulateProcess::start();
    let (service, only) = names(&simulator);
    let connect =
        |words: &[&str], typed: &str| run(&simulator, &[&["connect"], words, &DEV[..]].concat(), typed);
    let name = format!("name={only}");
    let (out, err, status) = connect(&[&name, "ping:online"], "echo $((6*7))-here; exit\n");
    assert!(out.contains("42-here") && status == 0, "{out}{err}");
    let (out, err, status) = connect(&[&service, "platform:linux"], "");
    if status == 1 {
        assert!(
            err.contains("running nodes were found for") && err.contains("Which one? [1-"),
            "{out}{err}"
        );
    }
    let (out, err, status) = connect(
        &[&service, "platform:linux", "--pick", "healthiest"],
        "echo $((6*7))-here; exit\n",
    );
    assert!(out.contains("42-here") && status == 0, "{out}{err}");
    let mut mistyped: Vec<char> = service.chars().collect();
    mistyped.swap(2, 3);
    let mistyped: String = mistyped.into_iter().collect();
    let (out, err, status) = connect(&[&mistyped, "nothing-like-this"], "");
    assert_eq!((out.as_str(), status), ("", 1), "{err}");
    assert!(err.contains("No running node was found for"), "{err}");
}

#[test]
fn production_asks_first_and_a_choice_is_made_by_number() {
    let simulator = SimulateProcess::start();
    let question = ["connect", "ping:online", "platform:linux", "profile:prod"];
    let (out, err, status) = run(&simulator, &[&question[..], &["--pick", "newest"]].concat(), "");
    assert_eq!((out.as_str(), status), ("", 1), "{err}");
    assert!(
        err.contains("is production") && err.contains("nobody confirmed it") && err.contains("--yes"),
        "{err}"
    );
    let mut command = CommandBuilder::new(program("postern"));
    command.args(question);
    command.env_clear();
    for (name, value) in simulator.environment() {
        command.env(name, value);
    }
    let mut terminal = Terminal::start(command);
    terminal.wait_for("Which one? [1-");
    terminal.type_text("2\r");
    terminal.wait_for("Type yes to open a session: ");
    terminal.type_text("no\r");
    terminal.wait_for("nobody confirmed it");
    assert_eq!(terminal.wait_for_end().0, 1);
}
