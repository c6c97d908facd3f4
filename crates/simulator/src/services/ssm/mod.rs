//! The Systems Manager JSON API.

mod answer;
mod connection;
mod documents;
mod information;
mod request;
mod session_listing;
mod sessions;

pub(crate) use answer::{answer, unknown_operation};
#[cfg(test)]
pub(crate) use documents::find;
pub(crate) use documents::{Arguments, Document, ParameterError, Preferences, arguments, documents};
pub(crate) use information::{epoch_seconds, put};
pub(crate) use request::{check_length, page_size, read};
pub(crate) use sessions::{grant_session, granted_members, session_document};
