//! The programs in a company: AWS by its own names, and `HTTPS_PROXY` with a password as the only way to it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use postern_simulator::ProxyBehaviour;
use postern_tests::harness::{ProxiedAws, Terminal, program};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const PATIENCE: Duration = Duration::from_secs(30);

/// AWS behind the proxy, and a person's home with nothing in it.
struct Office {
    aws: ProxiedAws,
    home: TempDir,
    /// Serves AWS and the proxy while a test waits for programs.
    _runtime: Runtime,
}

impl Office {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        Self {
            aws: runtime.block_on(ProxiedAws::start()),
            home: tempfile::tempdir().unwrap(),
            _runtime: runtime,
        }
    }

    /// With everything that Postern's own crates have to say.
    fn environment(&self) -> Vec<(String, String)> {
        let mut variables = self.aws.environment();
        let home = self.home.path().display().to_string();
        let path = std::env::var("PATH").unwrap();
        let own = [
            ("HOME", home.as_str()),
            ("POSTERN_DATA_DIR", &home),
            ("POSTERN_LOG", "trace"),
            ("PATH", &path),
        ];
        variables.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        variables
    }

    fn postern(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("postern"));
        command
            .args(arguments)
            .env_clear()
            .envs(self.environment())
            .stdin(Stdio::null());
        command
    }

    fn node(&self) -> String {
        let output = self.postern(&["nodes", "--json"]).output().unwrap();
        assert!(output.status.success(), "{}", logged(&output));
        let nodes: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut nodes = nodes.as_array().unwrap().iter();
        let node = nodes.find(|node| node["agent"] == "online" && node["platform"] == "linux");
        node.unwrap()["id"].as_str().unwrap().to_owned()
    }
}

/// What a program wrote to its standard error, the log among it, without a secret.
fn logged(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    ProxiedAws::assert_no_secret(&text);
    text
}

/// Waits until a program that runs has written this.
fn until_told(file: &Path, wanted: &str) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let told = std::fs::read_to_string(file).unwrap();
        if told.contains(wanted) {
            return;
        }
        assert!(Instant::now() < deadline, "{wanted} is not in {told}");
        // The file system tells nobody.
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn nodes_commands_and_shells_go_through_the_proxy_of_the_environment() {
    let office = Office::new();
    let node = office.node();
    let run = ["exec", &node, "--", "sh", "-c", "echo out; exit 7"];
    let ran = office.postern(&run).output().unwrap();
    let log = logged(&ran);
    assert_eq!(
        (ran.stdout.as_slice(), ran.status.code()),
        (&b"out\n"[..], Some(7)),
        "{log}"
    );
    let mut shell = office
        .postern(&["connect", &node])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let typed = b"echo typed-$((6*7)); exit\n";
    shell.stdin.take().unwrap().write_all(typed).unwrap();
    let shell = shell.wait_with_output().unwrap();
    let log = logged(&shell);
    assert!(
        String::from_utf8_lossy(&shell.stdout).contains("typed-42"),
        "{log}"
    );
    assert!(shell.status.success(), "{log}");
    assert_eq!(office.aws.proxy().refused_logins(), 0);
    let served = office.aws.proxy().served();
    for service in ["ec2", "ssm", "ssmmessages"] {
        let host = format!("{service}.eu-central-1.amazonaws.com:443");
        assert!(served.contains(&host), "{host} is not in {served:?}");
    }
    office.aws.assert_all_came_through_the_proxy();
}

#[test]
fn a_shell_lives_on_after_the_proxy_was_cut_and_was_away() {
    let office = Office::new();
    let node = office.node();
    let log = office.home.path().join("log");
    let script = format!(
        "'{}' connect {node} 2>'{}'; echo \"status=$?\"",
        program("postern").display(),
        log.display()
    );
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", &script]);
    command.env_clear();
    for (name, value) in office.environment() {
        command.env(name, value);
    }
    command.env("TERM", "xterm-256color");
    let mut terminal = Terminal::start(command);
    terminal.wait_for("$ ");
    terminal.type_text("kept=$((40+2)); echo before-$kept\r");
    terminal.wait_for("before-42");
    office.aws.proxy().behave(ProxyBehaviour::Refuse(503));
    assert!(office.aws.proxy().cut() > 0);
    terminal.type_text("echo after-$kept\r");
    until_told(&log, "(HTTP 503)");
    office.aws.proxy().behave(ProxyBehaviour::Serve);
    terminal.wait_for("after-42");
    terminal.type_text("exit\r");
    terminal.wait_for("status=0");
    ProxiedAws::assert_no_secret(&std::fs::read_to_string(&log).unwrap());
    office.aws.assert_all_came_through_the_proxy();
}

#[test]
fn a_wrong_password_is_named_once_sent_once_and_nowhere_to_be_read() {
    let office = Office::new();
    let wrong = office
        .aws
        .proxy()
        .url_with_login()
        .replace("canary", "canary-wrong");
    for (number, arguments) in [
        &["nodes"][..],
        &["connect", "i-00000000000000000"],
        &["exec", "i-00000000000000000", "--", "true"],
        &["whoami"],
    ]
    .iter()
    .enumerate()
    {
        let output = office
            .postern(arguments)
            .env("HTTPS_PROXY", &wrong)
            .output()
            .unwrap();
        let log = logged(&output);
        assert!(!output.status.success(), "{arguments:?}: {log}");
        let told: Vec<&str> = log
            .lines()
            .filter(|line| {
                !line.contains(" postern_") && line.contains("does not accept the password of ada")
            })
            .collect();
        assert_eq!(told.len(), 1, "{arguments:?}: {log}");
        assert!(log.contains("Correct the password"), "{arguments:?}: {log}");
        assert_eq!(
            office.aws.proxy().refused_logins(),
            number + 1,
            "{arguments:?}: {log}"
        );
    }
    assert!(office.aws.proxy().served().is_empty());
}
