//! The SDK clients of one Identity Center: its OpenID Connect service and its access portal.

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region as SdkRegion};
use aws_sdk_ssm::config::retry::RetryPartition;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use postern_model::aws_host;
use url::Url;

use super::session::{CenterReach, SsoSession};
use crate::aws_hosts::host_by_rules;
use crate::credentials;
use crate::http::host_of;
use crate::retry::BriefWaits;

const CONNECT_LIMIT: Duration = Duration::from_secs(5);
const ATTEMPT_LIMIT: Duration = Duration::from_secs(15);
/// A whole call with all its attempts.
pub(super) const CALL_LIMIT: Duration = Duration::from_secs(40);

/// Neither needs credentials: a client's secret or a token is in the request.
#[derive(Debug, Clone)]
pub(crate) struct CenterClients {
    pub(crate) oidc: aws_sdk_ssooidc::Client,
    pub(crate) portal: aws_sdk_sso::Client,
    /// Their hosts, for people.
    pub(crate) oidc_host: String,
    pub(crate) portal_host: String,
}

impl CenterClients {
    pub(crate) fn new(session: &SsoSession, reach: &CenterReach, http: &SharedHttpClient) -> Self {
        let region = session.region.as_str();
        let quota = |service: &str| RetryPartition::new(format!("{service} {region}"));
        // The kind of endpoint is chosen among AWS's own; the SDK refuses that choice beside an address.
        macro_rules! config {
            ($library:ident, $endpoint:expr, $service:literal) => {{
                let endpoint: Option<&Url> = $endpoint;
                let mut config = $library::Config::builder()
                    .behavior_version(BehaviorVersion::latest())
                    .region(SdkRegion::new(region.to_owned()))
                    .http_client(http.clone())
                    .retry_config(credentials::attempts())
                    .retry_partition(quota($service))
                    .retry_classifier(BriefWaits)
                    .timeout_config(limits())
                    .use_fips(reach.kind.use_fips && endpoint.is_none())
                    .use_dual_stack(reach.kind.use_dual_stack && endpoint.is_none());
                config.set_endpoint_url(endpoint.map(|url| url.as_str().trim_end_matches('/').to_owned()));
                config.set_app_name(AppName::new("postern").ok());
                $library::Client::from_conf(config.build())
            }};
        }
        let host = |endpoint: Option<&Url>, by_rules: Option<String>, usual: &str| {
            let of_aws = || by_rules.unwrap_or_else(|| aws_host(usual, &session.region));
            endpoint.map_or_else(of_aws, |url| host_of(url.as_str()))
        };
        let oidc_by_rules = host_by_rules!(aws_sdk_ssooidc, region, reach.kind);
        let portal_by_rules = host_by_rules!(aws_sdk_sso, region, reach.kind);
        Self {
            oidc: config!(aws_sdk_ssooidc, reach.oidc.as_ref(), "sso-oidc"),
            portal: config!(aws_sdk_sso, reach.portal.as_ref(), "sso"),
            oidc_host: host(reach.oidc.as_ref(), oidc_by_rules, "oidc"),
            portal_host: host(reach.portal.as_ref(), portal_by_rules, "portal.sso"),
        }
    }
}

fn limits() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(CONNECT_LIMIT)
        .operation_attempt_timeout(ATTEMPT_LIMIT)
        .operation_timeout(CALL_LIMIT)
        .build()
}
