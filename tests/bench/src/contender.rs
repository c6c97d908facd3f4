//! Who is measured, and how its process is started.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use postern_bench::client::stream_url;
use postern_bench::work::Work;

/// One client.
pub struct Contender {
    /// Its name in the table.
    pub name: String,
    /// Its program.
    pub program: PathBuf,
    /// What its program is told besides the work: a library's only.
    pub variant: Option<&'static str>,
    /// How it is driven.
    pub kind: Kind,
    /// Whether it does the work of a terminal.
    pub has_terminal: bool,
    /// Whether it forwards ports.
    pub forwards: bool,
}

/// How a client is driven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A small program around a library: it does the work itself and tells what it saw.
    Library,
    /// A program that is called as the AWS CLI calls its plugin, between two pipes.
    Plugin,
    /// A proxy between two sockets, which knows nothing of sessions.
    Proxy,
}

impl Contender {
    pub fn library(name: &str, program: PathBuf, variant: Option<&'static str>) -> Self {
        Self {
            name: name.to_owned(),
            program,
            variant,
            kind: Kind::Library,
            has_terminal: true,
            forwards: false,
        }
    }

    pub fn plugin(name: &str, program: PathBuf) -> Self {
        Self {
            name: name.to_owned(),
            program,
            variant: None,
            kind: Kind::Plugin,
            has_terminal: true,
            forwards: false,
        }
    }

    pub fn proxy(name: &str, program: PathBuf) -> Self {
        Self {
            name: name.to_owned(),
            program,
            variant: None,
            kind: Kind::Proxy,
            has_terminal: false,
            forwards: true,
        }
    }

    /// One that forwards ports, too.
    pub fn forwards(mut self) -> Self {
        self.forwards = true;
        self
    }

    /// Starts it; a proxy leads to a destination at the port `gateway`. Nothing of this process's environment reaches it but the search path; the credentials are made up,
    /// because a plugin signs with them.
    pub fn start(&self, gateway: &str, work: Work) -> std::io::Result<Child> {
        let mut command = Command::new(&self.program);
        match self.kind {
            Kind::Library => {
                command.arg(work.to_string()).arg(gateway).args(self.variant);
            }
            Kind::Proxy => {
                command.arg(gateway);
            }
            Kind::Plugin => {
                // The official one leaves a socket behind under the name of its session, and takes none that is there.
                let response = format!(
                    r#"{{"SessionId":"bench-{}","TokenValue":"token","StreamUrl":"{}"}}"#,
                    uuid::Uuid::new_v4(),
                    stream_url(gateway, work)
                );
                command
                    .env("AWS_SSM_START_SESSION_RESPONSE", response)
                    .args([
                        "AWS_SSM_START_SESSION_RESPONSE",
                        "eu-central-1",
                        "StartSession",
                        "",
                    ])
                    .arg(r#"{"Target":"i-0123456789abcdef0"}"#)
                    .arg(gateway.replacen("ws:", "http:", 1));
            }
        }
        let kept = command
            .get_envs()
            .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())));
        let kept: Vec<_> = kept.collect();
        command
            .env_clear()
            .envs(kept)
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", std::env::temp_dir())
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "example")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
    }
}
