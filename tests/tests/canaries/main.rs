//! Secrets stay where they belong, with every log at its loudest: each kind of them is used by the programs and by the
//! application, in good days and bad ones, and then looked for in arguments and variables of processes, in files, in the
//! database, in logs and in everything that was printed or given to the page.

#![cfg(target_os = "linux")] // Where other processes can be seen as the system sees them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::wildcard_enum_match_arm,
    reason = "a failed assumption of a test is a failed test, which may print"
)]

mod household;
mod needles;
mod processes;
mod programs;
mod self_check;
mod tap;
mod window;

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use household::Household;
use secrecy::ExposeSecret as _;

/// What must have been in play, or the test would prove nothing about it.
const KINDS: [&str; 30] = [
    "<SecretAccessKey>",
    "<SessionToken>",
    "Plaintext",
    "SecretAccessKey",
    "Token",
    "TokenCode",
    "TokenValue",
    "accessToken",
    "argument of a credential process",
    "clientSecret",
    "code",
    "codeVerifier",
    "container token",
    "data key of KMS",
    "deviceCode",
    "metadata token",
    "odd line of the AWS files",
    "output of a node",
    "password of an endpoint",
    "private key of aws login",
    "proxy password",
    "refreshToken",
    "secret key of the AWS files",
    "secret key without its id",
    "secretAccessKey",
    "session token of the AWS files",
    "sessionToken",
    "signature",
    "typed into a shell",
    "wrong proxy password",
];

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_leaves_the_places_that_are_made_for_it() {
    if let Some(folder) = window::folder_of_household() {
        return window::live(folder).await;
    }
    let desk = Household::new().await;
    let node = programs::use_programs(&desk).await;
    use_window(&desk, &node);
    let needles = desk.needles();
    let kinds: Vec<&str> = needles.kinds().iter().map(String::as_str).collect();
    assert_eq!(kinds, KINDS);
    let seen = desk.lookout.seen();
    for program in ["postern", "session-manager-plugin"] {
        assert!(
            seen.iter().any(|seen| seen.is(program)),
            "{program} was never seen"
        );
    }
    for line in [
        "/vault --password",
        "/xdg-open http",
        "read -r group",
        "no_secret_leaves",
    ] {
        assert!(
            seen.iter().any(|seen| seen.line().contains(line)),
            "{line} was never seen"
        );
    }
    for log in ["connect", "plugin", "window"] {
        let log = fs::read_to_string(desk.path(&format!("out/{log}.err"))).unwrap();
        assert!(
            log.contains("a credential process starts"),
            "the log was on: {log}"
        );
    }
    let served = desk.proxy.served();
    let host = |service: &str| format!("{service}.eu-central-1.amazonaws.com:443");
    assert!(
        served.contains(&host("sts")) && served.contains(&host("ssm")),
        "{served:?}"
    );
    let leaks = desk.leaks(&needles);
    assert!(leaks.is_empty(), "{leaks:#?}");
}

/// Runs the application in a process of its own, and looks it through while it runs.
fn use_window(desk: &Household, node: &str) {
    let own = desk.profile("acme-dev");
    let to_type = window::ToType {
        node: node.to_owned(),
        access_key_id: own.access_key_id,
        secret_key: own.secret_access_key.expose_secret().to_owned(),
        proxy: desk.proxy.address().to_string(),
        proxy_password: desk.chosen.proxy_password.clone(),
        typed: desk.chosen.typed.clone(),
        output: desk.path("given/output"),
        simulator: desk.simulator.address().to_string(),
    };
    fs::write(
        desk.path("given/to-type.json"),
        serde_json::to_string(&to_type).unwrap(),
    )
    .unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "no_secret_leaves_the_places_that_are_made_for_it",
            "--nocapture",
        ])
        .env_clear()
        .envs(desk.variables())
        .env("POSTERN_TEST_HOUSEHOLD", desk.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(File::create(desk.path("out/window.err")).unwrap())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut printed = File::create(desk.path("out/window.out")).unwrap();
    let mut said = lines
        .by_ref()
        .map(Result::unwrap)
        .inspect(|line| writeln!(printed, "{line}").unwrap());
    if said.any(|line| line.contains("looking")) {
        let leaks = desk.leaks(&desk.needles());
        assert!(leaks.is_empty(), "while the window is open: {leaks:#?}");
        child.stdin.take().unwrap().write_all(b"\n").unwrap();
    }
    said.for_each(drop);
    let ended = child.wait().unwrap();
    let log = fs::read(desk.path("out/window.err")).unwrap();
    assert!(
        ended.success(),
        "{}",
        String::from_utf8_lossy(&log[log.len().saturating_sub(8000)..])
    );
}
