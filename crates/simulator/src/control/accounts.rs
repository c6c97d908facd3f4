//! Orders about accounts: MFA devices, tokens of the identity provider, Regions, policies of the organisation, clocks.

use std::time::{Duration, SystemTime};

use secrecy::SecretString;

use super::Control;
use crate::identity::AttachedRole;

impl Control {
    /// What the MFA device of a profile's user shows now. A code is good once; then the device shows the next. None when
    /// there is no such profile, or its principal is a role.
    #[must_use]
    pub fn mfa_code(&self, profile: &str) -> Option<String> {
        self.cloud.mfa.code(&self.mfa_device(profile)?)
    }

    /// The ARN of the MFA device of a profile's user: what `mfa_serial` says.
    #[must_use]
    pub fn mfa_device(&self, profile: &str) -> Option<String> {
        let profile = self.cloud.world.company().profile(profile)?;
        Some(profile.mfa_device())
    }

    /// Every MFA device, and what it shows now.
    #[must_use]
    pub fn mfa_devices(&self) -> Vec<(String, String)> {
        self.cloud.mfa.all()
    }

    /// A token of the company's identity provider for a subject such as `pipeline:deploy`: what a file holds that
    /// `web_identity_token_file` names. One of no lifetime is expired.
    #[must_use]
    pub fn web_identity_token(&self, subject: &str, lifetime: Duration) -> String {
        self.cloud.provider.token(subject, SystemTime::now() + lifetime)
    }

    /// The ARN of one of the roles in the account of a profile.
    #[must_use]
    pub fn role_arn(&self, profile: &str, role: &str) -> Option<String> {
        let profile = self.cloud.world.company().profile(profile)?;
        Some(format!("arn:aws:iam::{}:role/{role}", profile.account))
    }

    /// What `AWS_CONTAINER_AUTHORIZATION_TOKEN` says of a container; its `AWS_CONTAINER_CREDENTIALS_FULL_URI` is
    /// `ENDPOINT/container/credentials`.
    #[must_use]
    pub fn container_token(&self) -> SecretString {
        self.cloud.surroundings.container_token().clone()
    }

    /// The role that nodes and containers have from now on, in the account of a profile; without a role they have none.
    /// The metadata service of nodes is at the endpoint itself (`AWS_EC2_METADATA_SERVICE_ENDPOINT`). False when there is no
    /// such profile.
    pub fn attach_role(&self, profile: &str, role: Option<&str>) -> bool {
        let profile = self.cloud.world.company().profile(profile);
        let attached = profile.zip(role).map(|(profile, role)| AttachedRole {
            account: profile.account.clone(),
            name: role.to_owned(),
        });
        self.cloud.surroundings.attach(attached);
        profile.is_some()
    }

    /// The account of a profile opts in to a Region, or out of it: services there then do not know its keys. Only Regions
    /// that need it can be opted out of. False when there is no such profile.
    pub fn opt_in(&self, profile: &str, region: &str, opted_in: bool) -> bool {
        let profile = self.cloud.world.company().profile(profile);
        if let Some(profile) = profile {
            self.cloud.world.opt_ins().set(&profile.account, region, opted_in);
        }
        profile.is_some()
    }

    /// STS gives no credentials in a Region (false), as where an administrator turned it off, or does again.
    pub fn activate_sts(&self, region: &str, active: bool) {
        self.cloud.faults.turn_sts_off(region, !active);
    }

    /// A policy of the organisation denies a profile everything (true), or no longer does. False when there is no such
    /// profile.
    pub fn deny_by_organization(&self, profile: &str, denied: bool) -> bool {
        self.cloud.faults.deny_by_organization(profile, denied);
        self.cloud.world.company().profile(profile).is_some()
    }

    /// The clocks of AWS are this many seconds ahead of this computer's, as when this one is wrong. Signatures are checked
    /// by them, and answers are dated by them.
    pub fn set_clock_ahead(&self, seconds: i64) {
        self.cloud.faults.set_clock_ahead(seconds);
    }
}
