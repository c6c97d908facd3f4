use std::net::SocketAddr;

use postern_model::{DocumentName, ProfileName, SignInKey};
use postern_remote_desktop::DesktopError;

use super::*;
use crate::import_failure::ImportFailure;
use crate::ssh_key_error::SshKeyError;

/// What libraries and systems say, with and without a full stop.
const SAID: [&str; 3] = [
    "peer closed connection: https://docs.rs/rustls/latest/rustls/manual/index.html",
    "No space left on device (os error 28)",
    "It broke.",
];

fn imports(io: impl Fn() -> io::Error) -> Vec<ImportFailure> {
    let path = std::path::PathBuf::from("connections.csv");
    vec![
        ImportFailure::Unreadable {
            path: path.clone(),
            error: io(),
        },
        ImportFailure::Unwritable { path, error: io() },
        ImportFailure::NoVariable("KEY".into()),
        ImportFailure::NoPassword,
        ImportFailure::NobodyToAsk,
        ImportFailure::NotConfirmed,
    ]
}

fn simulators(io: impl Fn() -> io::Error) -> Vec<SimulatorError> {
    let address = SocketAddr::from(([127, 0, 0, 1], 80));
    vec![
        SimulatorError::NotLoopback { address },
        SimulatorError::AddressInUse { address },
        SimulatorError::Listen {
            address,
            source: io(),
        },
        SimulatorError::NoPairs,
        SimulatorError::TooLarge,
        SimulatorError::Scratch(io()),
        SimulatorError::EnvironmentFile {
            path: "aws.env".into(),
            source: io(),
        },
    ]
}

fn execs() -> Vec<ExecError> {
    let document = || DocumentName::parse("Acme-Run").unwrap();
    let not_for = |kind: &str| ExecError::NotForCommands {
        document: document(),
        kind: kind.to_owned(),
    };
    let all = vec![
        ExecError::CannotSeparate { document: document() },
        not_for("Port"),
        not_for("Standard_Stream"),
        ExecError::NotACommand,
        ExecError::NoCommandParameter {
            document: document(),
            parameters: Vec::new(),
        },
        ExecError::CommandTwice {
            name: "command".into(),
        },
        ExecError::Nul,
        ExecError::NoStatus {
            reason: "The session ended.".into(),
        },
    ];
    for error in &all {
        // Whoever adds a variant adds it above.
        match error {
            ExecError::CannotSeparate { .. }
            | ExecError::NotForCommands { .. }
            | ExecError::NotACommand
            | ExecError::NoCommandParameter { .. }
            | ExecError::CommandTwice { .. }
            | ExecError::Nul
            | ExecError::NoStatus { .. } => {}
        }
    }
    all
}

