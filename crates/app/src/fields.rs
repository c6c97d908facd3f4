//! What the page writes into fields, checked before anything is done with it.

mod encryption;
mod endpoints;
mod parameters;
mod text;

pub(crate) use encryption::parse_policy;
pub(crate) use endpoints::parse_endpoints;
pub(crate) use parameters::{parameter_views, parse_parameters, parse_reason};
pub(crate) use text::{parse, parse_optional};
