//! Orders about signing in: what a person says, and what becomes of tokens and credentials.

use std::time::SystemTime;

use super::Control;
use crate::identity::{PendingSignIn, SignInAnswer, SignInLifetimes};

impl Control {
    /// The sign-ins that wait for a person.
    #[must_use]
    pub fn pending_sign_ins(&self) -> Vec<PendingSignIn> {
        self.cloud.identity.pending(SystemTime::now())
    }

    /// Waits for the next sign-in with a device code that begins; one that began before and was not told here yet is told at
    /// once. Cancel safe.
    pub async fn next_sign_in(&self) -> PendingSignIn {
        self.cloud.identity.next_sign_in().await
    }

    /// Confirms a sign-in as a person does on the verification page; false when none waits under this code.
    pub fn confirm_sign_in(&self, user_code: &str) -> bool {
        self.cloud.identity.decide(user_code, true, SystemTime::now())
    }

    /// Denies a sign-in; false when none waits under this code.
    pub fn deny_sign_in(&self, user_code: &str) -> bool {
        self.cloud.identity.decide(user_code, false, SystemTime::now())
    }

    /// What becomes of sign-ins that begin from now on.
    pub fn answer_sign_ins(&self, answer: SignInAnswer) {
        self.cloud.identity.set_answer(answer);
    }

    /// How long live what is given out from now on.
    #[must_use]
    pub fn lifetimes(&self) -> SignInLifetimes {
        self.cloud.identity.lifetimes()
    }

    /// Sets how long lives what is given out from now on.
    pub fn set_lifetimes(&self, lifetimes: SignInLifetimes) {
        self.cloud.identity.set_lifetimes(lifetimes);
    }

    /// Access tokens of one Identity Center (by name) or of all are expired; they can be renewed. Answers how many.
    pub fn expire_tokens(&self, center: Option<&str>) -> usize {
        self.cloud.identity.expire_tokens(center, SystemTime::now())
    }

    /// Access and refresh tokens are good for nothing, as when an administrator ends the sessions of a user. Answers how
    /// many access tokens there were.
    pub fn revoke_tokens(&self, center: Option<&str>) -> usize {
        self.cloud.identity.revoke_tokens(center, SystemTime::now())
    }

    /// Every device code that waits has expired; answers how many.
    pub fn expire_device_codes(&self) -> usize {
        self.cloud.identity.expire_device_codes(SystemTime::now())
    }

    /// No registered client is known any more; answers how many were.
    pub fn forget_clients(&self) -> usize {
        self.cloud.identity.forget_clients()
    }

    /// All credentials that were issued for a while (of roles, by the portal or STS) are expired; answers how many.
    pub fn expire_issued_credentials(&self) -> usize {
        self.cloud.access_keys.expire_issued(SystemTime::now())
    }

    /// All credentials that were issued for a while are unknown; answers how many there were.
    pub fn revoke_issued_credentials(&self) -> usize {
        self.cloud.access_keys.revoke_issued()
    }

    /// Nobody who signed in with `aws login` can renew that; answers how many could.
    pub fn expire_console_sessions(&self) -> usize {
        self.cloud.console.expire(SystemTime::now())
    }

    /// Everybody who signed in with `aws login` changed the password since; answers how many are signed in.
    pub fn change_console_passwords(&self) -> usize {
        self.cloud.console.change_passwords()
    }

    /// How often an operation of any service was called, such as `CreateToken`; refused calls count, too.
    #[must_use]
    pub fn calls(&self, operation: &str) -> usize {
        self.cloud.calls.of(operation)
    }
}
