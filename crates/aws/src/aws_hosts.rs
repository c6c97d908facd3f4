//! The names of AWS's own endpoints by the SDK's rules, which differ from service to service where a kind of endpoint was chosen.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use aws_smithy_runtime_api::client::endpoint::EndpointFuture;

use crate::http::host_of;

/// Which of AWS's own endpoints the user wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct EndpointKind {
    /// Those of the standard for protected data.
    pub(crate) use_fips: bool,
    /// Those that have IPv6 addresses too.
    pub(crate) use_dual_stack: bool,
}

/// The host that calls of a library (`aws_sdk_ssm`) go to in a Region; none where its rules know no such endpoint.
macro_rules! host_by_rules {
    ($library:ident, $region:expr, $kind:expr) => {{
        use $library::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
        let kind: $crate::aws_hosts::EndpointKind = $kind;
        let asked = Params::builder()
            .region($region)
            .use_fips(kind.use_fips)
            .use_dual_stack(kind.use_dual_stack)
            .build();
        asked
            .ok()
            .and_then(|asked| $crate::aws_hosts::found(DefaultResolver::new().resolve_endpoint(&asked)))
    }};
}
pub(crate) use host_by_rules;

/// The host that rules lead to. They answer at once: nothing is asked over a network.
pub(crate) fn found(endpoint: EndpointFuture<'_>) -> Option<String> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(endpoint).poll(&mut context) {
        Poll::Ready(endpoint) => Some(host_of(endpoint.ok()?.url())),
        Poll::Pending => None,
    }
}
