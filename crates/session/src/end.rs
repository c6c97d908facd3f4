//! How a session ends, and which ends are failures of the agent.

use std::fmt;

use postern_model::{display_text, ended};

/// Agents put this in front of what went wrong on the node (agent: `iohandler.go`; observed).
const ERROR_BANNER: &str = "----------ERROR-------";

/// How the words begin with which an agent says, without its banner, that it failed: its `agent_task_complete` carries
/// them, and the service hands them on. A session that ends as it should has no words of the agent; those of the service,
/// such as "Your session timed out due to inactivity and has been terminated." (amazon-ssm-agent issue 261), stay an
/// ordinary end, as does everything unknown.
const AGENT_FAILURES: &[&str] = &[
    // outofproc/master.go, observed 60 s after the end of a worker; also in AWS's troubleshooting, as "document worker
    // timed out".
    "document process failed unexpectedly",
    // runpluginutil.go; observed after a handshake response without its KMS action.
    "Plugin crashed with message",
    // runpluginutil.go, from its source.
    "failed to create plugin",
    "Plugin with name ",
    "Invalid format in plugin properties",
    "Unknown error, Operation:",
    // singlecommand.go and its companions, from their source.
    "Invalid format in session properties",
    "Commands cannot be empty",
    // shell.go, from its source.
    "Couldn't start the session because",
    "fail to get separateOutPutStream",
    "invalid stdoutSeparatorPrefix",
    "invalid stderrSeparatorPrefix",
    "Unable to start command",
    "encountered an error while creating file",
    "Encountered an error while executing shell profile",
    "unable to generate log data",
    "Error occurred starting the command",
    // session/config.go: logs that are to be encrypted and cannot be.
    "We couldn't start the session because",
    // sessionplugin.go, observed with the banner.
    "Setting up data channel with id",
    "Encountered error while initiating handshake",
    "Fail to remarshal shell properties",
    // port.go and port_basic.go, from their source; the first observed.
    "Forwarding to IP address",
    "Unable to connect to specified port",
];

/// Why a session is over that did not fail.
#[derive(Clone, PartialEq, Eq)]
pub enum SessionEnd {
    /// AWS or the agent closed it: the shell exited, somebody terminated it, or a limit was reached.
    Closed {
        /// What the agent or AWS said with it, as it came; often empty.
        output: String,
    },
    /// The user closed it here, and AWS was told.
    TerminatedByUser,
    /// The user closed it here, and AWS could not be told. It is told again for as long as the program runs.
    LeftBehind,
    /// AWS no longer had it when the link was to be resumed.
    GoneWhileAway,
    /// It was left as it is, and goes on where somebody resumes it.
    Detached,
}

/// What an agent said of its failure. `Debug` does not quote it: it may quote what ran on the node.
#[derive(Clone, PartialEq, Eq)]
pub struct AgentWords(String);

impl SessionEnd {
    /// How long AWS keeps a session that nobody ended, one sentence.
    pub const KEPT_BY_AWS: &'static str = "AWS may keep it, and what runs in it, until it was idle for 20 minutes (or as long as \
the session preferences say), or for its maximum duration.";

    /// One sentence for people, two where AWS could not be told.
    #[must_use]
    pub fn reason(&self) -> String {
        match self {
            Self::Closed { output } if output.trim().is_empty() => "The session ended.".to_owned(),
            Self::Closed { output } => sentence(output),
            Self::TerminatedByUser => "The session was terminated here.".to_owned(),
            Self::LeftBehind => format!(
                "The session was left here, and AWS could not be told; that is tried again while Postern runs. {}",
                Self::KEPT_BY_AWS
            ),
            Self::GoneWhileAway => "The session ended at AWS while the link was down.".to_owned(),
            Self::Detached => "The session was left here and can be resumed.".to_owned(),
        }
    }

    /// What the agent said, where it closed the session because it failed.
    pub(crate) fn agent_failure(&self) -> Option<AgentWords> {
        match self {
            Self::Closed { output } if is_agent_failure(output) => Some(AgentWords(output.clone())),
            Self::Closed { .. }
            | Self::TerminatedByUser
            | Self::LeftBehind
            | Self::GoneWhileAway
            | Self::Detached => None,
        }
    }
}

impl AgentWords {
    /// As they came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AgentWords {
    /// One safe sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sentence(&self.0))
    }
}

impl fmt::Debug for AgentWords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AgentWords({} bytes)", self.0.len())
    }
}

impl fmt::Debug for SessionEnd {
    /// Without the text: it may quote what ran on the node.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed { output } => write!(f, "Closed({} bytes)", output.len()),
            Self::TerminatedByUser => f.write_str("TerminatedByUser"),
            Self::LeftBehind => f.write_str("LeftBehind"),
            Self::GoneWhileAway => f.write_str("GoneWhileAway"),
            Self::Detached => f.write_str("Detached"),
        }
    }
}

