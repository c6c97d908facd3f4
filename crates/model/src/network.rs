//! How AWS is reached, as Postern's own settings say it: proxy, certificates, and places of endpoints.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::{EndpointOverrides, Proxies, Scope, SecretName};

/// What Postern's settings say about the way to AWS. The environment and the AWS files say the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Network {
    /// Which proxy to use.
    pub proxy: ProxyChoice,
    /// PEM file whose certificates replace the system's where neither `AWS_CA_BUNDLE` nor the profile's `ca_bundle` is set.
    pub ca_bundle: Option<PathBuf>,
    /// Places of endpoints by pair.
    pub overrides: HashMap<Scope, EndpointOverrides>,
}

impl Network {
    /// The name under which the password of the settings' proxy is kept.
    #[must_use]
    pub fn proxy_password() -> Option<SecretName> {
        SecretName::parse("proxy-password").ok()
    }
}

/// Which proxy to use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ProxyChoice {
    /// As the environment says.
    #[default]
    Environment,
    /// None, whatever the environment says.
    None,
    /// The ones that were typed into the settings.
    These(Proxies),
}
