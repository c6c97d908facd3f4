//! How the sources of a profile's credentials reach the services that they ask.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::region::Region;
use url::Url;

use crate::aws_hosts::EndpointKind;
use crate::service::Service;

/// The attempts of a call on the way to credentials, which nothing shortens: waits of up to 1 and 2 s between them.
pub(crate) fn attempts() -> RetryConfig {
    RetryConfig::standard()
}

/// Region, client and endpoints for the calls on the way to credentials.
#[derive(Debug, Clone)]
pub(crate) struct Reach {
    pub(crate) region: postern_model::Region,
    pub(crate) http: SharedHttpClient,
    pub(crate) kind: EndpointKind,
    /// The user's own endpoint of STS.
    pub(crate) sts: Option<Url>,
    /// The user's own endpoint of the sign-in service.
    pub(crate) sign_in: Option<Url>,
}

impl Reach {
    pub(crate) fn region(&self) -> Region {
        Region::new(self.region.as_str().to_owned())
    }

    pub(crate) fn host(&self, service: Service) -> String {
        service.host(self.sts.as_ref(), &self.region, self.kind)
    }

    pub(crate) fn limits(&self) -> TimeoutConfig {
        TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(Duration::from_secs(15))
            .operation_timeout(Duration::from_secs(40))
            .build()
    }
}
