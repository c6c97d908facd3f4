//! What is known of the renewals of one sign-in.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

/// While the token is still good, a renewal that failed is not tried more often.
const BETWEEN_ATTEMPTS: Duration = Duration::from_secs(60);

/// The last attempt, and what came of it.
#[derive(Default)]
pub(crate) struct Renewals {
    last_attempt: Option<Instant>,
    /// A refresh token that Identity Center no longer takes. It is not offered again.
    refused: Option<SecretString>,
}

impl std::fmt::Debug for Renewals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Renewals").finish_non_exhaustive()
    }
}

impl Renewals {
    /// Whether it may be tried again though the token is still good.
    pub(super) fn is_time(&self) -> bool {
        self.last_attempt
            .is_none_or(|at| at.elapsed() >= BETWEEN_ATTEMPTS)
    }

    /// One is made.
    pub(super) fn begin(&mut self) {
        self.last_attempt = Some(Instant::now());
    }

    /// This refresh token is no longer taken.
    pub(super) fn refuse(&mut self, refresh_token: &SecretString) {
        self.refused = Some(refresh_token.clone());
    }

    /// Whether this refresh token is known not to be taken.
    pub(super) fn has_refused(&self, refresh_token: &SecretString) -> bool {
        let refused = self.refused.as_ref();
        refused.is_some_and(|refused| refused.expose_secret() == refresh_token.expose_secret())
    }
}
