//! The real AWS CLI signs in to the simulated IAM Identity Center and assumes its roles; curl goes through its proxy.

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
use std::process::{Child, Command, Output, Stdio};

use portable_pty::CommandBuilder;
use postern_simulator::{ConnectProxy, Simulator, SimulatorConfig};
use postern_tests::harness::{SimulateProcess, Terminal, aws_cli_2};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A simulator with profiles of every kind, and a person's home with nothing in it.
struct Household {
    simulator: SimulateProcess,
    home: TempDir,
}

impl Household {
    fn new() -> Self {
        Self {
            simulator: SimulateProcess::start_with(&["--nodes", "20", "--every-kind"]),
            home: tempfile::tempdir().unwrap(),
        }
    }

    fn variables(&self) -> Vec<(String, String)> {
        let own = [
            ("HOME", self.home.path().to_str().unwrap()),
            ("PATH", "/usr/bin:/bin"),
            ("LANG", "C.UTF-8"),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let simulator = self.simulator.environment().clone();
        // The profile of the command line is to win.
        own.into_iter()
            .chain(simulator)
            .filter(|(name, _)| name != "AWS_PROFILE")
            .collect()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(aws_cli_2());
        command.args(arguments).env_clear().envs(self.variables());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    fn aws(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "aws {arguments:?} failed: {error}");
        serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
    }

    /// What the AWS CLI says when it fails.
    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "aws {arguments:?} did not fail");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    fn caller(&self, profile: &str) -> String {
        let identity = self.aws(&["sts", "get-caller-identity", "--profile", profile]);
        identity["Arn"].as_str().unwrap().to_owned()
    }

    fn address(&self) -> String {
        let endpoint = &self.simulator.environment()["AWS_ENDPOINT_URL"];
        endpoint.strip_prefix("http://").unwrap().to_owned()
    }

    fn order(&self, name: &str, said: &Value) -> Value {
        let target = format!("/_simulator/{name}");
        let (_, body) = http(
            &self.address(),
            "POST",
            &target,
            "x-postern-simulator: 1\r\n",
            &said.to_string(),
        );
        serde_json::from_str(&body).unwrap()
    }

    fn mfa_code(&self) -> String {
        let shown = self.order("mfa/show", &json!({ "profile": "acme-prod" }));
        shown["code"].as_str().unwrap().to_owned()
    }

    /// Begins a sign-in to Identity Center; answers the program and the address that it shows.
    fn begin_sign_in(&self, arguments: &[&str], wanted: &str) -> (Child, String) {
        self.begin(&[&["sso", "login", "--no-browser"], arguments].concat(), wanted)
    }

    /// Begins a sign-in; answers the program and the address that it shows.
    fn begin(&self, arguments: &[&str], wanted: &str) -> (Child, String) {
        let mut child = self
            .command(arguments)
            .env("PYTHONUNBUFFERED", "1")
            .env("BROWSER", "/bin/true")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let shown = lines
            .by_ref()
            .map(Result::unwrap)
            .find(|line| line.contains(wanted));
        // What it prints later must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        (child, shown.expect("it shows an address").trim().to_owned())
    }

    /// Says yes on a page, and goes where a browser is sent then: to the port of the program.
    fn answer_and_return(&self, page: &str) {
        let (place, query) = page.split_once('?').unwrap();
        let (head, _) = http(
            &self.address(),
            "POST",
            place,
            "",
            &format!("{query}&answer=allow"),
        );
        let back = head
            .lines()
            .find_map(|line| line.strip_prefix("location: http://"))
            .unwrap();
        let (host, target) = back.split_once('/').unwrap();
        http(host, "GET", &format!("/{target}"), "", "");
    }

