//! `postern exec` as a script uses it: two outputs, an exit status and signals, over the simulator's wire.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use postern_tests::harness::{SimulateProcess, online_node, postern, program};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Makes the default document send both outputs and no exit status, as documents without the parameter do.
const TOGETHER: [&str; 2] = ["--parameter", "separateOutputStream=False"];
const APART: [&str; 1] = ["--separate"];

struct World {
    simulator: SimulateProcess,
    node: String,
}

impl World {
    fn new() -> Self {
        let simulator = SimulateProcess::start();
        let node = online_node(&simulator);
        Self { simulator, node }
    }

    fn command(&self, options: &[&str], words: &[&str]) -> Command {
        let mut command = postern(&self.simulator);
        command
            .arg("exec")
            .args(options)
            .arg(&self.node)
            .arg("--")
            .args(words);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn exec(&self, options: &[&str], words: &[&str]) -> Output {
        self.command(options, words).output().unwrap()
    }

    fn start(&self, options: &[&str], words: &[&str]) -> Running {
        let mut child = self.command(options, words).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Running { child, output }
    }

    /// The id of the newest session.
    fn session(&self) -> String {
        let answer = self.call("GET", "sessions", "");
        let sessions: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
        let newest = sessions["sessions"].as_array().unwrap().last().unwrap();
        newest["id"].as_str().unwrap().to_owned()
    }

    /// One of the simulator's orders.
    fn order(&self, name: &str, body: &str) {
        self.call("POST", name, body);
    }

    fn call(&self, method: &str, name: &str, body: &str) -> String {
        let endpoint = self.simulator.environment()["AWS_ENDPOINT_URL"]
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        let mut stream = TcpStream::connect(&endpoint).unwrap();
        let request = format!(
            "{method} /_simulator/{name} HTTP/1.1\r\nHost: {endpoint}\r\nx-postern-simulator: 1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 2"), "{name}: {answer}");
        answer
    }
}

struct Running {
    child: Child,
    output: BufReader<std::process::ChildStdout>,
}

impl Running {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status();
        assert!(status.unwrap().success());
    }

    /// The rest of standard output, standard error, and the exit status.
    fn end(mut self) -> (String, String, i32) {
        let (mut out, mut error) = (String::new(), String::new());
        self.output.read_to_string(&mut out).unwrap();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut error)
            .unwrap();
        (out, error, self.child.wait().unwrap().code().unwrap())
    }
}

fn texts(output: &Output) -> (String, String, i32) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code().unwrap(),
    )
}

