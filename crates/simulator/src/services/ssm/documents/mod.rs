//! Session documents: which there are, what their parameters may be, what the API tells of them, and what agents make of them.

mod acme;
mod amazon;
mod answers;
mod catalogue;
mod document;
mod parameters;
mod workload;

pub(super) use answers::{describe_document, get_document, list_documents};
pub(crate) use catalogue::{documents, find};
pub(crate) use document::Document;
pub(crate) use workload::{GrantError, workload};
