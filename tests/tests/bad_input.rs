//! Bad input from outside, in the window's views and on the command line: each names its cause and the next step, and
//! nothing else stops working. What `app_on_simulator`, `postern_connect` and `aws_control_plane` show is not repeated.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a failed assumption of a test is a failed test"
)]

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output};

use portable_pty::CommandBuilder;
use postern_app::contract::{ConnectRequest, ErrorView, NodeView, PairView, SessionStateView, SyncPhase};
use postern_model::is_hidden_control;
use postern_simulator::{Simulator, SimulatorConfig};
use postern_tests::harness::{Desk, Screen, Terminal, program, takes_sessions, type_into};
use serde_json::Value;
use tempfile::TempDir;

const NOBODY: &str = "i-00000000000000000";
const STAGE: (&str, &str) = ("acme-stage", "eu-central-1");

/// A text for people: it says something, and nothing in it is meant for programmers or harms a terminal.
fn reads_well(text: &str) {
    assert!(!text.trim().is_empty());
    for jargon in [
        "os error",
        "panicked",
        "Error(",
        "Some(",
        ".rs:",
        "errno",
        "provider was not",
    ] {
        assert!(!text.contains(jargon), "{jargon:?} in: {text}");
    }
    let hidden = text.chars().find(|c| *c != '\n' && is_hidden_control(*c));
    assert_eq!(hidden, None, "{text:?}");
}

/// A port of this computer that nobody listens on.
fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A profile whose endpoint is `endpoint`, with keys, added to the files of the simulator.
fn add_profile(files: &postern_simulator::ClientFiles, name: &str, endpoint: &str) {
    let append = |path: &Path, text: &str| {
        let before = std::fs::read_to_string(path).unwrap();
        std::fs::write(path, before + text).unwrap();
    };
    append(
        &files.config,
        &format!("\n[profile {name}]\nregion = eu-central-1\nendpoint_url = {endpoint}\n"),
    );
    append(
        &files.credentials,
        &format!("\n[{name}]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = canary\n"),
    );
}

mod command_line {
    use super::*;

    /// A simulator, and the programs with nothing but its environment.
    struct Desktop {
        simulator: Simulator,
        home: TempDir,
    }

    /// What a program that failed has said.
    struct Refusal {
        cause: String,
        next_step: String,
    }

    impl Desktop {
        async fn new() -> Self {
            Self {
                simulator: Simulator::start(SimulatorConfig::default()).await.unwrap(),
                home: tempfile::tempdir().unwrap(),
            }
        }

        /// A program with an empty home and without the variables of whoever runs the tests.
        fn bare(&self, name: &str) -> Command {
            let mut command = Command::new(program(name));
            command
                .env_clear()
                .env("PATH", std::env::var_os("PATH").unwrap())
                .env("HOME", self.home.path())
                .env("USERPROFILE", self.home.path())
                .env("AWS_EC2_METADATA_DISABLED", "true");
            command
        }

        fn run(&self, arguments: &[&str]) -> Output {
            let mut command = self.bare("postern");
            command.envs(self.simulator.environment());
            command.args(arguments).output().unwrap()
        }

        fn refused(&self, arguments: &[&str]) -> Refusal {
            refusal("postern", &self.run(arguments))
        }

        fn online_node(&self) -> String {
            let output = self.run(&["nodes", "--json"]);
            let nodes: Value = serde_json::from_slice(&output.stdout).unwrap();
            let takes_sessions = |node: &&Value| node["agent"] == "online" && node["platform"] == "linux";
            let node = nodes.as_array().unwrap().iter().find(takes_sessions);
            node.unwrap()["id"].as_str().unwrap().to_owned()
        }

        fn connect(&self, node: &str) -> Terminal {
            let mut command = CommandBuilder::new(program("postern"));
            command.args(["connect", node]);
            command.env_clear();
            for (name, value) in self.simulator.environment() {
                command.env(name, value);
            }
            command.env("PATH", std::env::var_os("PATH").unwrap());
            command.env("TERM", "xterm-256color");
            Terminal::start(command)
        }
    }

