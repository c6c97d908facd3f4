//! The Systems Manager JSON API.

mod answer;
mod connection;
mod documents;
mod information;
mod session_listing;
mod sessions;
mod tags;

pub(crate) use answer::answer;
#[cfg(test)]
pub(crate) use documents::{documents, find, workload};
pub(crate) use sessions::{grant_session, granted_members, session_document};