fn failures(said: &'static str) -> Vec<Failure> {
    let io = || io::Error::other(said);
    let unreachable = ControlError::Unreachable {
        endpoint: "ssm".into(),
        detail: said.into(),
    };
    let sign_in = || SignInKey::parse("My Corp Ltd").unwrap();
    let mut all = vec![
        Failure::Runtime(io()),
        Failure::Control(unreachable),
        Failure::Session(SessionError::Crashed),
        Failure::End(SessionEnd::GoneWhileAway),
        Failure::Forward(Arc::new(ForwardError::OneSession)),
        Failure::Store(postern_store::StoreError::NoDataFolder),
        Failure::NoSuchForward {
            word: "ledger".into(),
            known: Vec::new(),
        },
        Failure::NoSuchForward {
            word: "ledger".into(),
            known: vec!["Audit".into()],
        },
        Failure::NoConnection("Ledger".into()),
        Failure::ForwardIsOn {
            name: "Ledger".into(),
            program: "the window".into(),
            process: 812,
        },
        Failure::NoPairs,
        Failure::NothingIsOn,
        Failure::NotConfirmed(std::net::Ipv4Addr::UNSPECIFIED.into()),
        Failure::PowerNotConfirmed { word: "stop" },
        Failure::NoInstance {
            question: "tag:env=dev".into(),
        },
        Failure::NoNode {
            question: "web".into(),
            like: Vec::new(),
        },
        Failure::NoNode {
            question: "wbe".into(),
            like: vec!["web-1".into()],
        },
        Failure::SeveralNodes {
            question: "web".into(),
            count: 3,
        },
        Failure::ConnectNotConfirmed,
        Failure::SshConfig {
            path: "config".into(),
            what: "read",
            error: io(),
        },
        Failure::SshKey(SshKeyError::NoIdentityFile),
        Failure::SshKey(SshKeyError::NotMade),
        Failure::SshKey(SshKeyError::NotWritten {
            path: "key".into(),
            error: io(),
        }),
        Failure::Desktop(DesktopError::NoClient),
        Failure::Desktop(DesktopError::Clipboard(said.into())),
        Failure::Desktop(DesktopError::ConnectionFile(io())),
        Failure::NoHome,
        Failure::Signal("SIGTERM"),
        Failure::LeftBehind { signal: None },
        Failure::LeftBehind {
            signal: Some("SIGTERM"),
        },
        Failure::SignInLeft("SIGINT"),
        Failure::SignedOutHereOnly {
            key: sign_in(),
            error: ControlError::Throttled {
                operation: "sso:Logout".into(),
            },
        },
        Failure::NoSignIn {
            profile: ProfileName::parse("acme-dev").unwrap(),
        },
        Failure::NoSignIns,
        Failure::WhichSignIn {
            known: vec!["a".into(), "b".into()],
        },
        Failure::Control(ControlError::SignInNeeded {
            who: "acme-dev".into(),
            sign_in: sign_in(),
            detail: said.into(),
        }),
        Failure::LeftAtOnce,
        Failure::OutputClosed,
        Failure::Output(io()),
        Failure::Terminal(io()),
        Failure::Handover {
            what: "a response",
            why: said.into(),
        },
        Failure::OldAwsCli,
        Failure::Operation("ResumeSession".into()),
    ];
    all.extend(imports(io).into_iter().map(Failure::Import));
    all.extend(simulators(io).into_iter().map(Failure::Simulator));
    all.extend(execs().into_iter().map(Failure::Exec));
    for failure in &all {
        // Whoever adds a variant adds it above.
        match failure {
            Failure::Runtime(_)
            | Failure::Control(_)
            | Failure::Session(_)
            | Failure::End(_)
            | Failure::Exec(_)
            | Failure::Forward(_)
            | Failure::Store(_)
            | Failure::NoSuchForward { .. }
            | Failure::NoConnection(_)
            | Failure::ForwardIsOn { .. }
            | Failure::NoPairs
            | Failure::NothingIsOn
            | Failure::NotConfirmed(_)
            | Failure::PowerNotConfirmed { .. }
            | Failure::NoInstance { .. }
            | Failure::NoNode { .. }
            | Failure::SeveralNodes { .. }
            | Failure::ConnectNotConfirmed
            | Failure::SshConfig { .. }
            | Failure::SshKey(_)
            | Failure::Desktop(_)
            | Failure::NoHome
            | Failure::Signal(_)
            | Failure::LeftBehind { .. }
            | Failure::SignInLeft(_)
            | Failure::SignedOutHereOnly { .. }
            | Failure::NoSignIn { .. }
            | Failure::NoSignIns
            | Failure::WhichSignIn { .. }
            | Failure::LeftAtOnce
            | Failure::OutputClosed
            | Failure::Output(_)
            | Failure::Terminal(_)
            | Failure::Simulator(_)
            | Failure::Handover { .. }
            | Failure::OldAwsCli
            | Failure::Import(_)
            | Failure::Operation(_) => {}
        }
    }
    all
}

#[test]
fn every_failure_is_a_sentence_and_a_next_step_without_a_librarys_address() {
    for failure in SAID.into_iter().flat_map(failures) {
        for text in [failure.to_string(), failure.next_step()] {
            assert!(text.ends_with('.') && !text.contains(".."), "{text}");
            assert!(!text.contains("docs.rs") && !text.contains("os error"), "{text}");
        }
    }
}

#[test]
fn no_cause_gives_the_next_step_a_rival() {
    // The official program's words for an old AWS CLI hold advice of their own.
    let ours = |failure: &Failure| !matches!(failure, Failure::OldAwsCli);
    for failure in SAID.into_iter().flat_map(failures).filter(ours) {
        let cause = failure.to_string();
        for verb in [
            "Ask", "Check", "Choose", "Connect", "Make", "Run", "Start", "Update", "Use",
        ] {
            let begins = |sentence: &str| sentence.starts_with(&format!("{verb} "));
            assert!(!cause.split(". ").any(begins), "{cause}");
        }
    }
}

#[test]
fn a_missing_sign_in_names_the_command_that_can_be_pasted() {
    for (name, word) in [
        ("acme-sso", "acme-sso"),
        ("https://acme.awsapps.com/start", "https://acme.awsapps.com/start"),
        ("My Corp's", r"'My Corp'\''s'"),
        ("büro", "büro"),
        (
            "https://acme.awsapps.com/start#/",
            "'https://acme.awsapps.com/start#/'",
        ),
    ] {
        let error = ControlError::SignInNeeded {
            who: "acme-dev".into(),
            sign_in: SignInKey::parse(name).unwrap(),
            detail: "it has expired".into(),
        };
        assert_eq!(
            next_step(&error),
            format!("Run `postern login --sso-session {word}`, then retry.")
        );
    }
}