    /// Exit status 1, nothing on standard output, and on standard error a cause and, as the last line, a next step.
    fn refusal(name: &str, output: &Output) -> Refusal {
        let error = String::from_utf8(output.stderr.clone()).unwrap();
        assert_eq!(output.status.code(), Some(1), "{error}");
        reads_well(&error);
        let said = error
            .strip_prefix(&format!("{name}: "))
            .unwrap_or_else(|| panic!("{error}"));
        let (cause, next_step) = said.trim_end().rsplit_once("\n  ").unwrap();
        Refusal {
            cause: cause.to_owned(),
            next_step: next_step.to_owned(),
        }
    }

    impl Refusal {
        fn says(&self, cause: &str, next_step: &str) {
            assert!(self.cause.contains(cause), "{cause:?} in: {}", self.cause);
            assert!(
                self.next_step.contains(next_step),
                "{next_step:?} in: {}",
                self.next_step
            );
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_computer_without_any_aws_configuration_is_told_how_to_make_one() {
        let desktop = Desktop::new().await;
        let refused = |arguments: &[&str]| {
            let output = desktop.bare("postern").args(arguments).output().unwrap();
            refusal("postern", &output)
        };
        refused(&["nodes"]).says("No Region is set", "--region");
        refused(&["connect", NOBODY]).says("No Region is set", "--region");
        let at = ["--region", "eu-central-1"];
        refused(&[&["nodes"][..], &at].concat())
            .says("There are no default AWS credentials", "aws configure");
        refused(&[&["connect", NOBODY][..], &at].concat())
            .says("There are no default AWS credentials", "aws configure");
        refused(&["nodes", "--profile", "acme"]).says("no AWS profile named acme", "aws configure");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_profile_that_nobody_signed_in_to_says_how_to() {
        let desktop = Desktop::new().await;
        let folder = desktop.home.path().join(".aws");
        std::fs::create_dir(&folder).unwrap();
        let config = "[profile dev]\nregion = eu-central-1\nsso_session = corp\nsso_account_id = 111122223333\n\
                      sso_role_name = ops\n[sso-session corp]\nsso_region = eu-central-1\n\
                      sso_start_url = https://acme.example/start\n";
        std::fs::write(folder.join("config"), config).unwrap();
        for arguments in [
            &["nodes", "--profile", "dev"][..],
            &["connect", NOBODY, "--profile", "dev"],
        ] {
            let output = desktop.bare("postern").args(arguments).output().unwrap();
            let refused = refusal("postern", &output);
            refused.says(
                "dev needs a sign-in to IAM Identity Center (corp).",
                "postern login --sso-session corp",
            );
            refused.says("nobody is signed in on this computer", "then retry");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn expired_credentials_are_named_and_hide_no_other_profile() {
        let desktop = Desktop::new().await;
        let node = desktop.online_node();
        let faults = desktop.simulator.control();
        faults.expire_credentials("acme-prod", true);
        for arguments in [
            &["nodes", "--profile", "acme-prod"][..],
            &["connect", &node, "--profile", "acme-prod"],
        ] {
            desktop
                .refused(arguments)
                .says("The sign-in of acme-prod has expired.", "Sign in again");
        }
        let output = desktop.run(&["nodes", "--profile", "acme-prod", "--profile", "acme-stage"]);
        assert_eq!(output.status.code(), Some(3), "the list is not whole");
        let (listed, missing) = (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        );
        assert!(
            listed.contains("acme-stage") && !listed.contains("acme-prod"),
            "{listed}"
        );
        assert!(
            missing.contains("acme-prod / eu-central-1: The sign-in"),
            "{missing}"
        );
        faults.expire_credentials("acme-prod", false);
        assert!(desktop.run(&["nodes", "--profile", "acme-prod"]).status.success());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_denied_session_names_the_permission_and_what_aws_said() {
        let desktop = Desktop::new().await;
        let node = desktop.online_node();
        desktop.simulator.control().deny("acme-prod", true);
        let refused = desktop.refused(&["connect", &node, "--profile", "acme-prod"]);
        refused.says(
            "acme-prod may not call ssm:StartSession.",
            "policy that allows ssm:StartSession",
        );
        refused.says("not authorized to perform", "");
        let listed = desktop.refused(&["nodes", "--profile", "acme-prod"]);
        listed.says(
            "may not call ec2:DescribeInstances.",
            "policy that allows ec2:DescribeInstances",
        );
        listed.says("not authorized to perform", "");
        let refused = desktop.refused(&["connect", &node]);
        refused.says("The default credentials may not call", "policy");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nodes_lists_what_one_call_told_when_the_other_fails() {
        let desktop = Desktop::new().await;
        let faults = desktop.simulator.control();
        let listed = |arguments: &[&str]| {
            let output = desktop.run(arguments);
            let error = String::from_utf8(output.stderr).unwrap();
            reads_well(&error);
            (
                output.status.code(),
                String::from_utf8(output.stdout).unwrap(),
                error,
            )
        };
        let pair = ["nodes", "--profile", "acme-stage", "--region", "eu-central-1"];
        let json: &[&str] = &[&pair[..], &["--json"]].concat();
        for (operation, service, action) in [
            ("DescribeInstances", "EC2", "ec2:DescribeInstances"),
            (
                "DescribeInstanceInformation",
                "Systems Manager",
                "ssm:DescribeInstanceInformation",
            ),
        ] {
            faults.break_operation(operation, true);
            let (status, table, error) = listed(&pair);
            assert_eq!(status, Some(3), "{error}");
            let cause = format!(
                "postern: acme-stage / eu-central-1: {service} could not be read: AWS could not carry out {action} \
                 (HTTP 500): An internal error has occurred.\n"
            );
            assert!(error.starts_with(&cause), "{error}");
            assert!(table.lines().count() > 1 && table.starts_with("NAME"), "{table}");
            assert_eq!(
                table.contains(" mi-"),
                operation == "DescribeInstances",
                "{table}"
            );
            let (status, list, _) = listed(json);
            assert_eq!(status, Some(3));
            let list: Value = serde_json::from_str(&list).unwrap();
            assert_eq!(list.as_array().unwrap().len(), table.lines().count() - 1);
            let agent_is_known = list[0]["agent"] != Value::Null;
            assert_eq!(agent_is_known, operation == "DescribeInstances");
            faults.break_operation(operation, false);
        }
        faults.break_operation("DescribeInstances", true);
        faults.break_operation("DescribeInstanceInformation", true);
        let (status, table, error) = listed(&pair);
        assert_eq!((status, table.as_str()), (Some(1), ""), "{error}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_endpoint_that_nobody_answers_is_named() {
        let desktop = Desktop::new().await;
        let endpoint = format!("127.0.0.1:{}", closed_port());
        for arguments in [&["nodes"][..], &["connect", NOBODY]] {
            let output = desktop
                .bare("postern")
                .envs(desktop.simulator.environment())
                .env("AWS_ENDPOINT_URL", format!("http://{endpoint}"))
                .args(arguments)
                .output()
                .unwrap();
            let cause = format!("{endpoint} cannot be reached: the connection was refused");
            refusal("postern", &output).says(&cause, "Check the network");
        }
        for (variable, value) in [("AWS_ENDPOINT_URL", "localhost"), ("AWS_ENDPOINT_URL_SSM", "x y")] {
            let output = desktop
                .bare("postern")
                .envs(desktop.simulator.environment())
                .env(variable, value)
                .args(["connect", NOBODY])
                .output()
                .unwrap();
            let next_step = format!("Correct {variable}, then try again.");
            refusal("postern", &output).says("not a URL such as https://host", &next_step);
        }
    }

    /// The AWS CLI refuses such a profile too. Its calls were meant for a simulator or a private endpoint, and without the
    /// section they would go to AWS itself: here, by way of a proxy that must hear nothing.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_profile_whose_services_section_is_missing_reaches_nobody() {
        let desktop = Desktop::new().await;
        let folder = desktop.home.path().join(".aws");
        std::fs::create_dir(&folder).unwrap();
        let config = "[profile sim]\nregion = eu-central-1\nservices = local\n\
                      aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = canary\n\
                      [services lokal]\nec2 =\n  endpoint_url = http://127.0.0.1:9\n";
        std::fs::write(folder.join("config"), config).unwrap();
        let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
        proxy.set_nonblocking(true).unwrap();
        let address = format!("http://{}", proxy.local_addr().unwrap());
        for (arguments, variable) in [
            (&["nodes", "--profile", "sim"][..], "POSTERN_LOG"),
            (&["nodes"], "AWS_PROFILE"),
            (&["connect", NOBODY, "--profile", "sim"], "POSTERN_LOG"),
        ] {
            let output = desktop
                .bare("postern")
                .env("HTTPS_PROXY", &address)
                .env("HTTP_PROXY", &address)
                .env(variable, "sim")
                .args(arguments)
                .output()
                .unwrap();
            refusal("postern", &output).says(
                "`services` of profile sim: there is no section [services local]",
                "Correct `services` of profile sim",
            );
        }
        let heard = proxy.accept().map(|_| "a call");
        assert_eq!(heard.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_node_that_is_not_there_or_falls_silent_is_named_with_its_place() {
        let desktop = Desktop::new().await;
        let node = desktop.online_node();
        desktop.simulator.control().stop_agent(&node);
        for target in [NOBODY, &node, "ecs:web_0123abcd_0123abcd-42"] {
            let arguments = ["connect", target, "--profile", "acme-prod"];
            desktop.refused(&arguments).says(
                &format!("{target} is not connected to Systems Manager in acme-prod / eu-central-1."),
                "SSM agent is online",
            );
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_malformed_configuration_file_is_named_with_its_line_but_not_its_text() {
        let desktop = Desktop::new().await;
        let (in_config, in_credentials) = (
            desktop.home.path().join("config"),
            desktop.home.path().join("keys"),
        );
        std::fs::write(&in_config, "[profile acme-prod]\naws_secret_access_key canary\n").unwrap();
        std::fs::write(&in_credentials, "[acme-prod]\naws_secret_access_key canary\n").unwrap();
        let folder = desktop.home.path().to_path_buf();
        let missing = desktop.home.path().join("none.pem");
        for (variable, path, cause) in [
            ("AWS_CONFIG_FILE", &in_config, "line 2"),
            ("AWS_SHARED_CREDENTIALS_FILE", &in_credentials, "line 2"),
            ("AWS_CONFIG_FILE", &folder, "irectory"),
            ("AWS_CA_BUNDLE", &missing, "the CA bundle cannot be read"),
        ] {
            for arguments in [&["nodes"][..], &["connect", NOBODY]] {
                let output = desktop
                    .bare("postern")
                    .envs(desktop.simulator.environment())
                    .env(variable, path)
                    .args(arguments)
                    .output()
                    .unwrap();
                let refused = refusal("postern", &output);
                refused.says(
                    &path.display().to_string(),
                    &format!("Correct {}", path.display()),
                );
                refused.says(cause, "then try again");
                assert!(!refused.cause.contains("canary"), "{}", refused.cause);
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn hostile_names_and_tags_are_harmless_text_in_every_list() {
        let desktop = Desktop::new().await;
        let table = String::from_utf8(desktop.run(&["nodes", "--all-states"]).stdout).unwrap();
        reads_well(&table);
        assert!(table.contains("<b>legacy</b>"), "markup is text: {table}");
        assert!(
            table.contains("till[2J"),
            "the escape is gone, the rest is there: {table}"
        );
        let columns: Vec<_> = table
            .lines()
            .skip(1)
            .map(|line| line.find("acme-prod").map(|at| line[..at].chars().count()))
            .collect();
        assert!(
            columns.len() > 10 && columns.iter().all(|at| *at == columns[0]),
            "{table}"
        );

        let json = String::from_utf8(desktop.run(&["nodes", "--json"]).stdout).unwrap();
        reads_well(&json);
        let nodes: Value = serde_json::from_str(&json).unwrap();
        let tag = |key: &str| {
            nodes
                .as_array()
                .unwrap()
                .iter()
                .find_map(|node| node["tags"][key].as_str())
        };
        assert_eq!(
            tag("note"),
            Some("<script>alert(document.domain)</script>&amp;]]>")
        );
        assert_eq!(
            tag("contact"),
            Some("opsgnp.exe"),
            "no right-to-left mark is left"
        );
        assert!(tag("motd").unwrap().contains("31mred"), "{:?}", tag("motd"));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn malformed_frames_do_not_end_a_session() {
        let desktop = Desktop::new().await;
        let mut terminal = desktop.connect(&desktop.online_node());
        terminal.wait_for("$ ");
        let faults = desktop.simulator.control();
        let session = faults.sessions()[0].id.clone();
        for frame in [&b""[..], b"short", &[0xff; 119], &[0xff; 4096]] {
            assert!(faults.inject_frame(&session, bytes::Bytes::copy_from_slice(frame)));
        }
        assert!(faults.inject_text(&session, "{not a frame"));
        terminal.type_text("echo still-$((1+1))-here; exit\r");
        terminal.wait_for("still-2-here");
        let (status, seen) = terminal.wait_for_end();
        assert_eq!(status, 0, "{seen}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_stream_address_that_points_elsewhere_is_named_and_never_dialled() {
        let desktop = Desktop::new().await;
        let node = desktop.online_node();
        let trap = TcpListener::bind("127.0.0.1:0").unwrap();
        trap.set_nonblocking(true).unwrap();
        let faults = desktop.simulator.control();
        for (address, cause) in [
            (
                format!("ws://{}/v1/data-channel/x", trap.local_addr().unwrap()),
                "127.0.0.1",
            ),
            (
                "wss://evil.example/v1/data-channel/x".to_owned(),
                "points to evil.example",
            ),
            ("not an address".to_owned(), "is not a URL"),
        ] {
            faults.misdirect_streams(Some(address));
            let output = desktop.run(&["connect", &node]);
            let error = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(1), "{error}");
            reads_well(&error);
            assert!(
                error.contains(cause) && error.contains("Nothing was sent there."),
                "{error}"
            );
        }
        assert_eq!(
            trap.accept().unwrap_err().kind(),
            std::io::ErrorKind::WouldBlock,
            "nobody dialled"
        );
        faults.misdirect_streams(None);
        let mut terminal = desktop.connect(&node);
        terminal.wait_for("$ ");
        terminal.type_text("exit\r");
        terminal.wait_for_end();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_simulator_that_cannot_start_says_why_and_what_to_do() {
        let desktop = Desktop::new().await;
        let busy = desktop.simulator.address().to_string();
        let nowhere = desktop.home.path().join("missing").join("aws.env");
        let nowhere = nowhere.to_str().unwrap();
        for (arguments, cause, next_step) in [
            (["--listen", busy.as_str()], busy.as_str(), "port 0"),
            (["--listen", "0.0.0.0:0"], "loopback only", "127.0.0.1:0"),
            (["--env-file", nowhere], nowhere, "Choose a folder"),
        ] {
            let output = desktop
                .bare("postern")
                .arg("simulate")
                .args(arguments)
                .output()
                .unwrap();
            refusal("postern", &output).says(cause, next_step);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_drop_in_called_by_hand_says_what_is_wrong_and_never_shows_the_token() {
        const GRANT: &str = r#"{"SessionId":"ops-1","TokenValue":"canary","StreamUrl":"wss://evil.example/v1/data-channel/ops-1"}"#;
        const NO_STREAM: &str = r#"{"SessionId":"ops-1","TokenValue":"canary"}"#;
        let desktop = Desktop::new().await;
        let endpoint = desktop.simulator.endpoint();
        for (arguments, cause) in [
            (["{canary", "eu-central-1", "StartSession", ""], "no JSON object"),
            ([NO_STREAM, "eu-central-1", "StartSession", ""], "no StreamUrl"),
            ([GRANT, "Frankfurt", "StartSession", ""], "A Region looks like"),
            (
                [GRANT, "eu-central-1", "ResumeSession", ""],
                "Invalid Operation ResumeSession",
            ),
            (
                [GRANT, "eu-central-1", "StartSession", "nobody"],
                "no AWS profile named nobody",
            ),
            (
                [GRANT, "eu-central-1", "StartSession", "acme-prod"],
                "points to evil.example",
            ),
        ] {
            let output = desktop
                .bare("session-manager-plugin")
                .envs(desktop.simulator.environment())
                .args(arguments)
                .args(["{}", &endpoint])
                .output()
                .unwrap();
            let refused = refusal("session-manager-plugin", &output);
            refused.says(cause, "");
            let all = [output.stdout, output.stderr].concat();
            assert!(!String::from_utf8(all).unwrap().contains("canary"), "{cause}");
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn output_without_room_is_an_error_and_a_reader_that_has_enough_is_none() {
        let desktop = Desktop::new().await;
        if cfg!(target_os = "linux") {
            let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
            let mut command = desktop.bare("postern");
            command
                .envs(desktop.simulator.environment())
                .arg("nodes")
                .stdout(full);
            refusal("postern", &command.output().unwrap())
                .says("Standard output cannot be written", "output");
        }
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = desktop.bare("postern");
        command
            .envs(desktop.simulator.environment())
            .arg("nodes")
            .stdout(writer);
        let output = command.output().unwrap();
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "",
            "as for `postern nodes | head`"
        );
    }
}

mod window {
    use super::*;

    fn is_for_people(error: &ErrorView) {
        reads_well(&error.message);
        reads_well(&error.next_step);
        if let Some(detail) = &error.detail {
            reads_well(detail);
        }
    }

    fn pair_of<'a>(pairs: &'a [PairView], profile: &str) -> &'a PairView {
        pairs.iter().find(|pair| pair.profile == profile).unwrap()
    }

    fn error_of(pairs: &[PairView], profile: &str) -> ErrorView {
        let sync = &pair_of(pairs, profile).sync;
        assert_eq!(sync.phase, SyncPhase::Failed);
        let error = sync.error.clone().unwrap();
        is_for_people(&error);
        error
    }

    fn typed(target: &str, profile: &str) -> ConnectRequest {
        ConnectRequest::Typed {
            encryption: None,
            target: target.to_owned(),
            profile: Some(profile.to_owned()),
            region: Some("eu-central-1".to_owned()),
            document: None,
            parameters: Vec::new(),
            reason: None,
        }
    }

    /// Why a tab could not be connected.
    async fn failure(desk: &mut Desk, request: ConnectRequest) -> ErrorView {
        let tab = desk.app.connect(request, 80, 24).await.unwrap();
        let is_failed = |state: &SessionStateView| matches!(state, SessionStateView::Failed { .. });
        let SessionStateView::Failed { error, .. } = desk.until_tab(tab.id, "failed", is_failed).await.state
        else {
            unreachable!()
        };
        is_for_people(&error);
        error
    }

    /// A desk with a good pair, one of its nodes, and an open session there.
    async fn at_work() -> (Desk, NodeView, u32, Screen) {
        let mut desk = Desk::new().await;
        let (_, nodes) = desk.synced(&[STAGE]).await;
        let node = nodes.into_iter().find(takes_sessions).unwrap();
        let request = ConnectRequest::Node {
            run: None,
            key: node.key.clone(),
        };
        let (tab, screen) = desk.connected(request).await;
        (desk, node, tab.id, screen)
    }

    async fn goes_on(desk: &Desk, tab: u32, screen: &Screen) {
        type_into(&desk.app, tab, "echo goes-$((20+1))-on\r").await;
        screen.shows("goes-21-on").await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn expired_credentials_fail_their_own_pair_and_tabs_until_they_are_renewed() {
        let mut desk = Desk::new().await;
        desk.faults().expire_credentials("acme-dev", true);
        let (pairs, nodes) = desk.synced(&[STAGE, ("acme-dev", "eu-west-1")]).await;
        let error = error_of(&pairs, "acme-dev");
        assert_eq!(
            (error.code.as_str(), error.message.as_str()),
            ("credentials-expired", "The sign-in of acme-dev has expired.")
        );
        assert!(error.next_step.contains("Sign in again"), "{error:?}");
        assert_eq!(pair_of(&pairs, "acme-stage").sync.phase, SyncPhase::Done);
        assert!(nodes.iter().any(takes_sessions));
        let failed = failure(&mut desk, typed(NOBODY, "acme-dev")).await;
        assert_eq!(failed.code, "credentials-expired");

        desk.faults().expire_credentials("acme-dev", false);
        desk.app
            .world()
            .await
            .syncing()
            .sync_pair(pair_of(&pairs, "acme-dev").id)
            .await
            .unwrap();
        let is_done = |pairs: &[PairView]| {
            let mut of_dev = pairs.iter().filter(|pair| pair.profile == "acme-dev");
            of_dev.any(|pair| pair.sync.phase == SyncPhase::Done)
        };
        desk.until("the pair is read", |event| match event {
            postern_app::contract::AppEvent::PairsChanged { pairs, .. } => is_done(pairs).then_some(()),
            _ => None,
        })
        .await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_denied_session_fails_its_tab_with_the_permission_and_what_aws_said() {
        let (mut desk, node, tab, screen) = at_work().await;
        desk.faults().deny("acme-stage", true);
        let error = failure(
            &mut desk,
            ConnectRequest::Node {
                key: node.key,
                run: None,
            },
        )
        .await;
        assert_eq!(error.code, "denied");
        assert_eq!(error.message, "acme-stage may not call ssm:StartSession.");
        assert!(error.next_step.contains("ssm:StartSession"), "{error:?}");
        assert!(error.detail.unwrap().contains("not authorized to perform"));
        goes_on(&desk, tab, &screen).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_endpoint_that_nobody_answers_fails_its_own_pair_and_tab() {
        let (mut desk, _, tab, screen) = at_work().await;
        let host = format!("127.0.0.1:{}", closed_port());
        add_profile(&desk.aws_files(), "acme-gone", &format!("http://{host}"));
        add_profile(&desk.aws_files(), "acme-typo", "localhost");
        desk.app.world().await.profiles().refresh().await;
        let (pairs, _) = desk.synced(&[("acme-gone", "eu-central-1")]).await;
        let gone = error_of(&pairs, "acme-gone");
        assert_eq!(gone.code, "unreachable");
        assert_eq!(
            gone.message,
            format!("{host} cannot be reached: the connection was refused.")
        );
        let failed = failure(&mut desk, typed(NOBODY, "acme-gone")).await;
        assert_eq!(failed.code, "unreachable");
        let failed = failure(&mut desk, typed(NOBODY, "acme-typo")).await;
        assert_eq!(failed.code, "malformed-configuration");
        assert_eq!(
            failed.next_step,
            "Correct `endpoint_url` of profile acme-typo, then try again."
        );
        goes_on(&desk, tab, &screen).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_profile_whose_services_section_is_missing_is_shown_with_the_reason_and_not_used() {
        let mut desk = Desk::new().await;
        add_profile(
            &desk.aws_files(),
            "acme-lost",
            "http://127.0.0.1:9\nservices = nowhere",
        );
        let reason = "`services` of profile acme-lost: there is no section [services nowhere].";
        let (pairs, nodes) = desk.synced(&[STAGE]).await;
        assert!(!nodes.is_empty() && pairs.iter().all(|pair| pair.profile != "acme-lost"));
        let profiles = desk.app.world().await.profiles().refresh().await.profiles;
        let of = |name: &str| {
            profiles
                .iter()
                .find(|one| one.name == name)
                .unwrap()
                .problem
                .clone()
        };
        assert!(of("acme-lost").unwrap().message.ends_with(reason));
        assert_eq!(of("acme-stage"), None, "one odd profile disables only itself");
        let draft = postern_app::contract::PairDraft {
            profile: "acme-lost".into(),
            region: "eu-central-1".into(),
            enabled: true,
            endpoints: None,
        };
        let pair = desk.app.world().await.pairs().add(&draft).await.unwrap();
        assert!(pair.problem.unwrap().message.ends_with(reason));
        assert_eq!(pair.sync.phase, SyncPhase::Never, "it is not even queued");
        let asked = desk
            .app
            .world()
            .await
            .syncing()
            .sync_pair(pair.id)
            .await
            .unwrap_err();
        assert!(asked.message.ends_with(reason), "{}", asked.message);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_profile_that_does_not_exist_fails_its_tab_with_those_that_do() {
        let (mut desk, _, tab, screen) = at_work().await;
        let error = failure(&mut desk, typed(NOBODY, "nobody")).await;
        assert_eq!(error.code, "unknown-profile");
        assert_eq!(error.message, "There is no AWS profile named nobody.");
        assert!(error.next_step.contains("acme-stage"), "{error:?}");
        goes_on(&desk, tab, &screen).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_bad_section_is_shown_with_its_reason_and_all_other_profiles_work() {
        let (mut desk, node, tab, screen) = at_work().await;
        let config = desk.aws_files().config;
        let good = std::fs::read_to_string(&config).unwrap();
        std::fs::write(
            &config,
            format!("[profile lost\naws_secret_access_key canary\n{good}"),
        )
        .unwrap();
        let view = desk.app.world().await.profiles().refresh().await;
        assert!(view.error.is_none());
        let lost = view.profiles.iter().find(|one| one.name == "lost").unwrap();
        let problem = lost.problem.clone().unwrap();
        is_for_people(&problem);
        let place = format!(
            "{}, line 1: the name of the section is not closed; end it with ].",
            config.display()
        );
        assert!(problem.message.ends_with(&place), "{problem:?}");
        assert!(view.profiles.iter().filter(|one| one.problem.is_none()).count() > 3);
        let failed = failure(&mut desk, typed(NOBODY, "lost")).await;
        assert_eq!(failed.message, problem.message);
        let key = node.key;
        desk.connected(ConnectRequest::Node { key, run: None }).await;
        goes_on(&desk, tab, &screen).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_configuration_file_of_another_form_is_named_and_mended_without_a_restart() {
        let (mut desk, node, tab, screen) = at_work().await;
        let config = desk.aws_files().config;
        let good = std::fs::read_to_string(&config).unwrap();
        let utf_16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
        std::fs::write(&config, [b"\xff\xfe".as_slice(), &utf_16].concat()).unwrap();
        let profiles = desk.app.world().await.profiles().refresh().await;
        let error = profiles.error.unwrap();
        is_for_people(&error);
        assert_eq!(error.code, "malformed-configuration");
        let said = format!("{}: it is saved as UTF-16; save it as UTF-8.", config.display());
        assert!(error.message.ends_with(&said), "{error:?}");
        assert_eq!(
            error.next_step,
            format!("Correct {}, then try again.", config.display())
        );
        let failed = failure(
            &mut desk,
            ConnectRequest::Node {
                key: node.key,
                run: None,
            },
        )
        .await;
        assert_eq!(failed.code, "malformed-configuration");
        goes_on(&desk, tab, &screen).await;

        std::fs::write(&config, good).unwrap();
        let profiles = desk.app.world().await.profiles().refresh().await;
        assert!(profiles.error.is_none() && profiles.profiles.len() > 3);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn hostile_names_and_tags_reach_the_page_as_harmless_text() {
        let mut desk = Desk::new().await;
        let (_, nodes) = desk.synced(&[("acme-prod", "eu-central-1")]).await;
        let tags = || nodes.iter().flat_map(|node| &node.tags);
        let texts = nodes
            .iter()
            .map(|node| &node.name)
            .chain(tags().flat_map(|tag| [&tag.key, &tag.value]));
        for text in texts.filter(|text| !text.is_empty()) {
            reads_well(text);
        }
        assert!(
            nodes
                .iter()
                .any(|node| node.name.contains("<img src=x onerror=alert(1)>"))
        );
        assert!(nodes.iter().any(|node| node.name.starts_with("till[2J")));
        assert!(
            tags().any(|tag| tag.value == "opsgnp.exe"),
            "no right-to-left mark is left"
        );
        let hostile = nodes.into_iter().find(|node| node.name.contains("<b>")).unwrap();
        let (tab, _) = desk
            .connected(ConnectRequest::Node {
                key: hostile.key,
                run: None,
            })
            .await;
        reads_well(&tab.title);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_stream_address_that_points_elsewhere_leaves_the_open_tabs_alone() {
        let (mut desk, node, tab, screen) = at_work().await;
        desk.faults()
            .misdirect_streams(Some("wss://evil.example/v1/data-channel/x".to_owned()));
        let error = failure(
            &mut desk,
            ConnectRequest::Node {
                key: node.key,
                run: None,
            },
        )
        .await;
        assert_eq!(error.code, "stream-url");
        assert!(error.message.contains("points to evil.example"), "{error:?}");
        assert!(
            error.next_step.starts_with("Nothing was sent there."),
            "{error:?}"
        );
        goes_on(&desk, tab, &screen).await;
    }
}
