//! A host that could not be reached, in plain words: name, route, refusal, certificate, proxy or silence.

use std::error::Error;
use std::io;

use aws_smithy_runtime_api::client::result::ConnectorError;
use postern_dial::DialError;
use postern_model::{ControlError, display_text};
use rustls::CertificateError;

use crate::not_reached::NotReached;

/// An error and its causes, outermost first. An `io::Error` with a payload does not give it as its source.
pub(crate) fn causes<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    })
}

/// [`ControlError::Unreachable`] if an HTTP connector failed somewhere below `error`, and [`ControlError::Proxy`] if it was
/// the proxy on the way.
pub(crate) fn explain(error: &(dyn Error + 'static)) -> Option<ControlError> {
    let failed = causes(error).find_map(|cause| cause.downcast_ref::<NotReached>())?;
    let dialled = causes(failed.cause.as_ref()).find_map(|cause| cause.downcast_ref::<DialError>());
    if let Some(DialError::Proxy(proxy)) = dialled {
        return Some(ControlError::Proxy(proxy.clone()));
    }
    Some(ControlError::Unreachable {
        endpoint: failed.host.clone(),
        detail: in_words(failed.cause.as_ref()),
    })
}

/// The innermost cause as text; the outer ones only say that something failed.
pub(crate) fn deepest(error: &(dyn Error + 'static)) -> String {
    display_text(&causes(error).last().map(ToString::to_string).unwrap_or_default())
}

/// Why a connector failed.
pub(crate) fn in_words(error: &(dyn Error + 'static)) -> String {
    let known =
        causes(error).find_map(|cause| tls(cause).or_else(|| network(cause)).or_else(|| by_text(cause)));
    known.unwrap_or_else(|| deepest(error))
}

fn tls(error: &(dyn Error + 'static)) -> Option<String> {
    let error = error.downcast_ref::<rustls::Error>()?;
    Some(if let rustls::Error::InvalidCertificate(reason) = error {
        certificate(reason).to_owned()
    } else if matches!(error, rustls::Error::InvalidMessage(_)) {
        "it does not speak TLS".to_owned()
    } else {
        format!("TLS failed ({error})")
    })
}

fn certificate(reason: &CertificateError) -> &'static str {
    use CertificateError::{Expired, ExpiredContext, NotValidForName, NotValidForNameContext};
    use CertificateError::{NotValidYet, NotValidYetContext, UnknownIssuer};
    if matches!(reason, UnknownIssuer) {
        "its certificate is not signed by an authority that this computer trusts (a company's own can be set with \
         ca_bundle)"
    } else if matches!(reason, NotValidForName | NotValidForNameContext { .. }) {
        "its certificate is for another name"
    } else if matches!(reason, Expired | ExpiredContext { .. }) {
        "its certificate has expired"
    } else if matches!(reason, NotValidYet | NotValidYetContext { .. }) {
        "its certificate is not valid yet (check the clock of this computer)"
    } else {
        "its certificate is not valid"
    }
}

fn network(error: &(dyn Error + 'static)) -> Option<String> {
    const WORDS: [(io::ErrorKind, &str); 10] = [
        (io::ErrorKind::ConnectionRefused, "the connection was refused"),
        (io::ErrorKind::ConnectionReset, "the connection was cut"),
        (io::ErrorKind::ConnectionAborted, "the connection was cut"),
        (io::ErrorKind::BrokenPipe, "the connection was cut"),
        (io::ErrorKind::NetworkUnreachable, "there is no route to it"),
        (io::ErrorKind::HostUnreachable, "there is no route to it"),
        (io::ErrorKind::NetworkDown, "there is no route to it"),
        (io::ErrorKind::AddrNotAvailable, "its address cannot be used"),
        (io::ErrorKind::TimedOut, "it does not answer"),
        (io::ErrorKind::UnexpectedEof, "the connection was closed early"),
    ];
    let kind = error.downcast_ref::<io::Error>()?.kind();
    WORDS
        .iter()
        .find(|(known, _)| *known == kind)
        .map(|(_, words)| (*words).to_owned())
}

/// What the libraries below say only as text.
fn by_text(error: &(dyn Error + 'static)) -> Option<String> {
    let text = error.to_string().to_ascii_lowercase();
    let found = |words: &[&str]| words.iter().any(|words| text.contains(words));
    let words = if found(&["dns error", "failed to lookup address", "no such host"]) {
        "its name cannot be resolved"
    } else if error
        .downcast_ref::<ConnectorError>()
        .is_some_and(ConnectorError::is_timeout)
        || found(&[
            "timed out",
            "timeout",
            "did not answer within",
            "deadline has elapsed",
        ])
    {
        "it does not answer in time"
    } else if found(&["connection closed before message completed"]) {
        "the connection was closed without an answer"
    } else {
        return None;
    };
    Some(words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(cause: impl Error + Send + Sync + 'static) -> String {
        let outer = ConnectorError::io(Box::new(NotReached {
            host: "h:1".into(),
            cause: Box::new(cause),
        }));
        let Some(ControlError::Unreachable { endpoint, detail }) = explain(&outer) else {
            panic!()
        };
        assert_eq!(endpoint, "h:1");
        detail
    }

    #[test]
    fn causes_are_said_in_plain_words() {
        assert_eq!(
            words(io::Error::from(io::ErrorKind::ConnectionRefused)),
            "the connection was refused"
        );
        let looked_up = io::Error::other("failed to lookup address information: Name or service not known");
        assert_eq!(words(looked_up), "its name cannot be resolved");
        let untrusted = io::Error::new(
            io::ErrorKind::InvalidData,
            rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer),
        );
        assert!(words(untrusted).starts_with("its certificate is not signed by an authority"));
        assert_eq!(words(io::Error::other("strange\u{7} thing")), "strange thing");
    }

    #[test]
    fn an_error_without_a_connector_is_not_about_reaching() {
        assert_eq!(explain(&io::Error::other("x")), None);
    }
}
