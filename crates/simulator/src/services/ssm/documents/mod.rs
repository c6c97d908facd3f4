//! Session documents: which there are, what their parameters may be, and what the API tells of them.

mod acme;
mod amazon;
mod answers;
mod catalogue;
mod document;
mod parameters;
mod preferences;

pub(super) use answers::{describe_document, get_document, list_documents};
pub(crate) use catalogue::{documents, find};
pub(crate) use document::Document;
pub(crate) use parameters::{Arguments, ParameterError, arguments};
pub(crate) use preferences::Preferences;
