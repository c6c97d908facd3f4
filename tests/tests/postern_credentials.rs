//! `postern` with a profile whose credentials a program of the user's brings, in pipes and in a terminal.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed assumption of a test is a failed test"
)]

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use portable_pty::CommandBuilder;
use postern_tests::harness::{SimulateProcess, Terminal, online_node, postern, program};
use tempfile::TempDir;

/// The simulator, and beside its own profiles one with a credential process.
struct World {
    simulator: SimulateProcess,
    folder: TempDir,
    secrets: Vec<String>,
}

impl World {
    /// `script` finds the JSON with good keys in the file `$json`, and its folder in `$here`.
    fn with(script: &str) -> Self {
        let simulator = SimulateProcess::start();
        let folder = tempfile::tempdir().unwrap();
        let keys = keys_of(&simulator);
        let (json, secrets) = as_json(&keys);
        fs::write(folder.path().join("keys.json"), json).unwrap();
        let here = folder.path().display();
        let text = format!("here='{here}'; json='{here}/keys.json'\n{script}\n");
        fs::write(folder.path().join("credentials.sh"), text).unwrap();
        let config = format!(
            "[profile by-process]\nregion = {}\nendpoint_url = {}\n\
             credential_process = sh {here}/credentials.sh --password canary-argument\n",
            setting(&simulator, "region"),
            setting(&simulator, "endpoint_url"),
        );
        fs::write(folder.path().join("config"), config).unwrap();
        Self {
            simulator,
            folder,
            secrets,
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn environment(&self) -> Vec<(String, String)> {
        let path = std::env::var("PATH").unwrap();
        vec![
            ("PATH".into(), path),
            ("TERM".into(), "xterm-256color".into()),
            ("HOME".into(), self.folder.path().display().to_string()),
            (
                "AWS_CONFIG_FILE".into(),
                self.file("config").display().to_string(),
            ),
            (
                "AWS_SHARED_CREDENTIALS_FILE".into(),
                self.file("none").display().to_string(),
            ),
            ("POSTERN_LOG".into(), "trace".into()),
        ]
    }

    fn postern(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program("postern"));
        command.env_clear().envs(self.environment());
        command.args(arguments).args(["--profile", "by-process"]);
        command
    }

    fn in_terminal(&self, arguments: &[&str]) -> Terminal {
        let mut command = CommandBuilder::new(program("postern"));
        command.args(arguments);
        command.args(["--profile", "by-process"]);
        command.env_clear();
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        // The log would be between the words that are waited for.
        command.env_remove("POSTERN_LOG");
        Terminal::start(command)
    }

    fn has_no_secret(&self, text: &str) {
        for secret in self.secrets.iter().map(String::as_str).chain(["canary-argument"]) {
            assert!(!text.contains(secret), "{secret} is in {text}");
        }
    }
}

fn section(file: &str, simulator: &SimulateProcess) -> Vec<(String, String)> {
    let environment = simulator.environment();
    let profile = environment.get("AWS_PROFILE").map_or("default", String::as_str);
    let text = fs::read_to_string(environment.get(file).unwrap()).unwrap();
    text.lines()
        .skip_while(|line| *line != format!("[{profile}]") && *line != format!("[profile {profile}]"))
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn setting(simulator: &SimulateProcess, name: &str) -> String {
    let settings = section("AWS_CONFIG_FILE", simulator);
    settings.into_iter().find(|(other, _)| other == name).unwrap().1
}

fn keys_of(simulator: &SimulateProcess) -> Vec<(String, String)> {
    section("AWS_SHARED_CREDENTIALS_FILE", simulator)
}

fn as_json(keys: &[(String, String)]) -> (String, Vec<String>) {
    let value = |name: &str| {
        keys.iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.clone())
    };
    let (secret, token) = (
        value("aws_secret_access_key").unwrap(),
        value("aws_session_token"),
    );
    let json = serde_json::json!({
        "Version": 1,
        "AccessKeyId": value("aws_access_key_id").unwrap(),
        "SecretAccessKey": secret,
        "SessionToken": token,
        "Expiration": "2099-01-01T00:00:00+0000",
    });
    (json.to_string(), std::iter::once(secret).chain(token).collect())
}

fn fifo(world: &World) -> PathBuf {
    let path = world.file("fifo");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

/// The lines of a FIFO until whoever holds it open is gone.
fn lines_of(path: &Path) -> impl Iterator<Item = String> {
    BufReader::new(File::open(path).unwrap())
        .lines()
        .map(Result::unwrap)
}

#[test]
fn piped_input_goes_to_the_session_whatever_the_credential_process_reads() {
    let world = World::with("cat > \"$here/stolen\"; cat \"$json\"");
    let node = online_node(&world.simulator);
    let mut child = world
        .postern(&["connect", &node])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"echo typed-$((40+2))\nexit\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let (out, error) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{error}");
    assert!(out.contains("typed-42"), "{out}");
    assert_eq!(fs::read_to_string(world.file("stolen")).unwrap(), "");
    assert!(error.contains("credential process"), "the log was on: {error}");
    world.has_no_secret(&error);
}

#[test]
fn in_a_terminal_a_credential_process_may_ask_there_and_the_session_gets_the_rest() {
    for ask in [
        "printf 'Code? ' > /dev/tty; stty -echo < /dev/tty; read -r code < /dev/tty",
        "printf 'Code? ' > /dev/tty; read -r code",
    ] {
        let world = World::with(&format!("{ask}; [ \"$code\" = 123456 ] && cat \"$json\""));
        let node = online_node(&world.simulator);
        let mut terminal = world.in_terminal(&["connect", &node]);
        terminal.wait_for("Code? ");
        terminal.type_text("123456\r");
        terminal.wait_for("$ ");
        terminal.type_text("echo typed-$((40+2)); exit\r");
        terminal.wait_for("typed-42");
        assert_eq!(terminal.wait_for_end().0, 0);
    }
}

#[test]
fn a_credential_process_and_its_children_end_with_postern_however_that_ends() {
    let world = World::with("(exec 3> \"$here/fifo\"; echo ready >&3; sleep 1000; echo late >&3) & wait");
    let path = fifo(&world);
    let mut child = world.postern(&["nodes"]).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = lines_of(&path);
    assert_eq!(lines.next().unwrap(), "ready");
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(lines.next(), None);
    let mut terminal = world.in_terminal(&["nodes"]);
    let mut lines = lines_of(&path);
    assert_eq!(lines.next().unwrap(), "ready");
    terminal.type_text("\u{3}");
    assert_eq!(lines.next(), None);
    terminal.wait_for_end();
}

#[test]
fn a_failure_is_told_without_colours_and_secrets() {
    let world =
        World::with("set -x; cat \"$json\" >&2; printf '\\033[31mno\\n vault\\033[0m\\n' >&2; exit 4");
    let output = world.postern(&["nodes"]).output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(error.contains("it ended with status 4: "), "{error}");
    assert!(error.contains("no / vault"), "{error}");
    assert!(!error.contains('\u{1b}'), "{error}");
    assert!(
        error.contains("Run this command yourself to see more: `sh ") && error.contains("--password …"),
        "{error}"
    );
    world.has_no_secret(&error);
}

#[test]
fn a_program_that_is_not_there_names_the_path_that_was_searched() {
    let world = World::with("");
    let config = fs::read_to_string(world.file("config"))
        .unwrap()
        .replace("= sh ", "= no-such-vault ");
    fs::write(world.file("config"), config).unwrap();
    let output = world
        .postern(&["nodes"])
        .env("PATH", "/nowhere/bin")
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.contains("no-such-vault was not found in PATH (/nowhere/bin)"),
        "{error}"
    );
}

#[test]
fn other_commands_use_the_same_credentials() {
    let world = World::with("cat \"$json\"");
    let output = world.postern(&["nodes", "--json"]).output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let own = postern(&world.simulator)
        .args(["nodes", "--json"])
        .output()
        .unwrap();
    let count = |bytes: &[u8]| {
        serde_json::from_slice::<Vec<serde_json::Value>>(bytes)
            .unwrap()
            .len()
    };
    assert_eq!(count(&output.stdout), count(&own.stdout));
}
