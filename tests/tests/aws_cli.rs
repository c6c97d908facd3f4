//! The real AWS CLI as an outside client: it lists the simulated fleet and drives our drop-in plugin.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a failed assumption of a test is a failed test"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

use portable_pty::CommandBuilder;
use postern_tests::harness::{SimulateProcess, Terminal, aws_cli, path_with_drop_in, program};
use serde_json::Value;

fn aws(simulator: &SimulateProcess, arguments: &[&str]) -> Value {
    let output = Command::new(aws_cli())
        .args(arguments)
        .args(["--output", "json"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .envs(simulator.environment())
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "aws {arguments:?} failed: {error}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn rows<'a>(answer: &'a Value, list: &str) -> &'a [Value] {
    answer[list].as_array().unwrap()
}

/// An online Linux node of the default profile's pair.
fn online_node(simulator: &SimulateProcess) -> String {
    let answer = aws(simulator, &["ssm", "describe-instance-information"]);
    rows(&answer, "InstanceInformationList")
        .iter()
        .find(|row| row["PingStatus"] == "Online" && row["PlatformType"] == "Linux")
        .and_then(|row| row["InstanceId"].as_str())
        .unwrap()
        .to_owned()
}

#[test]
fn the_aws_cli_lists_every_instance_of_the_pair() {
    let simulator = SimulateProcess::start();
    let answer = aws(&simulator, &["ec2", "describe-instances"]);
    let instances: Vec<&str> = rows(&answer, "Reservations")
        .iter()
        .flat_map(|reservation| reservation["Instances"].as_array().unwrap())
        .map(|instance| instance["InstanceId"].as_str().unwrap())
        .collect();
    assert!(instances.len() > 5, "{}", instances.len());
    let small_pages = aws(&simulator, &["ec2", "describe-instances", "--page-size", "5"]);
    let paged: usize = rows(&small_pages, "Reservations")
        .iter()
        .map(|r| r["Instances"].as_array().unwrap().len())
        .sum();
    assert_eq!(paged, instances.len(), "no page is left out");
}

#[test]
fn the_aws_cli_lists_managed_nodes_and_knows_who_it_is() {
    let simulator = SimulateProcess::start();
    let nodes = aws(&simulator, &["ssm", "describe-instance-information"]);
    assert!(rows(&nodes, "InstanceInformationList").len() > 3);
    let identity = aws(&simulator, &["sts", "get-caller-identity"]);
    assert_eq!(identity["Account"].as_str().unwrap().len(), 12);
}

#[test]
fn another_profile_is_read_in_its_own_region() {
    let simulator = SimulateProcess::start();
    let count = |arguments: &[&str]| rows(&aws(&simulator, arguments), "Reservations").len();
    let list = ["ec2", "describe-instances"];
    let dev = ["--profile", "acme-dev"];
    assert!(
        count(&[&list[..], &dev].concat()) > 5,
        "acme-dev lives in eu-west-1"
    );
    assert_eq!(
        count(&[&list[..], &dev, &["--region", "us-west-2"]].concat()),
        0,
        "who names a Region gets it"
    );
}

#[test]
fn the_drop_in_takes_the_answer_that_ecs_gives() {
    let simulator = SimulateProcess::start();
    let node = online_node(&simulator);
    // `aws ecs execute-command` hands over the same answer with other letters; here `aws ssm start-session` gives it
    // to a plugin that only keeps it.
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept.json");
    keep_grant(&simulator, &node, folder.path(), &kept);
    let grant: Value = serde_json::from_str(&std::fs::read_to_string(&kept).unwrap()).unwrap();
    let lower = serde_json::json!({
        "sessionId": grant["SessionId"], "tokenValue": grant["TokenValue"], "streamUrl": grant["StreamUrl"],
    });
    let mut command = CommandBuilder::new(program("session-manager-plugin"));
    let endpoint = &simulator.environment()["AWS_ENDPOINT_URL"];
    command.args([
        &lower.to_string(),
        "eu-central-1",
        "StartSession",
        "acme-prod",
        r#"{"Target":"ecs:web_0123abcd_0123abcd-42"}"#,
        endpoint,
    ]);
    for (name, value) in simulator.environment() {
        command.env(name, value);
    }
    let mut terminal = Terminal::start(command);
    terminal.wait_for("Starting session with SessionId: ");
    terminal.wait_for("$ ");
    terminal.type_text("echo ecs-$((6*7)); exit\r");
    terminal.wait_for("ecs-42");
    let (status, seen) = terminal.wait_for_end();
    assert_eq!(status, 0, "{seen}");
}

/// Starts a session by the AWS CLI with a plugin that writes what it was handed over into `kept` and does nothing.
fn keep_grant(simulator: &SimulateProcess, node: &str, folder: &Path, kept: &Path) {
    keep_grant_of(simulator, node, folder, kept, &[]);
}

fn keep_grant_of(simulator: &SimulateProcess, node: &str, folder: &Path, kept: &Path, options: &[&str]) {
    use std::os::unix::fs::PermissionsExt;
    let plugin = folder.join("session-manager-plugin");
    // Older AWS CLIs give the answer itself, newer ones the name of a variable that holds it.
    let script = "#!/bin/sh\n[ $# -gt 2 ] || { echo 1.2.896.0; exit; }\n\
                  case $1 in AWS_SSM_*) eval \"set -- \\\"\\$$1\\\"\" ;; esac\nprintf %s \"$1\" > \"$KEPT\"\n";
    std::fs::write(&plugin, script).unwrap();
    std::fs::set_permissions(&plugin, std::fs::Permissions::from_mode(0o700)).unwrap();
    let others = std::env::var_os("PATH").unwrap();
    let path = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&others));
    let output = Command::new(aws_cli())
        .args(["ssm", "start-session", "--target", node])
        .args(options)
        .env_clear()
        .envs(simulator.environment())
        .env("PATH", std::env::join_paths(path).unwrap())
        .env("KEPT", kept)
        .output()
        .unwrap();
    assert!(kept.exists(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_aws_cli_opens_a_real_shell_through_the_drop_in() {
    let simulator = SimulateProcess::start();
    let node = online_node(&simulator);
    let folder = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new(aws_cli());
    command.args(["ssm", "start-session", "--target", &node]);
    command.env_clear();
    for (name, value) in simulator.environment() {
        command.env(name, value);
    }
    command.env("PATH", path_with_drop_in(folder.path()));
    command.env("TERM", "xterm-256color");
    let mut terminal = Terminal::start(command);
    terminal.wait_for("Starting session with SessionId: ");
    terminal.wait_for("$ ");
    terminal.type_text("echo $((6*7)) Zürich\r");
    terminal.wait_for("42 Zürich");
    terminal.type_text("stty size\r");
    terminal.wait_for("30 100");

    let active = aws(&simulator, &["ssm", "describe-sessions", "--state", "Active"]);
    let session = rows(&active, "Sessions")
        .iter()
        .find(|row| row["Target"] == node.as_str());
    assert!(session.is_some(), "AWS lists the open session: {active}");

    terminal.type_text("exit\r");
    let (status, seen) = terminal.wait_for_end();
    assert_eq!(status, 0, "{seen}");
    assert!(seen.contains("Exiting session with sessionId: "), "{seen}");
    let history = aws(&simulator, &["ssm", "describe-sessions", "--state", "History"]);
    assert!(
        rows(&history, "Sessions")
            .iter()
            .any(|row| row["Target"] == node.as_str()),
        "{history}"
    );
}

/// `aws` with the drop-in on its PATH, between pipes.
fn with_drop_in(simulator: &SimulateProcess, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(aws_cli());
    command
        .args(arguments)
        .env_clear()
        .envs(simulator.environment())
        .env("PATH", path_with_drop_in(folder))
        .stdin(Stdio::null());
    command
}

/// A command document through the AWS CLI: standard output, standard error and whether it was a success.
fn run_document(simulator: &SimulateProcess, parameters: &str) -> (String, String, bool) {
    let node = online_node(simulator);
    let folder = tempfile::tempdir().unwrap();
    let document = [
        "--document-name",
        "AWS-StartNonInteractiveCommand",
        "--parameters",
        parameters,
    ];
    let arguments = [&["ssm", "start-session", "--target", &node], &document[..]].concat();
    let output = with_drop_in(simulator, folder.path(), &arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.success(),
    )
}

#[test]
fn a_command_with_separate_output_tells_the_aws_cli_its_failure() {
    let simulator = SimulateProcess::start();
    let failing =
        r#"{"command":["sh -c 'echo out; echo error >&2; exit 3'"],"separateOutputStream":["True"]}"#;
    let (out, error, success) = run_document(&simulator, failing);
    assert!(out.contains("\nout\n") && out.contains("EXIT_CODE: 3"), "{out}");
    assert!(
        !out.contains("error\n") && error.starts_with("error\n"),
        "{error}"
    );
    assert!(!success && error.contains("exit status 3"), "{error}");
    let fine = failing.replace("exit 3", "exit 0");
    let (out, error, success) = run_document(&simulator, &fine);
    assert!(success && out.contains("EXIT_CODE: 0"), "{out} {error}");
    assert_eq!(error, "error\n");
}

#[test]
fn a_command_whose_outputs_come_together_is_printed_and_has_no_status() {
    let simulator = SimulateProcess::start();
    let (out, error, success) = run_document(
        &simulator,
        r#"{"command":["sh -c 'echo out; echo error >&2; exit 3'"]}"#,
    );
    assert!(
        out.contains("\nout\nerror\n") && !out.contains("EXIT_CODE"),
        "{out}"
    );
    assert!(out.contains("Exiting session with sessionId: "), "{out}");
    assert!(success && error.is_empty(), "{error}");
}

/// `aws` in a terminal, with the drop-in on its PATH.
fn in_terminal(simulator: &SimulateProcess, folder: &Path, arguments: &[&str]) -> Terminal {
    let mut command = CommandBuilder::new(aws_cli());
    command.args(arguments);
    command.env_clear();
    for (name, value) in simulator.environment() {
        command.env(name, value);
    }
    command.env("PATH", path_with_drop_in(folder));
    command.env("TERM", "xterm-256color");
    Terminal::start(command)
}

#[test]
fn an_interactive_command_takes_what_is_typed() {
    let simulator = SimulateProcess::start();
    let (node, folder) = (online_node(&simulator), tempfile::tempdir().unwrap());
    let parameters = r#"{"command":["printf %s word?; read -r word; echo got-$word-$((6*7))"]}"#;
    let document = [
        "--document-name",
        "AWS-StartInteractiveCommand",
        "--parameters",
        parameters,
    ];
    let arguments = [&["ssm", "start-session", "--target", &node], &document[..]].concat();
    let mut terminal = in_terminal(&simulator, folder.path(), &arguments);
    terminal.wait_for("word?");
    terminal.type_text("Zürich\r");
    terminal.wait_for("got-Zürich-42");
    let (status, seen) = terminal.wait_for_end();
    assert_eq!(status, 0, "{seen}");
}

#[test]
fn an_encrypted_shell_works_through_the_aws_cli() {
    let simulator = SimulateProcess::start();
    let key = aws(
        &simulator,
        &[
            "kms",
            "generate-data-key",
            "--key-id",
            "alias/acme-sessions",
            "--number-of-bytes",
            "64",
        ],
    );
    assert!(
        key["KeyId"].as_str().unwrap().starts_with("arn:aws:kms:"),
        "the key exists"
    );
    let (node, folder) = (online_node(&simulator), tempfile::tempdir().unwrap());
    let arguments = [
        "ssm",
        "start-session",
        "--target",
        &node,
        "--document-name",
        "Acme-Shell-Encrypted",
    ];
    let mut terminal = in_terminal(&simulator, folder.path(), &arguments);
    terminal.wait_for("This session is encrypted using AWS KMS.");
    terminal.wait_for("$ ");
    terminal.type_text("echo secret-$((6*7)); exit\r");
    terminal.wait_for("secret-42");
    let (status, seen) = terminal.wait_for_end();
    assert_eq!(status, 0, "{seen}");
}

#[test]
fn an_encrypted_session_without_its_target_says_the_official_words() {
    let simulator = SimulateProcess::start();
    let (node, folder) = (online_node(&simulator), tempfile::tempdir().unwrap());
    let kept = folder.path().join("kept.json");
    keep_grant_of(
        &simulator,
        &node,
        folder.path(),
        &kept,
        &["--document-name", "Acme-Shell-Encrypted"],
    );
    let output = Command::new(program("session-manager-plugin"))
        .args([
            &std::fs::read_to_string(&kept).unwrap(),
            "eu-central-1",
            "StartSession",
        ])
        .env_clear()
        .envs(simulator.environment())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(
        error.contains("Installed version of CLI does not support Session Manager encryption feature"),
        "{error}"
    );
    assert!(!output.status.success());
}

#[test]
fn aws_ecs_execute_command_opens_a_shell_in_a_container() {
    let simulator = SimulateProcess::start();
    let tasks = aws(
        &simulator,
        &[
            "ecs",
            "list-tasks",
            "--cluster",
            "acme-shop",
            "--service-name",
            "storefront",
        ],
    );
    let (task, folder) = (
        rows(&tasks, "taskArns")[0].as_str().unwrap(),
        tempfile::tempdir().unwrap(),
    );
    let container = ["--container", "app", "--interactive", "--command", "sh"];
    let arguments = [
        &["ecs", "execute-command", "--cluster", "acme-shop", "--task", task],
        &container[..],
    ]
    .concat();
    let mut terminal = in_terminal(&simulator, folder.path(), &arguments);
    terminal.wait_for("Starting session with SessionId: ecs-execute-command-");
    terminal.type_text("echo ecs-$((6*7)); exit\r");
    terminal.wait_for("ecs-42");
    let (status, seen) = terminal.wait_for_end();
    assert_eq!(status, 0, "{seen}");
}

/// One of the simulator's orders.
fn order(simulator: &SimulateProcess, name: &str, body: &str) {
    let endpoint = simulator.environment()["AWS_ENDPOINT_URL"]
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned();
    let mut stream = TcpStream::connect(&endpoint).unwrap();
    let request = format!(
        "POST /_simulator/{name} HTTP/1.1\r\nHost: {endpoint}\r\nx-postern-simulator: 1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 2"), "{name}: {answer}");
}

#[test]
fn the_drop_in_fails_with_the_agents_words_when_the_agent_failed() {
    let simulator = SimulateProcess::start();
    let (node, folder) = (online_node(&simulator), tempfile::tempdir().unwrap());
    let arguments = ["ssm", "start-session", "--target", &node];
    let mut terminal = in_terminal(&simulator, folder.path(), &arguments);
    terminal.wait_for("$ ");
    let active = aws(&simulator, &["ssm", "describe-sessions", "--state", "Active"]);
    let id = rows(&active, "Sessions")[0]["SessionId"].as_str().unwrap();
    let body = serde_json::json!({ "session": id, "output": "Plugin crashed with message nil!" });
    order(&simulator, "sessions/end", &body.to_string());
    terminal.wait_for(&format!("SessionId: {id} : Plugin crashed with message nil!"));
    terminal.wait_for("The SSM agent failed on the node");
    let (status, seen) = terminal.wait_for_end();
    assert_eq!(status, 255, "{seen}");
}

#[test]
fn the_drop_in_says_when_aws_could_not_be_told_of_the_end() {
    let simulator = SimulateProcess::start();
    let (node, folder) = (online_node(&simulator), tempfile::tempdir().unwrap());
    let arguments = ["ssm", "start-session", "--target", &node];
    let mut terminal = in_terminal(&simulator, folder.path(), &arguments);
    terminal.wait_for("$ ");
    order(&simulator, "faults/deny", r#"{"operation":"TerminateSession"}"#);
    terminal.type_text("\r~.");
    terminal.wait_for("AWS could not be told.");
    terminal.wait_for("20 minutes");
    let (status, seen) = terminal.wait_for_end();
    assert_eq!(status, 255, "{seen}");
}

/// The table that Postern's own decisions are compared with, in `postern-aws`.
const ENDPOINTS: &str = include_str!("../../crates/aws/tests/data/endpoints.json");

#[test]
fn the_table_of_endpoints_says_what_the_aws_cli_does() {
    let python = aws_cli().with_file_name(format!("python{}", std::env::consts::EXE_SUFFIX));
    let mut asked = Command::new(python)
        .args(["-c", include_str!("aws_cli/endpoints.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the Python of the AWS CLI is needed: run `npm test`");
    std::io::Write::write_all(&mut asked.stdin.take().unwrap(), ENDPOINTS.as_bytes()).unwrap();
    let answer = asked.wait_with_output().unwrap();
    let found: Vec<Value> = serde_json::from_slice(&answer.stdout).unwrap();
    let cases: Vec<Value> = serde_json::from_str(ENDPOINTS).unwrap();
    assert_eq!(found.len(), cases.len());
    for (case, found) in cases.iter().zip(&found) {
        for service in ["ec2", "kms", "ssm", "sts"] {
            let recorded = &case["aws_cli"];
            let recorded = if recorded.is_string() {
                recorded
            } else {
                &recorded[service]
            };
            assert_eq!(&found[service], recorded, "{service} of: {}", case["case"]);
        }
    }
}

/// The id of a running instance of the default profile's pair on this system.
fn running_instance(simulator: &SimulateProcess, system: &str) -> String {
    let answer = aws(simulator, &["ec2", "describe-instances"]);
    rows(&answer, "Reservations")
        .iter()
        .flat_map(|reservation| rows(reservation, "Instances"))
        .find(|instance| instance["State"]["Name"] == "running" && instance["PlatformDetails"] == system)
        .and_then(|instance| instance["InstanceId"].as_str())
        .unwrap()
        .to_owned()
}

#[test]
fn the_aws_cli_decrypts_the_password_of_a_windows_instance() {
    let simulator = SimulateProcess::start();
    let windows = running_instance(&simulator, "Windows");
    let files = Path::new(&simulator.environment()["AWS_CONFIG_FILE"])
        .parent()
        .unwrap();
    let key = files.join("acme-windows.pem");
    let answer = aws(
        &simulator,
        &[
            "ec2",
            "get-password-data",
            "--instance-id",
            &windows,
            "--priv-launch-key",
            key.to_str().unwrap(),
        ],
    );
    assert_eq!(answer["PasswordData"], "Acme-Demo;7Xq(9pT%vLw2");
    let linux = running_instance(&simulator, "Linux/UNIX");
    let answer = aws(&simulator, &["ec2", "get-password-data", "--instance-id", &linux]);
    assert_eq!(answer["PasswordData"], "");
}

#[test]
fn the_aws_cli_pushes_a_key_for_ssh() {
    let simulator = SimulateProcess::start();
    let linux = running_instance(&simulator, "Linux/UNIX");
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBm0ZCsu1r7fDkTvIhFYwB4K4GzsQ0oVoEqxWjIGjv5B demo@acme";
    let answer = aws(
        &simulator,
        &[
            "ec2-instance-connect",
            "send-ssh-public-key",
            "--instance-id",
            &linux,
            "--instance-os-user",
            "ec2-user",
            "--ssh-public-key",
            key,
        ],
    );
    assert_eq!(answer["Success"], true);
}

#[test]
fn the_aws_cli_lists_the_data_stores_of_the_pair() {
    let simulator = SimulateProcess::start();
    let databases = aws(&simulator, &["rds", "describe-db-instances"]);
    let first = &rows(&databases, "DBInstances")[0];
    assert_eq!(
        (&first["DBInstanceIdentifier"], &first["Endpoint"]["Port"]),
        (&"orders".into(), &5432.into())
    );
    let clusters = aws(&simulator, &["rds", "describe-db-clusters"]);
    assert_eq!(rows(&clusters, "DBClusters")[0]["Port"], 5432);
    let caches = aws(&simulator, &["elasticache", "describe-replication-groups"]);
    let group = &rows(&caches, "ReplicationGroups")[0]["NodeGroups"][0];
    assert_eq!(group["PrimaryEndpoint"]["Port"], 6379);
    let lone = aws(&simulator, &["elasticache", "describe-cache-clusters"]);
    assert_eq!(
        rows(&lone, "CacheClusters")[0]["ConfigurationEndpoint"]["Port"],
        11211
    );
    let clusters = aws(&simulator, &["eks", "list-clusters"]);
    assert_eq!(rows(&clusters, "clusters"), ["platform"]);
    let cluster = aws(&simulator, &["eks", "describe-cluster", "--name", "platform"]);
    let endpoint = cluster["cluster"]["endpoint"].as_str().unwrap();
    assert!(endpoint.ends_with(".eks.amazonaws.com"), "{endpoint}");
    let names = aws(&simulator, &["opensearch", "list-domain-names"]);
    assert_eq!(rows(&names, "DomainNames")[0]["DomainName"], "logs");
    let domains = ["opensearch", "describe-domains", "--domain-names", "logs"];
    let domains = aws(&simulator, &domains);
    let vpc = &rows(&domains, "DomainStatusList")[0]["Endpoints"]["vpc"];
    assert!(vpc.as_str().unwrap().starts_with("vpc-logs-"), "{vpc}");
}