fn digest(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

#[test]
fn the_exit_status_is_that_of_the_command() {
    let world = World::new();
    for (words, expected) in [
        (&["exit 0"][..], 0),
        (&["exit 3"], 3),
        (&["sh", "-c", "exit 254"], 254),
        (&["sh", "-c", "kill -9 $$"], 137),
        (&["no-such-program-42"], 127),
        (&["/no/such/program", "x"], 127),
    ] {
        for options in [&APART[..], &TOGETHER] {
            let (out, error, status) = texts(&world.exec(options, words));
            assert_eq!(status, expected, "{words:?} {options:?}: {error}");
            assert!(!out.contains("postern-exit"), "{out}");
            assert!(!error.contains("postern-exit"), "{error}");
        }
    }
}

#[test]
fn the_outputs_are_kept_apart_where_the_document_can() {
    let world = World::new();
    let words = ["echo out; echo error >&2; exit 4"];
    for options in [
        &[][..],
        &APART,
        &[
            "--document",
            "Acme-NonInteractiveCommand-SeparateOutput",
            "--separate",
        ],
    ] {
        assert_eq!(
            texts(&world.exec(options, &words)),
            ("out\n".into(), "error\n".into(), 4),
            "{options:?}"
        );
    }
    assert_eq!(
        texts(&world.exec(&TOGETHER, &words)),
        ("out\nerror\n".into(), String::new(), 4)
    );
}

#[test]
fn what_the_agent_says_of_a_missing_program_is_printed_though_it_comes_late() {
    let world = World::new();
    let document = ["--document", "AWS-StartNonInteractiveCommand"];
    let output = postern(&world.simulator)
        .args(["connect", &world.node])
        .args(document)
        .args([
            "--parameters",
            "command=/no/such/program x,separateOutputStream=True",
        ])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (out, error, status) = texts(&output);
    assert!(error.contains("fork/exec /no/such/program"), "{error}");
    assert_eq!((out.as_str(), status), ("", 1));
}

/// Commands that end an output with what the agent takes for an unfinished character: 1, 2 and 3 bytes.
const TAILS: [(&str, &[u8]); 5] = [
    (r"a\342", b"a\xe2"),
    (r"a\342\202", b"a\xe2\x82"),
    (r"a\360\237\230", b"a\xf0\x9f\x98"),
    (r"caf\351\n", b"caf\xe9\n"),
    (r"\377\376\375", b"\xff\xfe\xfd"),
];

#[test]
fn an_output_that_ends_within_a_character_arrives_whole() {
    let world = World::new();
    for (octal, bytes) in TAILS {
        for options in [&APART[..], &TOGETHER] {
            let output = world.exec(options, &[&format!("printf '{octal}'; exit 3")]);
            assert_eq!(
                (output.stdout.as_slice(), output.status.code()),
                (bytes, Some(3)),
                "{options:?}"
            );
            assert!(output.stderr.is_empty(), "{options:?}: {}", texts(&output).1);
        }
        let output = world.exec(&APART, &[&format!("printf '{octal}' >&2; exit 3")]);
        assert_eq!((output.stderr.as_slice(), output.status.code()), (bytes, Some(3)));
    }
}

#[test]
fn an_output_whose_end_may_be_missing_is_told() {
    let world = World::new();
    let output = world.exec(&APART, &[r"printf 'a\342'; kill -9 $PPID"]);
    let (out, error, status) = texts(&output);
    assert!(error.contains("The end of an output did not arrive"), "{error}");
    assert_eq!((out.as_str(), status), ("a", 137), "{error}");
}

#[test]
fn several_words_arrive_as_given() {
    let world = World::new();
    let words = [
        "printf",
        "[%s]",
        "two words",
        "it's",
        "$HOME",
        "",
        "*",
        "Zürich\n",
    ];
    for options in [&APART[..], &TOGETHER] {
        let (out, error, status) = texts(&world.exec(options, &words));
        assert_eq!(
            (out.as_str(), status),
            ("[two words][it's][$HOME][][*][Zürich\n]", 0),
            "{error}"
        );
    }
}

#[test]
fn megabytes_of_any_bytes_arrive_unchanged() {
    const BYTES: usize = 3_000_000;
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sent");
    let line = format!("head -c {BYTES} /dev/urandom | tee '{}'; exit 6", file.display());
    for options in [&APART[..], &TOGETHER] {
        let output = world.exec(options, &[&line]);
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(
            (output.stdout.len(), output.status.code()),
            (BYTES, Some(6)),
            "{error}"
        );
        assert_eq!(
            digest(&output.stdout),
            digest(&std::fs::read(&file).unwrap()),
            "{options:?}"
        );
    }
    let output = world.exec(&APART, &[&format!("{{ {line}; }} >&2")]);
    assert_eq!((output.stderr.len(), output.status.code()), (BYTES, Some(6)));
    assert_eq!(digest(&output.stderr), digest(&std::fs::read(&file).unwrap()));
}

const LINES: &str = "n=0; while [ $n -lt 300 ]; do n=$((n+1)); echo line-$n; sleep 0.01; done; exit 5";

fn lines(from: u32) -> String {
    (from..=300).map(|n| format!("line-{n}\n")).collect()
}

#[test]
fn a_link_that_is_cut_loses_and_doubles_nothing() {
    let world = World::new();
    world.order("agents/behave", r#"{"keeps_output_in_a_pause":true}"#);
    let mut running = world.start(&APART, &[LINES]);
    assert_eq!(running.line(), "line-1\n");
    world.order("links/cut", "");
    let (out, error, status) = running.end();
    assert_eq!((out, status), (lines(2), 5), "{error}");
}

#[test]
fn a_link_that_is_cut_costs_nothing_of_outputs_that_come_together() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("up");
    let line = format!("touch '{}'; {LINES}", file.display());
    let running = world.start(&TOGETHER, &[&line]);
    wait_for(&file);
    world.order("links/cut", "");
    assert_eq!(running.end(), (lines(1), String::new(), 5));
}

#[test]
fn output_that_the_agent_may_have_given_up_is_told() {
    let world = World::new();
    let mut running = world.start(&APART, &[LINES]);
    assert_eq!(running.line(), "line-1\n");
    world.order("links/cut", "");
    let (out, error, status) = running.end();
    assert!(lines(2).starts_with(&out), "what comes is in order");
    assert_eq!(status, 5, "{error}");
    assert!(error.contains("some may be missing"), "{error}");
}

#[test]
fn ctrl_c_is_the_commands_first() {
    let world = World::new();
    // A node without bash turns it into SIGTERM.
    let line = "trap 'echo caught; exit 7' INT TERM; echo up; while :; do sleep 0.05; done";
    let mut running = world.start(&APART, &[line]);
    assert_eq!(running.line(), "up\n");
    running.signal("INT");
    let (out, error, status) = running.end();
    assert_eq!((out.as_str(), status), ("caught\n", 7), "{error}");
}

#[test]
fn ctrl_c_ends_everything_that_the_command_started() {
    let world = World::new();
    for line in [
        "echo up; sleep 600; echo no",
        "echo up; while :; do sleep 1; done",
        "sleep 600 | { echo up; cat; } | cat",
        "sh -c 'trap \"\" INT; echo up; while :; do sleep 0.1; done'; exit 9",
        "sleep 600 & echo up; exec sleep 601",
    ] {
        let mut running = world.start(&APART, &[line]);
        assert_eq!(running.line(), "up\n");
        running.signal("INT");
        let (out, error, status) = running.end();
        assert!([130, 9].contains(&status), "{line}: {status} {error}");
        assert_eq!(out, "", "{line}");
    }
}

#[test]
fn a_signal_that_ends_postern_ends_the_command_first() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    for (name, expected) in [("TERM", 143), ("HUP", 129), ("QUIT", 131)] {
        let file = folder.path().join(name);
        let child = format!(
            "trap \"touch {}; exit 0\" TERM; echo up; while :; do sleep 0.05; done",
            file.display()
        );
        let mut running = world.start(&APART, &[&format!("sh -c '{child}'; true")]);
        assert_eq!(running.line(), "up\n");
        running.signal(name);
        let (_, error, status) = running.end();
        assert_eq!(status, expected, "{error}");
        assert!(
            error.contains(&format!("terminated because of SIG{name}")),
            "{error}"
        );
        assert!(file.exists(), "the command's child heard SIGTERM");
    }
}

