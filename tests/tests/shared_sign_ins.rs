//! Postern and the real AWS CLI sign in to the simulated IAM Identity Center for each other.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))] // Where the package index has version 2 of the AWS CLI.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use postern_tests::harness::{SimulateProcess, aws_cli, aws_cli_2, postern};
use serde_json::{Value, json};
use tempfile::TempDir;

const PROFILE: &str = "sso-acme-prod-node-operator";
const LEGACY: &str = "sso-legacy";

/// A simulator with profiles of every kind, and a person's home with nothing in it.
struct Household {
    simulator: SimulateProcess,
    home: TempDir,
}

impl Household {
    /// Whose sign-ins are answered like this.
    fn new(answer: &str) -> Self {
        let options = ["--nodes", "20", "--every-kind", "--sign-ins", answer];
        Self {
            simulator: SimulateProcess::start_with(&options),
            home: tempfile::tempdir().unwrap(),
        }
    }

    /// A program that finds the simulator's files and this home.
    fn at_home(&self, command: &mut Command) {
        command
            .env_clear()
            .envs(self.simulator.environment())
            .env_remove("AWS_PROFILE")
            .env("HOME", self.home.path())
            .env("PATH", "/usr/bin:/bin")
            .env("LANG", "C.UTF-8")
            .stdin(Stdio::null());
    }

    fn postern(&self, arguments: &[&str]) -> Command {
        let mut command = postern(&self.simulator);
        self.at_home(command.args(arguments));
        command
    }

    fn aws(&self, program: PathBuf, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        self.at_home(command.args(arguments));
        command.output().unwrap()
    }

    /// `aws sso login` with a device code.
    fn aws_signs_in(&self, which: &[&str]) {
        let login = ["sso", "login", "--no-browser", "--use-device-code"];
        succeeds(&self.aws(aws_cli_2(), &[&login[..], which].concat()));
    }

    /// `postern login`; answers what it printed.
    fn postern_signs_in(&self, which: &[&str]) -> String {
        let login = ["login", "--no-browser"];
        succeeds(&self.postern(&[&login[..], which].concat()).output().unwrap())
    }

    /// Whom AWS takes the profile for, by both versions of the AWS CLI.
    fn aws_is(&self, profile: &str) -> [String; 2] {
        [aws_cli(), aws_cli_2()].map(|program| {
            let asked = [
                "sts",
                "get-caller-identity",
                "--profile",
                profile,
                "--output",
                "json",
            ];
            let said: Value = serde_json::from_str(&succeeds(&self.aws(program, &asked))).unwrap();
            said["Arn"].as_str().unwrap().to_owned()
        })
    }

    fn whoami(&self, profile: &str) -> Value {
        let output = self
            .postern(&["whoami", "--json", "--profile", profile])
            .output()
            .unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
    }

    /// Whom AWS takes the profile for, by Postern.
    fn postern_is(&self, profile: &str) -> String {
        let said = self.whoami(profile);
        said["arn"]
            .as_str()
            .unwrap_or_else(|| panic!("{said}"))
            .to_owned()
    }

