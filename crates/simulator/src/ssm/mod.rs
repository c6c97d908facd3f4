//! The Systems Manager JSON API.

mod answer;
mod connection;
mod documents;
mod information;
mod request;
mod session_listing;
mod sessions;

pub(crate) use answer::{answer, unknown_operation};
pub(crate) use documents::{DocumentKind, document};
