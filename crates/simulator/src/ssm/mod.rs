//! The Systems Manager JSON API.

mod documents;

pub(crate) use documents::{DocumentKind, document};
