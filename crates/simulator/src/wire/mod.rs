//! How calls of AWS look on the wire: signatures, the ways to write answers, pages, and refusals in AWS's words.

mod api_error;
mod aws_host;
mod dialect;
mod json;
mod page;
mod params;
mod refusals;
mod rest;
mod sigv4;
mod unauthenticated;
mod xml;

pub(crate) use api_error::ApiError;
pub(crate) use aws_host::AwsHost;
pub(crate) use dialect::Dialect;
pub(crate) use json::{
    check_length, epoch_seconds, invalid, invalid_token, page_size, put, read, unknown_operation,
};
pub(crate) use page::{ListingPage, PageTokens};
pub(crate) use params::Params;
pub(crate) use refusals::Denial;
pub(crate) use rest::RestService;
#[cfg(test)]
pub(crate) use sigv4::signer;
pub(crate) use sigv4::{Authorization, SignedRequest, verify_signature, verify_time};
pub(crate) use unauthenticated::Unauthenticated;
pub(crate) use xml::{XmlWriter, document, element, text};
