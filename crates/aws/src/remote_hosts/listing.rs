//! What the listings of all services have in common: how they are asked for, how far they are read, and what makes a host.

use std::num::NonZeroU16;

use postern_model::{ListedHost, RemoteHost, RemoteHostService, Scope, display_text};

use crate::call::Call;
use crate::clients::Clients;
use crate::service::Service;
use crate::subject::Subject;

/// What is read of one listing. A longer one is for nobody to choose from.
pub(super) const MOST_HOSTS: usize = 1_000;
/// Where clients of the API servers and search domains connect.
pub(super) const HTTPS: i32 = 443;

pub(super) fn call<'a>(
    clients: &'a Clients,
    scope: &'a Scope,
    service: Service,
    operation: &'static str,
) -> Call<'a> {
    Call {
        scope,
        service,
        operation,
        subject: Subject::Listing,
        clients,
    }
}

/// The token of the next page; none behind the last, and where enough was read.
pub(super) fn next_page(token: Option<&str>, read: usize) -> Option<String> {
    let token = token.filter(|token| !token.is_empty());
    if token.is_some() && read >= MOST_HOSTS {
        tracing::warn!("only the first {read} hosts of a listing are offered");
        return None;
    }
    token.map(ToOwned::to_owned)
}

/// A host as it can be forwarded to; none while it has no endpoint, as one that is being created.
pub(super) fn listed(
    service: RemoteHostService,
    name: impl AsRef<str>,
    host: Option<&str>,
    port: Option<i32>,
) -> Option<ListedHost> {
    Some(ListedHost {
        service,
        name: display_text(name.as_ref()),
        host: RemoteHost::parse(host?).ok()?,
        port: NonZeroU16::new(u16::try_from(port?).ok()?)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_endpoint_is_left_out() {
        let listed = |host, port| listed(RemoteHostService::Rds, "a\u{202e}b", host, port);
        let host = listed(Some("db.internal"), Some(5432)).unwrap();
        assert_eq!((host.name.as_str(), host.port.get()), ("ab", 5432));
        for (host, port) in [
            (None, Some(5432)),
            (Some(""), Some(5432)),
            (Some("db.internal"), None),
            (Some("db.internal"), Some(0)),
            (Some("db.internal"), Some(70_000)),
            (Some("https://db.internal/"), Some(5432)),
        ] {
            assert_eq!(listed(host, port), None, "{host:?} {port:?}");
        }
    }

    #[test]
    fn pages_end_with_the_last_and_with_enough() {
        assert_eq!(next_page(Some("a"), 10).as_deref(), Some("a"));
        assert_eq!(next_page(Some(""), 10), None);
        assert_eq!(next_page(None, 10), None);
        assert_eq!(next_page(Some("a"), MOST_HOSTS), None);
    }
}
