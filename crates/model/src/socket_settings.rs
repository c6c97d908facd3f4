//! What the AWS configuration says of the socket of a data channel.

use std::path::PathBuf;

use url::Url;

/// How a data channel's socket must be opened for a scope, from the same AWS configuration as the calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SocketSettings {
    /// The endpoint that the user configured for SSM (`endpoint_url`, `AWS_ENDPOINT_URL_SSM`, `AWS_ENDPOINT_URL`).
    pub endpoint_override: Option<Url>,
    /// PEM file whose certificates replace the system's (`AWS_CA_BUNDLE`, `ca_bundle`).
    pub ca_bundle: Option<PathBuf>,
}
