//! Signing in at the AWS console, as `aws login` does it: a browser of this computer brings the answer to a port of ours.

use async_trait::async_trait;

use crate::{ControlError, ProfileName};

/// Sign-ins to the console, for profiles with `login_session` and those that take their credentials from one.
#[async_trait]
pub trait ConsoleSignIns: Send + Sync {
    /// The profile that signs in with `aws login` for the credentials of this one: the same, or one that it names as its
    /// source; none if they come from elsewhere.
    ///
    /// # Errors
    /// [`ControlError::UnknownProfile`], [`ControlError::MalformedConfiguration`].
    async fn console_profile(
        &self,
        profile: Option<&ProfileName>,
    ) -> Result<Option<ProfileName>, ControlError>;

    /// Signs in for the credentials of this profile, and waits for the browser for some minutes. `show` gets the address
    /// that a person opens in a browser of this computer; dropping the future gives up.
    ///
    /// # Errors
    /// [`ControlError::ConsoleSignInFailed`] and any other.
    async fn sign_in_to_console(
        &self,
        profile: Option<&ProfileName>,
        show: &(dyn for<'a> Fn(&'a str) + Send + Sync),
    ) -> Result<(), ControlError>;
}
