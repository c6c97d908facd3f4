//! botocore as a process that answers questions.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use postern_aws_files::{Section, Sections, Value};
use serde::Deserialize;

/// The settings of one section.
type Settings = BTreeMap<String, Said>;

/// What a setting says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Said {
    Text(String),
    Block(BTreeMap<String, String>),
}

/// All that a pair of files says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Found {
    pub(crate) profiles: BTreeMap<String, Settings>,
    pub(crate) sso_sessions: BTreeMap<String, Settings>,
    pub(crate) services: BTreeMap<String, Settings>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Answer {
    Refused { refused: String },
    Found(Found),
}

/// What the two files hold.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Files {
    pub(crate) config: Vec<u8>,
    pub(crate) credentials: Vec<u8>,
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        write!(
            f,
            "config {:?} credentials {:?}",
            text(&self.config),
            text(&self.credentials)
        )
    }
}

pub(crate) struct Oracle {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    pub(crate) fn start() -> Self {
        let mut child = Command::new(python())
            .args(["-X", "utf8", "-c", include_str!("oracle.py")])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(std::env::var_os("SystemRoot").map(|root| ("SystemRoot", root)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the AWS CLI's Python starts");
        Self {
            questions: child.stdin.take().expect("piped"),
            answers: BufReader::new(child.stdout.take().expect("piped")),
            child,
        }
    }

    pub(crate) fn ask(&mut self, files: &Files) -> Answer {
        let question = serde_json::json!({
            "config": STANDARD.encode(&files.config),
            "credentials": STANDARD.encode(&files.credentials),
        });
        writeln!(self.questions, "{question}").expect("it listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?} to {files:?}"))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_waited = self.child.wait();
    }
}

/// The Python of the AWS CLI that `npm test` installs.
fn python() -> PathBuf {
    let aws = std::env::var_os("POSTERN_TEST_AWS_CLI").map(PathBuf::from);
    let aws = aws.expect("botocore is needed: run `npm test`, or set POSTERN_TEST_AWS_CLI to the AWS CLI of a virtual environment");
    aws.with_file_name(if cfg!(windows) { "python.exe" } else { "python3" })
}

impl Found {
    /// What Postern reads, without the sections that have a problem.
    pub(crate) fn by_postern(sections: &Sections) -> Self {
        let usable = |all: &[Section]| {
            all.iter()
                .filter(|section| section.problem().is_none())
                .map(|section| (section.name().to_owned(), settings_of(section)))
                .collect()
        };
        Self {
            profiles: usable(sections.profiles()),
            sso_sessions: usable(sections.sso_sessions()),
            services: usable(sections.all_services()),
        }
    }
}

fn settings_of(section: &Section) -> Settings {
    let said = |value: &Value| match value {
        Value::Text(text) => Said::Text(text.clone()),
        Value::Block(block) => Said::Block(block.iter().cloned().collect()),
    };
    let settings = section.settings().iter();
    settings
        .map(|setting| (setting.key.clone(), said(&setting.value)))
        .collect()
}
