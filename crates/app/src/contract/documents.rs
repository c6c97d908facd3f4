//! Session documents, with what a form for one needs.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A Session document as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DocumentSummaryView {
    /// Its name or ARN.
    pub name: String,
    /// Whose it is.
    pub owner: DocumentOwnerView,
}

/// Whose a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentOwnerView {
    /// AWS's.
    Amazon,
    /// The account's own.
    Own,
    /// Another account's.
    Shared,
}

/// A Session document with what a form for it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SessionDocumentView {
    /// Its name or ARN.
    pub name: String,
    /// What its author says of it; often empty.
    pub description: String,
    /// What kind of session it makes.
    pub kind: DocumentKindView,
    /// Its parameters, in its order.
    pub parameters: Vec<DocumentParameterView>,
    /// The KMS key that its sessions are encrypted with, where the document names one itself.
    pub kms_key: Option<String>,
}

/// What kind of session a document makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKindView {
    /// A shell.
    Shell,
    /// A command with a terminal.
    Interactive,
    /// A command without a terminal; its output comes in one piece at the end.
    NonInteractive,
    /// A command without a terminal, with separate standard error and an exit status.
    NonInteractiveSeparate,
    /// A port forward; it cannot be run in a tab.
    Port,
    /// Not known: only the parameters could be read, or the kind is newer than this version.
    Unknown,
}

/// One parameter of a document, for a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DocumentParameterView {
    /// Its name.
    pub name: String,
    /// What kind of value it takes.
    pub kind: ParameterKindView,
    /// What its author says of it; often empty.
    pub description: String,
    /// The values when none are given; without them the parameter is required.
    pub default_values: Option<Vec<String>>,
    /// The only legal values; empty means any.
    pub allowed_values: Vec<String>,
    /// A pattern that values match, to be shown; AWS checks it.
    pub allowed_pattern: Option<String>,
    /// The least number of characters of a value.
    pub min_chars: Option<u32>,
    /// The greatest number of characters of a value.
    pub max_chars: Option<u32>,
}

/// What kind of value a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ParameterKindView {
    /// One text.
    Text,
    /// Several texts.
    List,
    /// `true` or `false`.
    Boolean,
}

/// One parameter of a document, as it is filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ParameterView {
    /// Name.
    pub name: String,
    /// Values.
    pub values: Vec<String>,
}
