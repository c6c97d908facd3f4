//! The one HTTP port: routing, the Host check, authentication, and answers in the three dialects of AWS.

mod api;
mod authenticate;
mod dialect;
mod failure;
mod host;
mod outside;
mod page;
mod params;
mod router;
#[cfg(test)]
mod test_client;
#[cfg(test)]
mod tests;
mod upgrade;
mod xml;

pub(crate) use authenticate::Caller;
pub(crate) use failure::Failure;
pub(crate) use page::{Page, PageTokens};
pub(crate) use params::Params;
pub(crate) use router::serve;
pub(crate) use xml::{XmlWriter, document, element, text};