    /// Confirms on the verification page that the AWS CLI shows, as a person does.
    fn sign_in(&self, arguments: &[&str]) {
        let (child, page) = self.begin_sign_in(arguments, "/device?user_code=");
        let target = page.strip_prefix(&format!("http://{}", self.address())).unwrap();
        let (_, shown) = http(&self.address(), "GET", target, "", "");
        assert!(shown.contains("Confirm and continue"), "{shown}");
        let code = page.split("user_code=").nth(1).unwrap();
        let (_, answer) = http(
            &self.address(),
            "POST",
            "/device",
            "",
            &format!("user_code={code}&answer=allow"),
        );
        assert!(answer.contains("Request approved"), "{answer}");
        succeeds(child);
    }
}

fn succeeds(child: Child) {
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Head and body of an answer.
fn http(address: &str, method: &str, target: &str, headers: &str, body: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    let request = format!(
        "{method} {target} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

#[test]
fn the_aws_cli_signs_in_with_a_device_code_and_uses_accounts_and_roles() {
    let desk = Household::new();
    let profile = ["--profile", "sso-acme-prod-node-operator"];
    let before = desk.refusal(&[&["sts", "get-caller-identity"], &profile[..]].concat());
    assert!(before.contains("Token for acme does not exist"), "{before}");
    desk.sign_in(&["--sso-session", "acme", "--use-device-code"]);
    let caller = desk.caller("sso-acme-prod-node-operator");
    assert!(
        caller.contains(":assumed-role/AWSReservedSSO_NodeOperator_"),
        "{caller}"
    );
    let nodes = desk.aws(&[&["ssm", "describe-instance-information"], &profile[..]].concat());
    assert!(!nodes["InstanceInformationList"].as_array().unwrap().is_empty());
    let denied = desk.refusal(&[
        "ssm",
        "start-session",
        "--target",
        "i-0a1b2c3d4e5f67890",
        "--profile",
        "sso-acme-prod-read-only",
    ]);
    assert!(denied.contains("AccessDeniedException"), "{denied}");

    let token = desk.cached_token();
    let accounts = desk.aws(&[
        "sso",
        "list-accounts",
        "--region",
        "eu-central-1",
        "--access-token",
        &token,
    ]);
    let accounts = accounts["accountList"].as_array().unwrap();
    assert!(
        accounts
            .iter()
            .any(|account| account["accountName"] == "acme-prod"),
        "{accounts:?}"
    );
    let small = desk.aws(&[
        "sso",
        "list-accounts",
        "--region",
        "eu-central-1",
        "--page-size",
        "2",
        "--access-token",
        &token,
    ]);
    assert_eq!(
        small["accountList"].as_array().unwrap().len(),
        accounts.len(),
        "no page is left out"
    );
    let account = accounts[0]["accountId"].as_str().unwrap();
    let roles = desk.aws(&[
        "sso",
        "list-account-roles",
        "--region",
        "eu-central-1",
        "--account-id",
        account,
        "--access-token",
        &token,
    ]);
    assert_eq!(roles["roleList"].as_array().unwrap().len(), 2);

    assert!(desk.run(&["sso", "logout"]).status.success());
    let after = desk.refusal(&[
        "sso",
        "list-accounts",
        "--region",
        "eu-central-1",
        "--access-token",
        &token,
    ]);
    assert!(after.contains("UnauthorizedException"), "{after}");
}

impl Household {
    /// The access token in the AWS CLI's cache.
    fn cached_token(&self) -> String {
        let folder = self.home.path().join(".aws/sso/cache");
        let tokens = std::fs::read_dir(folder).unwrap().map(|entry| {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            serde_json::from_str::<Value>(&text).unwrap()
        });
        let mut tokens = tokens.filter_map(|cached| cached["accessToken"].as_str().map(str::to_owned));
        tokens.next().expect("a token is cached")
    }
}

#[test]
fn the_aws_cli_signs_in_with_the_browser_of_this_computer() {
    let desk = Household::new();
    let (child, page) = desk.begin_sign_in(&["--sso-session", "acme-us"], "/authorize?");
    let query = page.split_once("/authorize?").unwrap().1;
    let (_, shown) = http(&desk.address(), "GET", &format!("/authorize?{query}"), "", "");
    assert!(shown.contains("Confirm and continue"), "{shown}");
    desk.answer_and_return(&format!("/authorize?{query}"));
    succeeds(child);
    let caller = desk.caller("sso-acme-us-dev-node-operator");
    assert!(
        caller.contains(":assumed-role/AWSReservedSSO_NodeOperator_"),
        "{caller}"
    );
}

#[test]
fn the_aws_cli_renews_a_token_that_is_about_to_expire_and_signs_in_the_old_way() {
    let desk = Household::new();
    // Less than the quarter of an hour before which the AWS CLI renews.
    desk.order(
        "sign-ins/lifetimes",
        &json!({ "lifetimes": { "access_token": 600 } }),
    );
    desk.sign_in(&["--sso-session", "acme", "--use-device-code"]);
    let before = desk.order("calls/count", &json!({ "operation": "CreateToken" }));
    desk.caller("sso-acme-prod-node-operator");
    let after = desk.order("calls/count", &json!({ "operation": "CreateToken" }));
    assert_eq!(
        after["count"].as_u64().unwrap(),
        before["count"].as_u64().unwrap() + 1
    );
    desk.sign_in(&["--profile", "sso-legacy"]);
    assert!(desk.caller("sso-legacy").contains("AWSReservedSSO_NodeOperator"));
    assert!(desk.caller("role-of-sso").contains(":assumed-role/NodeOperator/"));
}

#[test]
fn the_aws_cli_hears_that_a_person_denied_it() {
    let desk = Household::new();
    let (child, page) = desk.begin_sign_in(
        &["--sso-session", "acme", "--use-device-code"],
        "/device?user_code=",
    );
    let code = page.split("user_code=").nth(1).unwrap();
    assert_eq!(
        desk.order("sign-ins/deny", &json!({ "user_code": code }))["done"],
        true
    );
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && error.contains("AccessDeniedException"),
        "{error}"
    );
}

#[test]
fn the_aws_cli_assumes_roles_with_the_code_of_an_mfa_device() {
    let desk = Household::new();
    let account = desk.aws(&["sts", "get-caller-identity", "--profile", "acme-prod"])["Account"].clone();
    let account = account.as_str().unwrap();
    let (role, device) = (
        format!("arn:aws:iam::{account}:role/SecureOperator"),
        format!("arn:aws:iam::{account}:mfa/ops"),
    );
    let code = desk.mfa_code();
    let assume = [
        "sts",
        "assume-role",
        "--profile",
        "acme-prod",
        "--role-session-name",
        "me",
        "--role-arn",
        &role,
    ];
    let with = ["--serial-number", &device, "--token-code", &code];
    let answer = desk.aws(&[&assume[..], &with].concat());
    assert_eq!(
        answer["AssumedRoleUser"]["Arn"],
        format!("arn:aws:sts::{account}:assumed-role/SecureOperator/me")
    );
    let again = desk.refusal(&[&assume[..], &with].concat());
    assert!(
        again.contains("MultiFactorAuthentication failed with invalid MFA one time pass code."),
        "{again}"
    );
    assert!(
        desk.refusal(&assume)
            .contains("is not authorized to perform: sts:AssumeRole")
    );

    // At a terminal it asks, and then its cache answers, for the role and for the one behind it.
    let mut command = CommandBuilder::new(aws_cli_2());
    command.args(["sts", "get-caller-identity", "--profile", "role-mfa"]);
    command.env_clear();
    for (name, value) in desk.variables() {
        command.env(name, value);
    }
    let mut terminal = Terminal::start(command);
    terminal.wait_for("Enter MFA code for ");
    terminal.type_text(&format!("{}\r", desk.mfa_code()));
    terminal.wait_for(":assumed-role/SecureOperator/");
    let (status, seen) = terminal.wait_for_end();
    assert_eq!(status, 0, "{seen}");
    assert!(desk.caller("role-mfa").contains(":assumed-role/SecureOperator/"));
    assert!(desk.caller("role-chain").contains(":assumed-role/NodeOperator/"));
}

#[test]
fn the_aws_cli_gets_credentials_in_every_other_way() {
    let desk = Household::new();
    for (profile, who) in [
        ("role", ":assumed-role/NodeOperator/"),
        ("role-external-id", ":assumed-role/PartnerOperator/"),
        ("web-identity", ":assumed-role/PipelineOperator/"),
        ("process", ":user/ops"),
        ("container", ":assumed-role/NodeOperator/"),
        ("instance", ":assumed-role/NodeOperator/"),
    ] {
        let caller = desk.caller(profile);
        assert!(caller.contains(who), "{profile}: {caller}");
    }
    let there = [
        "ec2",
        "describe-instances",
        "--profile",
        "acme-prod",
        "--region",
        "me-south-1",
    ];
    assert!(desk.refusal(&there).contains("(AuthFailure)"));
    let opt_in = json!({ "profile": "acme-prod", "region": "me-south-1" });
    assert_eq!(desk.order("regions/opt-in", &opt_in)["done"], true);
    desk.aws(&there);
    desk.order("clock/ahead", &json!({ "seconds": 3600 }));
    let late = desk.refusal(&["sts", "get-caller-identity", "--profile", "process"]);
    assert!(
        late.contains("(SignatureDoesNotMatch)") && late.contains("Signature expired"),
        "{late}"
    );
}

#[test]
fn the_aws_cli_borrows_the_credentials_of_the_console() {
    let desk = Household::new();
    let before = desk.refusal(&["sts", "get-caller-identity", "--profile", "console"]);
    assert!(before.contains("aws login"), "{before}");
    // It opens a browser that does nothing, and shows the address to a person.
    let (child, page) = desk.begin(&["login", "--profile", "console"], "/v1/authorize?");
    let query = page.split_once("/v1/authorize?").unwrap().1;
    let (_, shown) = http(&desk.address(), "GET", &format!("/v1/authorize?{query}"), "", "");
    assert!(shown.contains("Sign in as"), "{shown}");
    desk.answer_and_return(&format!("/v1/authorize?{query}"));
    succeeds(child);
    assert!(desk.caller("console").ends_with(":user/ops"));
    let tokens = desk.order("calls/count", &json!({ "operation": "CreateOAuth2Token" }));
    assert_eq!(tokens["count"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn curl_and_the_aws_cli_go_through_the_proxy_with_its_password() {
    let config = SimulatorConfig {
        nodes: 10,
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config).await.unwrap();
    let proxy = ConnectProxy::start_with_login("ops", "p@ss word").await.unwrap();
    proxy.route("gateway.acme.example:80", simulator.address());
    let curl = |through: &str| {
        let output = Command::new("curl")
            .args([
                "--silent",
                "--show-error",
                "--proxytunnel",
                "--proxy",
                through,
                "--header",
                "Host: localhost",
            ])
            .args(["http://gateway.acme.example/device"])
            .env_clear()
            .output()
            .unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    let refused = curl(&proxy.url());
    assert!(refused.contains("407"), "{refused}");
    let page = curl(&proxy.url_with_login());
    assert!(page.contains("<h1>Sign in</h1>"), "{page}");
    assert_eq!(proxy.served(), ["gateway.acme.example:80"]);

    let environment = simulator.environment().into_iter();
    let output = Command::new(aws_cli_2())
        .args(["sts", "get-caller-identity"])
        .env_clear()
        .envs(environment.filter(|(name, _)| !name.eq_ignore_ascii_case("no_proxy")))
        .env("HTTP_PROXY", proxy.url_with_login())
        .env("PATH", "/usr/bin:/bin")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(proxy.served().last(), Some(&simulator.address().to_string()));
}
