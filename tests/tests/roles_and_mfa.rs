//! Every kind of credentials on the simulator, and one code of an MFA device for Postern and the real AWS CLI together.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use portable_pty::CommandBuilder;
use postern_aws::AwsControlPlane;
use postern_model::{AskMfa, Callers, ControlError, MfaCode, MfaQuestion, ProfileName, Region, Scope};
use postern_simulator::{Control, Simulator, SimulatorConfig};
use postern_tests::harness::{Terminal, aws_cli, program};

async fn simulator() -> Simulator {
    let config = SimulatorConfig {
        every_kind: true,
        ..SimulatorConfig::default()
    };
    Simulator::start(config).await.unwrap()
}

/// The simulator's variables in a home folder of the test.
fn variables(simulator: &Simulator, home: &Path) -> Vec<(String, String)> {
    let mut variables = simulator.environment();
    for name in ["HOME", "USERPROFILE"] {
        variables.push((name.into(), home.to_str().unwrap().into()));
    }
    variables
}

fn control_plane(simulator: &Simulator, home: &Path) -> AwsControlPlane {
    AwsControlPlane::from_variables(variables(simulator, home))
}

/// Reads the codes off the simulated devices.
struct Person {
    devices: Control,
    questions: AtomicUsize,
}

#[async_trait]
impl AskMfa for Person {
    async fn mfa_code(&self, question: MfaQuestion) -> Option<MfaCode> {
        self.questions.fetch_add(1, Ordering::SeqCst);
        let shown = self.devices.mfa_devices();
        let (_, code) = shown.into_iter().find(|(device, _)| *device == question.device)?;
        MfaCode::parse(&code).ok()
    }
}

fn person(simulator: &Simulator) -> Arc<Person> {
    Arc::new(Person {
        devices: simulator.control(),
        questions: AtomicUsize::new(0),
    })
}

async fn arn(control: &AwsControlPlane, profile: &str) -> Result<String, ControlError> {
    let scope = Scope {
        profile: Some(ProfileName::parse(profile).unwrap()),
        region: Region::parse("eu-central-1").unwrap(),
    };
    control.caller(&scope).await.map(|caller| caller.arn)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_credentials_leads_to_its_role() {
    let simulator = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let person = person(&simulator);
    let control = control_plane(&simulator, home.path()).asking(Arc::clone(&person) as Arc<_>);
    for (profile, role) in [
        ("role", "NodeOperator"),
        ("role-mfa", "SecureOperator"),
        ("role-chain", "NodeOperator"),
        ("role-external-id", "PartnerOperator"),
        ("web-identity", "PipelineOperator"),
        ("container", "NodeOperator"),
        ("instance", "NodeOperator"),
    ] {
        let arn = arn(&control, profile)
            .await
            .unwrap_or_else(|error| panic!("{profile}: {error}"));
        assert!(
            arn.contains(&format!(":assumed-role/{role}/postern-session-")),
            "{profile}: {arn}"
        );
    }
    assert!(arn(&control, "process").await.unwrap().contains(":user/"));
    assert_eq!(
        person.questions.load(Ordering::SeqCst),
        1,
        "role-chain stands on what role-mfa was asked for"
    );
}

fn aws(simulator: &Simulator, home: &Path) -> Command {
    let mut command = Command::new(aws_cli());
    command
        .args([
            "sts",
            "get-caller-identity",
            "--output",
            "text",
            "--profile",
            "role-mfa",
        ])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs(variables(simulator, home))
        .stdin(Stdio::null());
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_postern_was_given_serves_the_aws_cli() {
    let simulator = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let control = control_plane(&simulator, home.path()).asking(person(&simulator));
    let ours = arn(&control, "role-mfa").await.unwrap();
    let output = aws(&simulator, home.path()).output().unwrap();
    let (said, error) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{error}");
    assert!(
        said.contains(&ours),
        "{said}: the AWS CLI goes on with the session that Postern began"
    );
}

/// What the device shows that the profile `role-mfa` names.
fn code(simulator: &Simulator) -> String {
    let config = std::fs::read_to_string(simulator.aws_files().config).unwrap();
    let devices = simulator.control().mfa_devices();
    let mut devices = devices.into_iter();
    devices.find(|(device, _)| config.contains(device)).unwrap().1
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_asks_in_its_terminal_whatever_feeds_its_input() {
    let simulator = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let script = format!(
        "echo 000000 | '{}' whoami --profile role-mfa",
        program("postern").display()
    );
    let mut command = CommandBuilder::new("sh");
    command.args(["-c", &script]);
    command.env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap());
    for (name, value) in variables(&simulator, home.path()) {
        command.env(name, value);
    }
    let mut terminal = Terminal::start(command);
    terminal.wait_for("MFA code of arn:aws:iam::");
    terminal.type_text("000000\r");
    terminal.wait_for("AWS did not take the code");
    terminal.wait_for("for profile role-mfa");
    terminal.type_text(&format!("{}\r", code(&simulator)));
    let (status, said) = terminal.wait_for_end();
    assert_eq!(status, 0, "{said}");
    assert!(said.contains(":assumed-role/SecureOperator/"), "{said}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_the_aws_cli_was_given_serves_postern() {
    let simulator = simulator().await;
    let home = tempfile::tempdir().unwrap();
    let code = code(&simulator);
    let asking = aws(&simulator, home.path());
    let mut command = CommandBuilder::new(asking.get_program());
    command.args(asking.get_args());
    command.env_clear();
    for (name, value) in asking.get_envs() {
        command.env(name, value.unwrap());
    }
    let mut terminal = Terminal::start(command);
    terminal.wait_for("Enter MFA code for");
    terminal.type_text(&format!("{code}\r"));
    let (status, said) = terminal.wait_for_end();
    assert_eq!(status, 0, "{said}");
    // Nobody can be asked for another code.
    let ours = arn(&control_plane(&simulator, home.path()), "role-mfa")
        .await
        .unwrap();
    assert!(said.contains(&ours), "{said}");
}
