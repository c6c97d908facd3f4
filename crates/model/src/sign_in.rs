//! Sign-ins to IAM Identity Center: what they are known by, how they stand, and everything that is asked of one.

use std::fmt;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use secrecy::SecretString;

use crate::{ControlError, ProfileName, Region, SignInKey};

/// One sign-in to IAM Identity Center; any number of profiles may share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// What it is known by.
    pub key: SignInKey,
    /// The address of the access portal, such as `https://acme.awsapps.com/start`.
    pub start_url: String,
    /// Where this Identity Center lives.
    pub region: Region,
    /// Of profiles that name no `sso-session`: their tokens cannot be renewed.
    pub legacy: bool,
    /// The profiles that need it, through `source_profile` too, in the order of the files.
    pub profiles: Vec<ProfileName>,
    /// How it stands.
    pub state: SignInState,
}

/// How a sign-in stands, by what is kept of it on this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInState {
    /// Somebody is signed in.
    SignedIn {
        /// Until when without a renewal.
        until: SystemTime,
        /// Whether it is renewed by itself, until Identity Center ends it.
        renewable: bool,
    },
    /// It is over and cannot be renewed.
    Expired {
        /// Since when.
        since: SystemTime,
    },
    /// Nobody is signed in.
    SignedOut,
    /// What is kept of it cannot be read.
    Unreadable {
        /// The file and what is wrong with it.
        detail: String,
    },
}

/// A sign-in that was started and waits for somebody to confirm it in a browser, on this or any other device.
#[derive(Clone)]
pub struct DeviceCode {
    /// What the page must show too, or what is typed there.
    pub user_code: String,
    /// The page where the code is typed.
    pub verification_url: String,
    /// The page that knows the code already.
    pub complete_url: String,
    /// When the code is of no use any more.
    pub expires_at: SystemTime,
    /// How long it is of use from its making.
    pub lifetime: Duration,
    /// The least time between two questions whether it was confirmed.
    pub interval: Duration,
    /// What the control plane asks with; nobody else reads it.
    pub secret: SecretString,
}

impl fmt::Debug for DeviceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceCode")
            .field("expires_at", &self.expires_at)
            .field("interval", &self.interval)
            .finish_non_exhaustive()
    }
}

/// An account that a sign-in opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CenterAccount {
    /// Twelve digits.
    pub id: String,
    /// Its name in the organisation, safe to show; empty where it has none.
    pub name: String,
    /// The address of its root user, safe to show.
    pub email: Option<String>,
}

/// Signing in to IAM Identity Center and out of it, and what a sign-in opens.
#[async_trait]
pub trait SignIns: Send + Sync {
    /// Every sign-in that the AWS configuration knows, each with the profiles that need it. Read anew at each call.
    ///
    /// # Errors
    /// [`ControlError::MalformedConfiguration`].
    async fn sign_ins(&self) -> Result<Vec<SignIn>, ControlError>;

    /// The sign-in that the credentials of this profile come from, through `source_profile` too; none if they need none.
    ///
    /// # Errors
    /// [`ControlError::UnknownProfile`], [`ControlError::MalformedConfiguration`].
    async fn sign_in_of(&self, profile: Option<&ProfileName>) -> Result<Option<SignInKey>, ControlError>;

    /// Starts a sign-in. Nothing is changed until it is finished.
    ///
    /// # Errors
    /// [`ControlError::UnknownSignIn`], [`ControlError::SignInFailed`], and any other.
    async fn start_sign_in(&self, key: &SignInKey) -> Result<DeviceCode, ControlError>;

    /// Waits until somebody has confirmed the code, and keeps the sign-in. Dropping it gives up.
    ///
    /// # Errors
    /// [`ControlError::SignInFailed`] when it was denied or nobody confirmed it in time, and any other.
    async fn finish_sign_in(&self, key: &SignInKey, code: DeviceCode) -> Result<SignIn, ControlError>;

    /// Ends the sign-in at Identity Center and forgets it.
    ///
    /// # Errors
    /// When Identity Center could not be told; on this computer it is forgotten all the same.
    async fn sign_out(&self, key: &SignInKey) -> Result<(), ControlError>;

    /// All accounts that the sign-in opens.
    ///
    /// # Errors
    /// [`ControlError::SignInNeeded`] and any other.
    async fn accounts(&self, key: &SignInKey) -> Result<Vec<CenterAccount>, ControlError>;

    /// All roles that the sign-in gives in one of its accounts.
    ///
    /// # Errors
    /// [`ControlError::SignInNeeded`] and any other.
    async fn account_roles(&self, key: &SignInKey, account: &str) -> Result<Vec<String>, ControlError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_code_does_not_print_what_it_asks_with() {
        let code = DeviceCode {
            user_code: "canary".into(),
            verification_url: "https://canary".into(),
            complete_url: "https://canary".into(),
            expires_at: SystemTime::UNIX_EPOCH,
            lifetime: Duration::from_secs(600),
            interval: Duration::from_secs(1),
            secret: "canary".to_owned().into(),
        };
        assert!(!format!("{code:?}").contains("canary"));
    }
}
