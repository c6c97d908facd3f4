//! The head of a request: whether it may go to this forward, and what follows it.

use httparse::{Header, Status};

use super::fields::values;
use super::framing::BodyLength;
use super::site::WebSite;
use crate::WebRefusal;

/// More fields no browser sends.
const MOST_FIELDS: usize = 128;

/// What was learnt of the head of a request that may go on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RequestHead {
    /// How long the head is.
    pub(super) length: usize,
    pub(super) body: BodyLength,
    /// The client wants to go on in another protocol.
    pub(super) upgrades: bool,
}

impl RequestHead {
    /// Reads a head; none where it is not complete.
    ///
    /// # Errors
    /// Why the request must not go on.
    pub(super) fn read(bytes: &[u8], site: &WebSite) -> Result<Option<Self>, WebRefusal> {
        let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
        let mut request = httparse::Request::new(&mut fields);
        let length = match request.parse(bytes) {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) => return Ok(None),
            Err(error) => return Err(refusal_of(error, bytes)),
        };
        let method = request.method.unwrap_or_default();
        check_target(request.path.unwrap_or_default(), site)?;
        check_host(request.headers, site)?;
        check_site(method, request.headers, site)?;
        Ok(Some(Self {
            length,
            body: BodyLength::of(request.headers, request.version)?,
            upgrades: values(request.headers, "upgrade").next().is_some(),
        }))
    }
}

fn refusal_of(error: httparse::Error, bytes: &[u8]) -> WebRefusal {
    if bytes.starts_with(&[22, 3]) {
        return WebRefusal::Tls;
    }
    match error {
        httparse::Error::Version => WebRefusal::OtherVersion,
        httparse::Error::TooManyHeaders => WebRefusal::HeadTooLong,
        httparse::Error::HeaderName
        | httparse::Error::HeaderValue
        | httparse::Error::NewLine
        | httparse::Error::Status
        | httparse::Error::Token => WebRefusal::NotHttp,
    }
}

/// A target with a host in it wins over `Host`; one without it is a path or a star.
fn check_target(target: &str, site: &WebSite) -> Result<(), WebRefusal> {
    if target.starts_with('/') || target == "*" {
        return Ok(());
    }
    let authority = target.split_once("://").map(|(_, rest)| rest);
    let authority = authority.and_then(|rest| rest.split(['/', '?', '#']).next());
    match authority {
        Some(authority) if site.is_host(authority) => Ok(()),
        Some(authority) => Err(WebRefusal::foreign_host(authority)),
        None => Err(WebRefusal::foreign_host(target)),
    }
}

fn check_host(fields: &[Header<'_>], site: &WebSite) -> Result<(), WebRefusal> {
    let mut hosts = values(fields, "host");
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if site.is_host(&host) => Ok(()),
        (Some(host), None) => Err(WebRefusal::foreign_host(&host)),
        (None, _) | (Some(_), Some(_)) => Err(WebRefusal::NoHost),
    }
}

/// Whether a page of this forward sent it, or nobody's: a person who follows a link, or a program.
fn check_site(method: &str, fields: &[Header<'_>], site: &WebSite) -> Result<(), WebRefusal> {
    if let Some(foreign) = values(fields, "origin").find(|origin| !site.is_origin(origin)) {
        return Err(WebRefusal::foreign_origin(&foreign));
    }
    let is = |name: &str, wanted: &[&str]| {
        values(fields, name).any(|value| wanted.contains(&value.to_ascii_lowercase().as_str()))
    };
    let is_foreign = is("sec-fetch-site", &["cross-site", "same-site"]);
    let is_visit = matches!(method, "GET" | "HEAD")
        && is("sec-fetch-mode", &["navigate"])
        && is("sec-fetch-dest", &["document"]);
    if is_foreign && !is_visit {
        return Err(WebRefusal::foreign_origin("Sec-Fetch-Site"));
    }
    Ok(())
}
