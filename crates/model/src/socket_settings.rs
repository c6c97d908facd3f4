//! What the AWS configuration and Postern's settings say of the socket of a data channel.

use std::path::PathBuf;

use url::Url;

use crate::{EndpointOverride, Proxies};

/// How a data channel's socket must be opened for a scope, from the same configuration as the calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SocketSettings {
    /// The endpoint that the user configured for SSM (`endpoint_url`, `AWS_ENDPOINT_URL_SSM`, `AWS_ENDPOINT_URL`).
    pub endpoint_override: Option<Url>,
    /// Where data channels are dialled instead of at the stream address's own host (the pair's setting,
    /// `AWS_ENDPOINT_URL_SSMMESSAGES`, `ssmmessages` of a `services` section).
    pub messages_override: Option<EndpointOverride>,
    /// PEM file whose certificates replace the system's (`AWS_CA_BUNDLE`, `ca_bundle`, the setting).
    pub ca_bundle: Option<PathBuf>,
    /// The proxies on the way.
    pub proxies: Proxies,
}
