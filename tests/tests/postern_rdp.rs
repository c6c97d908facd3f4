//! `postern rdp` as a process: a stand-in for the client connects as its connection file says, and the Administrator's password
//! is the one that the AWS CLI decrypts.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use postern_tests::harness::{PortWorld, aws_cli, postern};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A world whose nodes answer on port 3389, and a client that notes what it was given.
struct Desk {
    world: PortWorld,
    folder: TempDir,
}

/// Connects, notes the file and the answer, and ends as FreeRDP does when its window is closed.
const CLIENT: &str = r#"#!/bin/bash
PATH=/usr/bin:/bin
echo "$1" > "$OUT/path"
cp "$1" "$OUT/seen.rdp"
[ -e "$OUT/fails" ] && exit 131
port=$(tr -d '\r' < "$1" | sed -n 's/^full address:s:127.0.0.1://p')
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'hello' >&3
head -c 5 <&3 > "$OUT/answer"
exit 12
"#;

impl Desk {
    fn new() -> Self {
        let (world, folder) = (PortWorld::new(), tempfile::tempdir().unwrap());
        world.open_port(3389, json!({ "server": "echo" }));
        let client = folder.path().join("xfreerdp");
        fs::write(&client, CLIENT).unwrap();
        fs::set_permissions(client, fs::Permissions::from_mode(0o755)).unwrap();
        Self { world, folder }
    }

    fn rdp(&self, node: &str, options: &[&str]) -> Output {
        self.command(node, options).output().unwrap()
    }

    /// Finds no client but the stand-in.
    fn command(&self, node: &str, options: &[&str]) -> Command {
        let mut command = postern(&self.world.simulator);
        command
            .args(["rdp", node])
            .args(options)
            .env("PATH", self.folder.path())
            .env("OUT", self.folder.path())
            .env("XDG_RUNTIME_DIR", self.folder.path())
            .stdin(Stdio::null());
        command
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn key_file(&self) -> String {
        let config = Path::new(&self.world.simulator.environment()["AWS_CONFIG_FILE"]);
        config
            .parent()
            .unwrap()
            .join("acme-windows.pem")
            .display()
            .to_string()
    }

    fn aws(&self, arguments: &[&str]) -> Value {
        let output = Command::new(aws_cli())
            .args(arguments)
            .args(["--output", "json"])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .envs(self.world.simulator.environment())
            .output()
            .unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    }

    fn windows_node(&self) -> String {
        let output = postern(&self.world.simulator)
            .args(["nodes", "--json"])
            .output()
            .unwrap();
        let nodes: Value = serde_json::from_slice(&output.stdout).unwrap();
        let mut nodes = nodes.as_array().unwrap().iter();
        let windows = nodes.find(|node| node["platform"] == "windows" && node["kind"] == "ec2");
        windows.unwrap()["id"].as_str().unwrap().to_owned()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_client_reaches_the_node_and_the_session_ends_with_it() {
    let desk = Desk::new();
    let node = desk.world.node.clone();
    let output = desk.rdp(&node, &[]);
    let said = text(&output.stderr);
    assert_eq!(
        (output.status.code(), output.stdout.len()),
        (Some(0), 0),
        "{said}"
    );
    assert_eq!(fs::read_to_string(desk.file("answer")).unwrap(), "hello");
    assert!(
        said.contains(&format!("The desktop of {node} is at 127.0.0.1:")),
        "{said}"
    );
    let path = fs::read_to_string(desk.file("path")).unwrap();
    assert!(path.trim().ends_with(&format!("/{node}.rdp")), "{path}");
    assert!(path.starts_with(desk.folder.path().to_str().unwrap()), "{path}");
    assert!(
        !Path::new(path.trim()).parent().unwrap().exists(),
        "the file is gone, and its folder"
    );
    assert_eq!(desk.world.sessions()[0]["state"], "terminated");
}

#[test]
fn a_client_that_fails_or_is_missing_is_named() {
    let desk = Desk::new();
    let node = desk.world.node.clone();
    fs::write(desk.file("fails"), "").unwrap();
    let failed = desk.rdp(&node, &[]);
    let said = text(&failed.stderr);
    assert_eq!(failed.status.code(), Some(1), "{said}");
    assert!(said.contains("xfreerdp ended before it connected"), "{said}");
    fs::remove_file(desk.file("xfreerdp")).unwrap();
    let missing = desk.rdp(&node, &[]);
    let said = text(&missing.stderr);
    assert!(
        said.contains("No client for remote desktops is installed.") && said.contains("Remmina"),
        "{said}"
    );
    assert_eq!(
        desk.world.sessions().len(),
        1,
        "without a client no session is opened"
    );
}

#[test]
fn the_password_is_the_one_that_the_aws_cli_decrypts() {
    let desk = Desk::new();
    let (windows, key) = (desk.windows_node(), desk.key_file());
    let get = [
        "ec2",
        "get-password-data",
        "--instance-id",
        &windows,
        "--priv-launch-key",
        &key,
    ];
    let decrypted = desk.aws(&get)["PasswordData"].as_str().unwrap().to_owned();
    let shown = desk.rdp(
        &windows,
        &["--password", &key, "--only-password", "--show-password"],
    );
    assert_eq!(
        text(&shown.stdout),
        format!("{decrypted}\n"),
        "{}",
        text(&shown.stderr)
    );
    // Without a display there is no clipboard, and the password is nowhere.
    let copied = desk.rdp(&windows, &["--password", &key]);
    let said = text(&copied.stderr);
    assert_eq!(
        (copied.status.code(), copied.stdout.len()),
        (Some(1), 0),
        "{said}"
    );
    assert!(
        said.contains("cannot be put on the clipboard") && !said.contains(&decrypted),
        "{said}"
    );
    assert!(!desk.file("seen.rdp").exists());
}

#[test]
fn what_keeps_a_password_from_being_had_is_named() {
    let desk = Desk::new();
    let (windows, key) = (desk.windows_node(), desk.key_file());
    let other = desk.file("other.pem");
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f"])
        .arg(&other)
        .status();
    assert!(made.unwrap().success());
    let config = desk.world.simulator.environment()["AWS_CONFIG_FILE"].clone();
    let linux = desk.world.node.clone();
    for (node, file, words) in [
        (
            &windows,
            other.to_str().unwrap(),
            "does not open the password of i-",
        ),
        (&windows, config.as_str(), "it is no private key"),
        (&windows, "/nonexistent.pem", "No such file"),
        (&linux, key.as_str(), "AWS has no Administrator password for i-"),
    ] {
        let output = desk.rdp(node, &["--password", file, "--only-password", "--show-password"]);
        let said = text(&output.stderr);
        assert_eq!(
            (output.status.code(), output.stdout.len()),
            (Some(1), 0),
            "{said}"
        );
        assert!(said.contains(words), "{words}: {said}");
    }
    desk.world
        .order("faults/deny", &json!({ "operation": "GetPasswordData" }));
    let denied = desk.rdp(
        &windows,
        &["--password", &key, "--only-password", "--show-password"],
    );
    let said = text(&denied.stderr);
    assert!(said.contains("may not call ec2:GetPasswordData"), "{said}");
}
