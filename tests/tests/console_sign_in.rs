//! Sign-ins of `aws login` on the simulator: one for Postern and the real AWS CLI together, whoever begins it.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))] // Where the package index has version 2 of the AWS CLI.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use postern_aws::AwsControlPlane;
use postern_model::{Callers, ConsoleSignIns as _, ControlError, ProfileName, Region, Scope};
use postern_simulator::{Simulator, SimulatorConfig};
use postern_tests::harness::aws_cli_2;
use serde_json::Value;
use tempfile::TempDir;

struct Desk {
    simulator: Simulator,
    home: TempDir,
}

impl Desk {
    async fn new() -> Self {
        let config = SimulatorConfig {
            every_kind: true,
            ..SimulatorConfig::default()
        };
        Self {
            simulator: Simulator::start(config).await.unwrap(),
            home: tempfile::tempdir().unwrap(),
        }
    }

    fn variables(&self) -> Vec<(String, String)> {
        let mut variables = self.simulator.environment();
        // The profile of the command line is to win.
        variables.retain(|(name, _)| name != "AWS_PROFILE");
        variables.push(("HOME".into(), self.home.path().to_str().unwrap().into()));
        variables
    }

    fn postern(&self) -> AwsControlPlane {
        AwsControlPlane::from_variables(self.variables())
    }

    fn aws(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(aws_cli_2());
        command
            .args(arguments)
            .args(["--profile", "console"])
            .env_clear()
            .envs(self.variables())
            .envs([
                ("PATH", "/usr/bin:/bin"),
                ("LANG", "C.UTF-8"),
                ("PYTHONUNBUFFERED", "1"),
            ])
            .env("BROWSER", "/bin/true")
            .stdin(Stdio::null());
        command
    }

    fn caller_of_the_aws_cli(&self) -> String {
        let output = self
            .aws(&["sts", "get-caller-identity", "--query", "Arn", "--output", "text"])
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{error}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Where the one sign-in is kept.
    fn file(&self) -> PathBuf {
        let folder = self.home.path().join(".aws/login/cache");
        let mut files = folder.read_dir().unwrap();
        files.next().unwrap().unwrap().path()
    }

    fn kept(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.file()).unwrap()).unwrap()
    }

    /// Leaves the credentials for expired, so that whoever comes next must renew them.
    fn expire(&self) {
        let mut kept = self.kept();
        kept["accessToken"]["expiresAt"] = "2020-01-01T00:00:00Z".into();
        std::fs::write(self.file(), kept.to_string()).unwrap();
    }
}

fn console() -> ProfileName {
    ProfileName::parse("console").unwrap()
}

async fn arn(control: &AwsControlPlane) -> Result<String, ControlError> {
    let scope = Scope {
        profile: Some(console()),
        region: Region::parse("eu-central-1").unwrap(),
    };
    control.caller(&scope).await.map(|caller| caller.arn)
}

/// Head and body of an answer.
fn http(address: &str, method: &str, target: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{method} {target} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// What a person does in the browser: signs in, and is sent back to the port of the program.
fn browse(page: &str) {
    let (address, target) = page.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let (place, query) = target.split_once('?').unwrap();
    let (_, shown) = http(address, "GET", &format!("/{target}"), "");
    assert!(shown.contains("Sign in as"), "{shown}");
    let (head, _) = http(
        address,
        "POST",
        &format!("/{place}"),
        &format!("{query}&answer=allow"),
    );
    let back = head
        .lines()
        .find_map(|line| line.strip_prefix("location: http://"));
    let (host, target) = back.unwrap().split_once('/').unwrap();
    http(host, "GET", &format!("/{target}"), "");
}

async fn sign_in(control: &AwsControlPlane) {
    let show = |page: &str| {
        let page = page.to_owned();
        std::thread::spawn(move || browse(&page));
    };
    control.sign_in_to_console(Some(&console()), &show).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_of_postern_serves_the_aws_cli_which_renews_it_with_our_key() {
    let desk = Desk::new().await;
    let control = desk.postern();
    assert_eq!(arn(&control).await.unwrap_err().code(), "console-sign-in-needed");
    sign_in(&control).await;
    let ours = arn(&control).await.unwrap();
    assert!(ours.ends_with(":user/ops"), "{ours}");
    assert_eq!(desk.caller_of_the_aws_cli(), ours);
    let before = desk.kept();
    desk.expire();
    assert_eq!(desk.caller_of_the_aws_cli(), ours);
    assert_ne!(
        before["refreshToken"],
        desk.kept()["refreshToken"],
        "the AWS CLI renewed it"
    );
    assert_eq!(
        arn(&desk.postern()).await.unwrap(),
        ours,
        "and what it renewed is good here"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_of_the_aws_cli_serves_postern_which_renews_it_with_its_key() {
    let desk = Desk::new().await;
    let mut child = desk.aws(&["login"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let page = lines
        .by_ref()
        .map(Result::unwrap)
        .find(|line| line.contains("/v1/authorize?"));
    std::thread::spawn(move || lines.for_each(drop));
    browse(page.unwrap().trim());
    assert!(child.wait().unwrap().success());
    let ours = arn(&desk.postern()).await.unwrap();
    assert!(ours.ends_with(":user/ops"), "{ours}");
    let before = desk.kept();
    desk.expire();
    assert_eq!(arn(&desk.postern()).await.unwrap(), ours);
    assert_ne!(
        before["refreshToken"],
        desk.kept()["refreshToken"],
        "we renewed it"
    );
    assert_eq!(
        desk.caller_of_the_aws_cli(),
        ours,
        "and what we renewed is good there"
    );
}
