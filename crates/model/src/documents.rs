//! Session documents: what can be run in a session, and the parameters that it asks for.

use crate::DocumentName;

/// A Session document as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentSummary {
    /// Its name, or its ARN where it is shared from another account.
    pub name: DocumentName,
    /// Who owns it: `Amazon`, `Self` or an account, as AWS says.
    pub owner: String,
}

/// A Session document as far as a client has to know it. Every text is safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionDocument {
    /// As StartSession takes it: a plain name, or the ARN of a document that is shared.
    pub name: DocumentName,
    /// What its author says of it; often empty.
    pub description: String,
    /// What kind of session it makes; `None` when only the parameters could be read.
    pub session_type: Option<DocumentSessionType>,
    /// Its parameters in the document's order.
    pub parameters: Vec<DocumentParameter>,
    /// The KMS key that its sessions are encrypted with, where the document names one itself.
    pub kms_key: Option<String>,
}

/// What kind of session a document makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DocumentSessionType {
    /// `Standard_Stream`: a shell.
    Shell,
    /// `InteractiveCommands`: a command with a terminal.
    InteractiveCommands,
    /// `NonInteractiveCommands`: a command without a terminal.
    NonInteractiveCommands {
        /// Whether standard error and the exit status travel on their own.
        separate_output: SeparateOutput,
    },
    /// `Port`: a port forward or an SSH stream.
    Port,
    /// Something newer than this version.
    Other(String),
}

/// Whether a command's standard error and exit status travel on their own (`separateOutputStream`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SeparateOutput {
    /// They do not.
    No,
    /// They do.
    Yes,
    /// The parameter with this name says so: `True` or `False`.
    ByParameter(String),
}

/// What a document takes at the start of a session, with the rules that AWS checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentParameter {
    /// As StartSession takes it; no two of a document have the same.
    pub name: String,
    /// What kind of value it takes.
    pub kind: ParameterKind,
    /// What its author says of it; often empty.
    pub description: String,
    /// The value when none is given; without one the parameter is required.
    pub default: Option<Vec<String>>,
    /// The only legal values; empty means any.
    pub allowed_values: Vec<String>,
    /// A regular expression (of AWS's dialect) that values match.
    pub allowed_pattern: Option<String>,
    /// The least number of characters of a value.
    pub min_chars: Option<u32>,
    /// The greatest number of characters of a value.
    pub max_chars: Option<u32>,
}

/// What kind of value a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterKind {
    /// `String` of a document: one value.
    Text,
    /// `StringList` of a document: any number of values.
    List,
    /// `true` or `false`.
    Boolean,
}
