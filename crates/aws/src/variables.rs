//! The environment variables that matter, as a value: read from the process once, or made up by a test.

use std::collections::HashMap;
use std::fmt;

use aws_runtime::fs_util::{Os, home_dir};
use aws_types::os_shim_internal::Env;

/// Only these are kept.
const NAMES: [&str; 39] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DEFAULT_PROFILE",
    "AWS_DEFAULT_REGION",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_EC2",
    "AWS_ENDPOINT_URL_KMS",
    "AWS_ENDPOINT_URL_SIGNIN",
    "AWS_ENDPOINT_URL_SSM",
    "AWS_ENDPOINT_URL_SSMMESSAGES",
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_SSO_OIDC",
    "AWS_ENDPOINT_URL_STS",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_LOGIN_CACHE_DIRECTORY",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "HOME",
    "HOMEDRIVE",
    "HOMEPATH",
    "USERPROFILE",
];

/// The named variables that are set and not empty. There are keys among them.
#[derive(Clone, Default)]
pub(crate) struct Variables(HashMap<String, String>);

impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Variables {
    /// The process's own. A value that is not Unicode counts as not set.
    pub(crate) fn of_process() -> Self {
        let value = |name: &str| std::env::var_os(name)?.into_string().ok();
        Self::of(NAMES.iter().filter_map(|name| Some((*name, value(name)?))))
    }

    /// Made of pairs.
    pub(crate) fn of<N: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (N, V)>) -> Self {
        let pairs = variables
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        Self(
            pairs
                .filter(|(_, value): &(String, String)| !value.trim().is_empty())
                .collect(),
        )
    }

    /// The value of `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The first that is set, with its name.
    pub(crate) fn first(&self, names: &[&'static str]) -> Option<(&'static str, &str)> {
        names.iter().find_map(|name| Some((*name, self.get(name)?)))
    }

    /// The user's home folder, found as the SDK finds it.
    pub(crate) fn home(&self) -> Option<String> {
        home_dir(&self.as_sdk(), Os::real())
    }

    /// The same variables for the SDK's own look-ups.
    pub(crate) fn as_sdk(&self) -> Env {
        Env::from(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_text_has_names_only() {
        let environment = Variables::of([("AWS_SECRET_ACCESS_KEY", "canary")]);
        assert_eq!(format!("{environment:?}"), "{\"AWS_SECRET_ACCESS_KEY\"}");
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        let environment = Variables::of([("AWS_PROFILE", " "), ("AWS_DEFAULT_PROFILE", "dev")]);
        let found = environment.first(&["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]);
        assert_eq!(found, Some(("AWS_DEFAULT_PROFILE", "dev")));
    }
}
