//! What the agent does for a granted session: which documents there are sessions for, and with which parameters.

use thiserror::Error;

use crate::agent::{AgentSession, Command};
use crate::ssm::{DocumentKind, document};

/// Why a session cannot be granted. Its `Display` is the message of the API's error.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum GrantError {
    /// There is no such document.
    #[error("Document with name {document} does not exist.")]
    UnknownDocument {
        /// Its name.
        document: String,
    },
    /// The document exists, but the simulated agent cannot run its sessions.
    #[error("The simulator has no sessions of the document {document} yet; shells and commands work.")]
    UnsupportedDocument {
        /// Its name.
        document: String,
    },
    /// A parameter that the document needs is not there, or is empty, or has several values.
    #[error("The document {document} needs exactly one value for the parameter {parameter}.")]
    MissingParameter {
        /// The document.
        document: String,
        /// Its parameter.
        parameter: &'static str,
    },
}

/// What the agent is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) session: AgentSession,
    pub(super) command: Command,
}

/// The plan for a document and its parameters.
pub(super) fn plan(name: &str, parameters: &[(String, Vec<String>)]) -> Result<Plan, GrantError> {
    let kind = document(name).ok_or_else(|| GrantError::UnknownDocument {
        document: name.to_owned(),
    })?;
    match kind {
        DocumentKind::Shell => Ok(Plan {
            session: AgentSession::Shell,
            command: Command::Shell,
        }),
        DocumentKind::InteractiveCommand => {
            let command = Command::Interactive(command_line(name, parameters)?);
            Ok(Plan {
                session: AgentSession::InteractiveCommand,
                command,
            })
        }
        DocumentKind::NonInteractiveCommand => non_interactive(name, parameters, false),
        DocumentKind::NonInteractiveCommandSeparateOutput => non_interactive(name, parameters, true),
        DocumentKind::SshPort | DocumentKind::PortForward | DocumentKind::RemoteHostForward => {
            Err(GrantError::UnsupportedDocument {
                document: name.to_owned(),
            })
        }
    }
}

fn non_interactive(
    name: &str,
    parameters: &[(String, Vec<String>)],
    separate_output: bool,
) -> Result<Plan, GrantError> {
    let line = command_line(name, parameters)?;
    Ok(Plan {
        session: AgentSession::NonInteractiveCommand { separate_output },
        command: Command::NonInteractive {
            line,
            separate_output,
        },
    })
}

fn command_line(document: &str, parameters: &[(String, Vec<String>)]) -> Result<String, GrantError> {
    let values = parameters
        .iter()
        .find(|(name, _)| name == "command")
        .map(|(_, values)| values.as_slice());
    match values {
        Some([line]) if !line.trim().is_empty() => Ok(line.clone()),
        Some(_) | None => Err(GrantError::MissingParameter {
            document: document.to_owned(),
            parameter: "command",
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_sessions_are_refused_clearly() {
        for name in ["AWS-StartSSHSession", "AWS-StartPortForwardingSession"] {
            let error = plan(name, &[]).unwrap_err();
            assert!(error.to_string().contains(name), "{error}");
        }
    }

    #[test]
    fn a_command_document_needs_its_command() {
        let of = |values: &[&str]| {
            let values = values.iter().map(|value| (*value).to_owned()).collect();
            plan("AWS-StartInteractiveCommand", &[("command".to_owned(), values)])
        };
        assert_eq!(
            of(&["top"]).unwrap().command,
            Command::Interactive("top".to_owned())
        );
        assert!(of(&[]).is_err() && of(&[" "]).is_err() && of(&["a", "b"]).is_err());
        assert!(plan("AWS-StartInteractiveCommand", &[]).is_err());
    }
}
