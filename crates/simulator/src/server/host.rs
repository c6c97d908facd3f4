//! Refuses requests that were made for another host: a web page whose name was rebound to 127.0.0.1 sends its own. AWS's
//! names, where they are wanted, belong to nobody who could rebind them.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::cloud::Cloud;
use crate::wire::AwsHost;

/// Lets a request through whose `Host` header (and authority, where it has one) names loopback, or AWS where that is wanted.
pub(super) async fn own_names_only(State(cloud): State<Cloud>, request: Request, next: Next) -> Response {
    let is_own = |name: &Authority| is_loopback(name) || cloud.at_aws_hosts && is_aws(name);
    let authority_is_own = request.uri().authority().is_none_or(is_own);
    if authority_is_own && host(request.headers()).is_some_and(|host| is_own(&host)) {
        next.run(request).await
    } else {
        (
            StatusCode::FORBIDDEN,
            "The simulator answers only requests whose Host is a name of its own.\n",
        )
            .into_response()
    }
}

/// The one `Host` header; none when it is missing, malformed or there are two.
pub(super) fn host(headers: &HeaderMap) -> Option<Authority> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => Authority::try_from(host.as_bytes()).ok(),
        (Some(_) | None, _) => None,
    }
}

/// The URL under which the caller reached us.
pub(super) fn base_url(headers: &HeaderMap) -> String {
    let host = host(headers);
    let scheme = if host.as_ref().is_some_and(is_aws) {
        "https"
    } else {
        "http"
    };
    format!(
        "{scheme}://{}",
        host.map(|host| host.to_string()).unwrap_or_default()
    )
}

/// Whether a form was sent by a page of this computer, or by no page at all.
pub(super) fn is_from_loopback(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    let authority = origin
        .to_str()
        .ok()
        .and_then(|origin| origin.strip_prefix("http://"));
    authority.is_some_and(|authority| authority.parse().is_ok_and(|authority| is_loopback(&authority)))
}

fn is_aws(authority: &Authority) -> bool {
    AwsHost::read(authority.as_str()).is_some()
}

fn is_loopback(authority: &Authority) -> bool {
    let host = authority.host();
    let address = host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<IpAddr>();
    // An `@` would make a host of what only looks like one.
    !authority.as_str().contains('@')
        && (host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_pass() {
        for good in [
            "127.0.0.1:80",
            "127.0.0.1",
            "localhost:4566",
            "LOCALHOST",
            "[::1]:80",
            "127.1.2.3:1",
        ] {
            assert!(is_loopback(&good.parse().unwrap()), "{good}");
        }
        for bad in [
            "evil.test",
            "127.0.0.1.evil.test:80",
            "localhost.evil.test",
            "10.0.0.1:80",
            "0.0.0.0:80",
            "[::]:80",
            "127.0.0.1@evil.test",
            "evil@127.0.0.1",
            "2130706433",
            "a.localhost",
        ] {
            assert!(!is_loopback(&bad.parse().unwrap()), "{bad}");
        }
    }
}