fn is_agent_failure(output: &str) -> bool {
    let text = output.trim_start();
    let begins = |words: &&str| {
        let beginning = text.get(..words.len());
        beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(words))
    };
    text.starts_with(ERROR_BANNER) || AGENT_FAILURES.iter().any(begins)
}

/// One safe line with a full stop.
fn sentence(output: &str) -> String {
    let text = output.trim().trim_start_matches(ERROR_BANNER);
    let line = display_text(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    ended(&line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(output: &str) -> SessionEnd {
        SessionEnd::Closed {
            output: output.to_owned(),
        }
    }

    #[test]
    fn reasons_are_one_safe_line() {
        let end = closed("\n----------ERROR-------\r\nSetting up\u{1b}[31m data\n channel failed");
        assert_eq!(end.reason(), "Setting up[31m data channel failed.");
        assert_eq!(end.agent_failure().unwrap().to_string(), end.reason());
        assert_eq!(closed(" \n").reason(), "The session ended.");
    }

    /// Whole texts as agents compose them, one for each beginning; the first two and the handshake's were observed.
    const FAILURES: &[&str] = &[
        "document process failed unexpectedly , check [ssm-document-worker]/[ssm-session-worker] log for crash reason",
        "Plugin crashed with message runtime error: invalid memory address or nil pointer dereference!",
        "document process failed unexpectedly: document worker timed out , check [ssm-document-worker]/[ssm-session-worker] log for crash reason",
        "Document process failed unexpectedly: document worker timed out",
        "failed to create plugin no such plugin",
        "Plugin with name Port is not supported by this version of ssm agent, please update to latest version. Step name: Port",
        "Plugin with name Standard_Stream not found. Step name: Standard_Stream",
        "Invalid format in plugin properties map[];\nerror unexpected",
        "Unknown error, Operation: skip, Plugin name: Port",
        "Invalid format in session properties map[];\nerror json: cannot unmarshal",
        "Commands cannot be empty for session type NonInteractiveCommands",
        "Couldn't start the session because we are unable to validate encryption on Amazon S3 bucket. Error: denied",
        "fail to get separateOutPutStream property: strconv.ParseBool: parsing \"x\"",
        "invalid stdoutSeparatorPrefix <>",
        "invalid stderrSeparatorPrefix <>",
        "Unable to start command: Failed to start pty since RunAs user ops does not exist",
        "encountered an error while creating file /var/lib/amazon/ssm/ipcTempFile.log: no space left on device",
        "Encountered an error while executing shell profile: write /dev/ptmx: input/output error",
        "unable to generate log data: exit status 1",
        "Error occurred starting the command: fork/exec /no/such: no such file or directory",
        "We couldn't start the session because encryption is not set up on the selected Amazon S3 bucket.",
        "Setting up data channel with id ops-1 failed: failed to create websocket for datachannel",
        "\n----------ERROR-------\nEncountered error while initiating handshake. Handshake timed out.",
        "Encountered error while initiating handshake. Timed out waiting for encryption challenge.",
        "Fail to remarshal shell properties: json",
        "Forwarding to IP address 169.254.169.254 is forbidden.",
        "Unable to connect to specified port: dial tcp 127.0.0.1:81: connect: connection refused",
        "\n----------ERROR-------\nsomething that no agent has said yet",
    ];

    #[test]
    fn every_known_failure_of_an_agent_is_one() {
        for output in FAILURES {
            assert!(closed(output).agent_failure().is_some(), "{output}");
        }
        for words in AGENT_FAILURES {
            let has_words = |output: &&&str| output.to_lowercase().contains(&words.to_lowercase());
            assert!(
                FAILURES.iter().any(|output| has_words(&output)),
                "{words} is not tried"
            );
        }
    }

    #[test]
    fn ordinary_ends_are_no_failures() {
        for output in [
            "",
            " \n",
            "Your session timed out due to inactivity and has been terminated.",
            "Session terminated by the user.",
            "Session was terminated by an administrator.",
            "The session reached its maximum duration.",
            "My own document process failed unexpectedly, said the shell",
        ] {
            assert_eq!(closed(output).agent_failure(), None, "{output}");
        }
        for end in [
            SessionEnd::TerminatedByUser,
            SessionEnd::LeftBehind,
            SessionEnd::GoneWhileAway,
            SessionEnd::Detached,
        ] {
            assert_eq!(end.agent_failure(), None);
        }
    }

    #[test]
    fn debug_output_does_not_quote_the_node() {
        let end = closed("----------ERROR-------\ncanary");
        assert!(!format!("{end:?} {:?}", end.agent_failure()).contains("canary"));
    }
}
