//! What stands between a command and its exit status.

use postern_model::DocumentName;
use thiserror::Error;

/// Why a command was not run, or what became of it is not known.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ExecError {
    /// The document mixes the outputs, and they are to be kept apart.
    #[error("The document {document} does not keep standard output and standard error apart.")]
    CannotSeparate {
        /// The document.
        document: DocumentName,
    },
    /// The document makes sessions of another kind.
    #[error(
        "The document {document} is not for commands without a terminal: its sessions are of the type {kind}."
    )]
    NotForCommands {
        /// The document.
        document: DocumentName,
        /// AWS's name for the kind.
        kind: String,
    },
    /// The session turned out to be of another kind.
    #[error("The session is no command without a terminal, so it was left.")]
    NotACommand,
    /// The document has no parameter for a command.
    #[error(
        "The document {document} has no parameter named command: it has {}.",
        known(parameters)
    )]
    NoCommandParameter {
        /// The document.
        document: DocumentName,
        /// The parameters that it has.
        parameters: Vec<String>,
    },
    /// The command was given in two ways.
    #[error("The command is given twice: as such and in the parameter {name}.")]
    CommandTwice {
        /// The parameter.
        name: String,
    },
    /// A word holds a character that no command line can hold.
    #[error("The command holds a character with the code 0.")]
    Nul,
    /// The session ended too early.
    #[error("The session ended before the command's exit status came: {reason}")]
    NoStatus {
        /// What was said of the end.
        reason: String,
    },
}

fn known(parameters: &[String]) -> String {
    if parameters.is_empty() {
        "none".to_owned()
    } else {
        parameters.join(", ")
    }
}
