//! Credentials of a role at Identity Center for the SDK's clients and for chains of roles.

use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

use super::center::Center;
use super::session::SsoRole;

/// The credentials of `role` for `who`, asked for anew each time: whoever uses it holds them. Its errors carry a
/// [`postern_model::ControlError`].
pub(crate) fn provider(center: Center, who: String, role: SsoRole) -> SharedCredentialsProvider {
    SharedCredentialsProvider::new(CenterCredentials { center, who, role })
}

#[derive(Debug)]
struct CenterCredentials {
    center: Center,
    who: String,
    role: SsoRole,
}

impl ProvideCredentials for CenterCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            let asked = self.center.role_credentials(&self.who, &self.role).await;
            asked.map_err(CredentialsError::provider_error)
        })
    }
}