#[test]
fn a_session_that_aws_could_not_be_told_of_is_no_terminated_one() {
    let world = World::new();
    world.order("faults/deny", r#"{"operation":"TerminateSession"}"#);
    let mut running = world.start(
        &APART,
        &["trap 'echo no' INT TERM; echo up; while :; do sleep 0.05; done"],
    );
    assert_eq!(running.line(), "up\n");
    running.signal("INT");
    assert_eq!(running.line(), "no\n");
    running.signal("INT");
    let (_, error, status) = running.end();
    assert_eq!(status, 130, "{error}");
    assert!(
        error.contains("left because of SIGINT, and AWS could not be told") && error.contains("20 minutes"),
        "{error}"
    );
}

#[test]
fn an_agent_that_fails_is_no_end_of_the_command() {
    let world = World::new();
    let mut running = world.start(&APART, &["echo up; exec sleep 600"]);
    assert_eq!(running.line(), "up\n");
    world.order(
        "sessions/crash",
        &format!(r#"{{"session":"{}"}}"#, world.session()),
    );
    let (_, error, status) = running.end();
    assert_eq!(status, 255, "{error}");
    assert!(
        error.contains("The SSM agent failed on the node: document process failed unexpectedly"),
        "{error}"
    );
}

#[test]
fn ctrl_c_ends_a_command_whose_output_comes_together() {
    let world = World::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("up");
    let line = format!("echo before; touch '{}'; exec sleep 600", file.display());
    let mut command = world.command(&TOGETHER, &[&line]);
    let mut child = command.env("POSTERN_LOG", "postern_cli=debug").spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    // The command may run before the program knows of it, and a Ctrl-C then ends the session.
    until(&mut log, "Ctrl-C is the command's from here on");
    wait_for(&file);
    let output = BufReader::new(child.stdout.take().unwrap());
    let mut running = Running { child, output };
    running.signal("INT");
    let (mut out, mut error) = (String::new(), String::new());
    running.output.read_to_string(&mut out).unwrap();
    log.read_to_string(&mut error).unwrap();
    let status = running.child.wait().unwrap().code();
    assert_eq!((out.as_str(), status), ("before\n", Some(130)), "{error}");
}

/// Reads lines until one has `words`.
fn until(lines: &mut impl BufRead, words: &str) {
    let mut line = String::new();
    while !line.contains(words) {
        line.clear();
        assert_ne!(lines.read_line(&mut line).unwrap(), 0, "no line has {words:?}");
    }
}

/// Nothing of a command whose output comes together can be seen before its end, so the command leaves a sign.
fn wait_for(file: &Path) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !file.exists() {
        assert!(Instant::now() < deadline, "the command did not start");
        std::thread::yield_now();
    }
}

#[test]
fn a_second_ctrl_c_ends_the_session() {
    let world = World::new();
    let mut running = world.start(
        &APART,
        &["trap 'echo no' INT TERM; echo up; while :; do sleep 0.05; done"],
    );
    assert_eq!(running.line(), "up\n");
    running.signal("INT");
    assert_eq!(running.line(), "no\n");
    running.signal("INT");
    let (_, error, status) = running.end();
    assert_eq!(status, 130, "{error}");
    assert!(error.contains("terminated because of SIGINT"), "{error}");
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_command() {
    let world = World::new();
    let mut running = world.start(&APART, &["while :; do echo y; done"]);
    assert_eq!(running.line(), "y\n");
    drop(running.output);
    let mut error = String::new();
    running
        .child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut error)
        .unwrap();
    assert_eq!(running.child.wait().unwrap().code(), Some(141), "{error}");
    assert_eq!(error, "");
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_a_full_disk_does_not_take_is_no_success() {
    let world = World::new();
    for document in [&TOGETHER[..], &APART] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = world.command(document, &["echo hi"]);
        let output = command.stdout(full).output().unwrap();
        let (_, error, status) = texts(&output);
        assert_eq!(status, 255, "{error}");
        assert!(error.contains("Standard output cannot be written"), "{error}");
    }
}

#[test]
fn a_document_that_may_not_be_read_is_used_all_the_same() {
    let world = World::new();
    for operation in ["GetDocument", "DescribeDocument"] {
        world.order("faults/deny", &format!(r#"{{"operation":"{operation}"}}"#));
    }
    let words = ["echo out; echo error >&2; exit 9"];
    assert_eq!(
        texts(&world.exec(&[], &words)),
        ("out\nerror\n".into(), String::new(), 9)
    );
    let own = ["--document", "Acme-NonInteractiveCommand-SeparateOutput"];
    assert_eq!(
        texts(&world.exec(&own, &words)),
        ("out\n".into(), "error\n".into(), 9),
        "a document that separates without being asked"
    );
}

#[test]
fn what_cannot_be_done_names_the_cause_and_gives_255() {
    let world = World::new();
    for (options, cause, next_step) in [
        (
            &["--separate", "--parameter", "separateOutputStream=False"][..],
            "does not keep standard output and standard error apart",
            "--print-document",
        ),
        (
            &["--document", "Acme-TailLog"],
            "of the type InteractiveCommands",
            "postern connect",
        ),
        (
            &["--document", "Acme-DiskReport"],
            "has no parameter named command: it has",
            "another document",
        ),
        (
            &["--document", "Acme-Missing"],
            "does not accept the document",
            "document's name",
        ),
        (&["--encryption", "require"], "not encrypted", "KMS key"),
        (&["--encryption", "maybe"], "require, require=KEY", "--help"),
        (
            &["--profile", "nobody"],
            "no AWS profile named nobody",
            "Choose one of",
        ),
    ] {
        let (out, error, status) = texts(&world.exec(options, &["true"]));
        assert_eq!((out.as_str(), status), ("", 255), "{options:?}: {error}");
        assert!(
            error.contains(cause) && error.contains(next_step),
            "{options:?}: {error}"
        );
    }
    let usage = postern(&world.simulator).args(["exec"]).output().unwrap();
    assert_eq!(
        usage.status.code(),
        Some(255),
        "wrong usage is no status of a command"
    );
}

#[test]
fn the_document_that_is_printed_keeps_the_outputs_apart() {
    let output = Command::new(program("postern"))
        .args(["exec", "--print-document"])
        .output()
        .unwrap();
    assert!(output.status.success());
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&document["schemaVersion"], &document["sessionType"]),
        (&"1.0".into(), &"NonInteractiveCommands".into())
    );
    for system in ["linux", "macOS", "windows"] {
        assert_eq!(
            document["properties"][system]["separateOutputStream"], true,
            "{system}"
        );
        assert_eq!(document["properties"][system]["commands"], "{{ command }}");
    }
}
