//! What the agent does for a granted session: what a document and its parameters come to.

use serde_json::Value;
use thiserror::Error;

use super::document::Document;
use super::parameters::{ParameterError, ParameterValues, arguments};
use crate::agent::{AgentSession, OutputPrefixes, PortParameters, ProgramCommand, Workload};

/// Why a session cannot be granted. Its `Display` is the message of the API's error.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum GrantError {
    /// The document exists, but the simulated agent cannot run its sessions.
    #[error("The simulator has no sessions of the document {document}.")]
    UnsupportedDocument {
        /// Its name.
        document: String,
    },
    /// A parameter is not what the document asks for.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// With these parameters there is nothing to run.
    #[error("The document {document} has no command to run with these parameters.")]
    NoCommand {
        /// The document.
        document: String,
    },
}

/// The workload of a document with its parameters.
pub(crate) fn workload(
    document: &Document,
    parameters: &[(String, Vec<String>)],
) -> Result<Workload, GrantError> {
    let arguments = arguments(document, parameters)?;
    let (session, command) = match document.text("/sessionType") {
        "Standard_Stream" => (AgentSession::Shell, ProgramCommand::Shell),
        "InteractiveCommands" => {
            let line = command_line(document, &arguments)?;
            (
                AgentSession::InteractiveCommand,
                ProgramCommand::Interactive(line),
            )
        }
        "NonInteractiveCommands" => non_interactive(document, &arguments)?,
        "Port" => (
            AgentSession::Port,
            ProgramCommand::Port(port(document, &arguments)),
        ),
        _ => {
            return Err(GrantError::UnsupportedDocument {
                document: document.name.clone(),
            });
        }
    };
    let named = |path| Some(document.text(path).to_owned()).filter(|text| !text.is_empty());
    Ok(Workload {
        session,
        command,
        key: named("/inputs/kmsKeyId"),
        run_as: named("/inputs/runAsDefaultUser"),
    })
}

fn non_interactive(
    document: &Document,
    arguments: &ParameterValues,
) -> Result<(AgentSession, ProgramCommand), GrantError> {
    let line = command_line(document, arguments)?;
    let property = |name: &str| arguments.put_into(document.text(&format!("/properties/linux/{name}")));
    // The agent takes a boolean as well as its text, in whatever case (from its source).
    let as_boolean = document.content.pointer("/properties/linux/separateOutputStream");
    let separate_output = as_boolean.and_then(serde_json::Value::as_bool) == Some(true)
        || property("separateOutputStream").eq_ignore_ascii_case("true");
    let separate = separate_output.then(|| OutputPrefixes {
        output_prefix: property("stdOutSeparatorPrefix"),
        error_prefix: property("stdErrSeparatorPrefix"),
    });
    let session = AgentSession::NonInteractiveCommand { separate_output };
    Ok((session, ProgramCommand::NonInteractive { line, separate }))
}

/// Every property of a port document is a text, with the parameters put in.
fn port(document: &Document, arguments: &ParameterValues) -> PortParameters {
    let properties = document.content.get("properties").and_then(Value::as_object);
    let texts = properties.into_iter().flatten().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        (name.clone(), arguments.put_into(&text))
    });
    PortParameters::new(texts.collect())
}

/// The demo's nodes all run their programs on this computer, whatever system they claim to have.
fn command_line(document: &Document, arguments: &ParameterValues) -> Result<String, GrantError> {
    let line = arguments.put_into(document.text("/properties/linux/commands"));
    if line.trim().is_empty() {
        return Err(GrantError::NoCommand {
            document: document.name.clone(),
        });
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::ssm::documents::{documents, find};

    fn workload_of(name: &str, parameters: &[(&str, &str)]) -> Result<Workload, GrantError> {
        let document = find(documents("eu-central-1", None), Some(name)).unwrap();
        let parameters: Vec<(String, Vec<String>)> = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]))
            .collect();
        workload(&document, &parameters)
    }

    #[test]
    fn a_port_document_says_all_of_its_properties() {
        let properties = |name: &str, parameters: &[(&str, &str)]| {
            let workload = workload_of(name, parameters).unwrap();
            assert_eq!(workload.session, AgentSession::Port);
            workload.port_properties()
        };
        let texts = |texts: &[(&str, &str)]| {
            let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
            texts
                .iter()
                .map(owned)
                .collect::<std::collections::BTreeMap<_, _>>()
        };
        assert_eq!(
            properties("AWS-StartSSHSession", &[]),
            texts(&[("portNumber", "22")])
        );
        let forwarding = [
            ("localPortNumber", "0"),
            ("portNumber", "5432"),
            ("type", "LocalPortForwarding"),
        ];
        let given = [("portNumber", "5432")];
        assert_eq!(
            properties("AWS-StartPortForwardingSession", &given),
            texts(&forwarding)
        );
        let remote = [("host", "db.internal"), ("portNumber", "5432")];
        let expected = [&forwarding[..], &[("host", "db.internal")]].concat();
        assert_eq!(
            properties("AWS-StartPortForwardingSessionToRemoteHost", &remote),
            texts(&expected)
        );
    }

    #[test]
    fn ports_are_those_that_exist() {
        let name = "AWS-StartPortForwardingSession";
        for legal in [
            ("portNumber", "65535"),
            ("localPortNumber", "0"),
            ("localPortNumber", "9000"),
        ] {
            assert!(workload_of(name, &[legal]).is_ok(), "{legal:?}");
        }
        for illegal in [
            ("portNumber", "0"),
            ("portNumber", "65536"),
            ("portNumber", "080"),
            ("portNumber", "-1"),
            ("localPortNumber", "99999"),
        ] {
            let error = workload_of(name, &[illegal]).unwrap_err().to_string();
            assert!(error.contains("not matching"), "{error}");
        }
    }

    #[test]
    fn a_command_document_needs_its_command() {
        let name = "AWS-StartInteractiveCommand";
        assert_eq!(
            workload_of(name, &[("command", "top")]).unwrap().command,
            ProgramCommand::Interactive("top".to_owned())
        );
        assert!(workload_of(name, &[("command", " ")]).is_err() && workload_of(name, &[]).is_err());
    }

    #[test]
    fn output_is_separate_when_the_document_or_its_parameter_says_so() {
        let separate = |name: &str, parameters: &[(&str, &str)]| {
            let workload = workload_of(name, parameters).unwrap();
            let ProgramCommand::NonInteractive { separate, .. } = workload.command else {
                panic!("{:?}", workload.command)
            };
            assert_eq!(
                workload.session,
                AgentSession::NonInteractiveCommand {
                    separate_output: separate.is_some()
                }
            );
            separate
        };
        let aws = "AWS-StartNonInteractiveCommand";
        assert_eq!(separate(aws, &[("command", "ls")]), None);
        let asked = [
            ("command", "ls"),
            ("separateOutputStream", "True"),
            ("stdErrSeparatorPrefix", "ERR:"),
        ];
        assert_eq!(separate(aws, &asked).unwrap().error_prefix, "ERR:");
        assert!(separate("Acme-RestartService", &[("service", "nginx")]).is_some());
        assert!(separate("Acme-NonInteractiveCommand-SeparateOutput", &[("command", "ls")]).is_some());
    }

    #[test]
    fn the_key_and_the_user_come_from_the_document() {
        let workload = workload_of("Acme-Shell-Encrypted", &[]).unwrap();
        assert_eq!(workload.key.as_deref(), Some("alias/acme-sessions"));
        let workload = workload_of("Acme-RunAs", &[]).unwrap();
        assert_eq!((workload.key, workload.run_as.as_deref()), (None, Some("deploy")));
    }
}
