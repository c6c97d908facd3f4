//! How long everything about a sign-in lives.

use std::time::Duration;

/// Lifetimes of what is given out from now on; AWS's own by default. Whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInLifetimes {
    /// A client's registration.
    pub registration: Duration,
    /// How long a device code waits for the user.
    pub device_code: Duration,
    /// How often a client may ask whether the user has confirmed.
    pub poll_interval: Duration,
    /// An access token. With an administrator's default it is as long as the session, and an hour where it can be renewed.
    pub access_token: Duration,
    /// How long an access token can be renewed, from the sign-in on.
    pub session: Duration,
    /// The credentials of a role that the portal gives.
    pub role_credentials: Duration,
}

const HOUR: Duration = Duration::from_secs(60 * 60);

impl Default for SignInLifetimes {
    fn default() -> Self {
        Self {
            registration: 90 * 24 * HOUR,
            device_code: Duration::from_secs(10 * 60),
            poll_interval: Duration::from_secs(1),
            access_token: HOUR,
            session: 8 * HOUR,
            role_credentials: HOUR,
        }
    }
}