    fn order(&self, name: &str, said: &Value) -> Value {
        let endpoint = &self.simulator.environment()["AWS_ENDPOINT_URL"];
        let address = endpoint.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let body = said.to_string();
        let request = format!(
            "POST /_simulator/{name} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\nx-postern-simulator: 1\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
    }

    /// How often the simulator was asked for an operation.
    fn calls(&self, operation: &str) -> u64 {
        let counted = self.order("calls/count", &json!({ "operation": operation }));
        counted["count"].as_u64().unwrap()
    }

    fn cache(&self) -> PathBuf {
        self.home.path().join(".aws/sso/cache")
    }
}

/// What it printed.
fn succeeds(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it said when it failed.
fn fails(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn is_node_operator(arn: &str) -> bool {
    arn.contains(":assumed-role/AWSReservedSSO_NodeOperator_")
}

#[test]
fn who_signed_in_with_the_aws_cli_is_signed_in_to_postern() {
    let desk = Household::new("confirm");
    desk.aws_signs_in(&["--sso-session", "acme"]);
    desk.aws_signs_in(&["--profile", LEGACY]);
    let (tokens, clients) = (desk.calls("CreateToken"), desk.calls("RegisterClient"));
    for profile in [PROFILE, LEGACY] {
        assert!(is_node_operator(&desk.postern_is(profile)));
    }
    assert_eq!(desk.calls("CreateToken"), tokens, "nobody signed in again");
    let sign_in = &desk.whoami(PROFILE)["signIn"];
    assert_eq!(
        (&sign_in["name"], &sign_in["state"]),
        (&json!("acme"), &json!("signed-in"))
    );
    assert_eq!(sign_in["renewable"], true);
    desk.postern_signs_in(&["--sso-session", "acme"]);
    assert_eq!(
        desk.calls("RegisterClient"),
        clients,
        "the registration is shared, too"
    );
}

#[test]
fn who_signed_in_with_postern_is_signed_in_to_the_aws_cli() {
    let desk = Household::new("confirm");
    let said = desk.postern_signs_in(&["--profile", PROFILE]);
    assert!(
        said.contains("/device?user_code=") && said.contains("Signed in to acme, "),
        "{said}"
    );
    desk.postern_signs_in(&["--profile", LEGACY]);
    for profile in [PROFILE, LEGACY] {
        assert!(desk.aws_is(profile).iter().all(|arn| is_node_operator(arn)));
    }
    for file in desk.cache().read_dir().unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let clients = desk.calls("RegisterClient");
    desk.aws_signs_in(&["--sso-session", "acme"]);
    assert_eq!(
        desk.calls("RegisterClient"),
        clients,
        "the registration is shared, too"
    );
}

#[test]
fn a_sign_in_is_renewed_in_turn() {
    let desk = Household::new("confirm");
    // Less than the quarter of an hour before which both renew.
    let soon = json!({ "lifetimes": { "access_token": 600 } });
    desk.order("sign-ins/lifetimes", &soon);
    desk.aws_signs_in(&["--sso-session", "acme"]);
    for round in 1..=2 {
        let before = desk.calls("CreateToken");
        assert!(is_node_operator(&desk.postern_is(PROFILE)));
        assert_eq!(desk.calls("CreateToken"), before + 1, "round {round}");
        // Credentials of roles are in the AWS CLI's cache after the first time.
        std::fs::remove_dir_all(desk.home.path().join(".aws/cli")).ok();
        assert!(desk.aws_is(PROFILE).iter().all(|arn| is_node_operator(arn)));
        assert!(desk.calls("CreateToken") > before + 1, "round {round}");
    }
    desk.order("tokens/expire", &json!({}));
    assert!(
        is_node_operator(&desk.postern_is(PROFILE)),
        "an expired token is renewed"
    );
}

#[test]
fn who_signs_out_of_one_is_signed_out_of_the_other() {
    let desk = Household::new("confirm");
    desk.postern_signs_in(&["--sso-session", "acme"]);
    succeeds(&desk.aws(aws_cli_2(), &["sso", "logout"]));
    let said = desk.whoami(PROFILE);
    assert_eq!(said["error"]["code"], "sign-in-needed");
    assert_eq!(said["error"]["detail"], "nobody is signed in on this computer");
    let nodes = desk.postern(&["nodes", "--profile", PROFILE]).output().unwrap();
    assert!(fails(&nodes).contains("Run `postern login --sso-session acme`, then retry."));
    desk.aws_signs_in(&["--sso-session", "acme"]);
    // What the AWS CLI keeps of a role would do without the sign-in.
    desk.aws_is(PROFILE);
    let logout = desk
        .postern(&["logout", "--sso-session", "acme"])
        .output()
        .unwrap();
    assert_eq!(succeeds(&logout), "Signed out of acme.\n");
    let asked = ["sts", "get-caller-identity", "--profile", PROFILE];
    assert!(fails(&desk.aws(aws_cli_2(), &asked)).contains("Token for acme does not exist"));
    let again = desk
        .postern(&["logout", "--sso-session", "acme"])
        .output()
        .unwrap();
    assert_eq!(succeeds(&again), "Nobody was signed in to acme.\n");
}

#[test]
fn a_role_and_the_default_credentials_need_the_sign_in_behind_them() {
    let desk = Household::new("confirm");
    let as_default = || {
        let mut command = desk.postern(&["whoami"]);
        command.env("AWS_PROFILE", PROFILE).output().unwrap()
    };
    let said = desk.whoami("role-of-sso");
    assert_eq!(said["error"]["code"], "sign-in-needed");
    assert_eq!(said["signIn"]["name"], "https://acme.awsapps.com/start");
    let refused = fails(&as_default());
    assert!(
        refused.contains("needs a sign-in to IAM Identity Center (acme)."),
        "{refused}"
    );
    desk.postern_signs_in(&["--profile", "role-of-sso"]);
    desk.postern_signs_in(&["--sso-session", "acme"]);
    assert!(
        desk.postern_is("role-of-sso")
            .contains(":assumed-role/NodeOperator/")
    );
    assert!(is_node_operator(&succeeds(&as_default())));
}

#[test]
fn a_sign_in_that_was_denied_changes_nothing() {
    let desk = Household::new("deny");
    let denied = desk
        .postern(&["login", "--no-browser", "--sso-session", "acme"])
        .output()
        .unwrap();
    assert!(fails(&denied).contains("The sign-in to acme failed: it was denied in the browser."));
    assert_eq!(desk.cache().read_dir().unwrap().count(), 1, "the registration");
}

/// Waits until another program made this file.
fn until_exists(file: &Path) {
    let begun = Instant::now();
    while !file.exists() {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "{} was never made",
            file.display()
        );
        // The file system tells nobody.
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// Starts `postern login` and waits until it shows its link.
fn waiting(command: &mut Command) -> (Child, String) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let link = lines
        .map(Result::unwrap)
        .find(|line| line.contains("/device?user_code="))
        .unwrap();
    (child, link.trim().to_owned())
}

#[test]
fn ctrl_c_gives_a_sign_in_up() {
    let desk = Household::new("ask");
    let (child, _) = waiting(&mut desk.postern(&["login", "--no-browser", "--sso-session", "acme"]));
    let interrupt = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(fails(&output).contains("The sign-in was given up because of SIGINT."));
}

#[test]
fn the_browser_is_asked_to_open_only_where_somebody_could_see_it() {
    let desk = Household::new("ask");
    let folder = tempfile::tempdir().unwrap();
    let opened = folder.path().join("opened");
    let browser = folder.path().join("xdg-open");
    let script = format!(
        "#!/bin/sh\nprintf %s \"$1\" > '{0}.half' && mv '{0}.half' '{0}'\n",
        opened.display()
    );
    std::fs::write(&browser, script).unwrap();
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o700)).unwrap();
    let path = format!("{}:/usr/bin:/bin", folder.path().display());
    let begin = |options: &[&str], display: &str| {
        let arguments = [&["login", "--sso-session", "acme"], options].concat();
        let mut command = desk.postern(&arguments);
        let (mut child, link) = waiting(command.env("PATH", &path).env("DISPLAY", display));
        if display.is_empty() || !options.is_empty() {
            assert!(!opened.exists());
        } else {
            until_exists(&opened);
            assert_eq!(std::fs::read_to_string(&opened).unwrap(), link);
        }
        child.kill().unwrap();
        child.wait().unwrap();
    };
    begin(&[], "");
    begin(&["--no-browser"], ":0");
    begin(&[], ":0");
}
