//! The access keys of this run, from the operating system's randomness and never from the seed: those of the profiles, and
//! those that were issued for a while.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, SystemTime};

use rand::CryptoRng;
use secrecy::SecretString;

use super::company::{Company, Principal, Profile};
use super::random_text::{KEY_ALPHABET, SECRET_ALPHABET, random_text};

/// What a principal signs with.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    /// Whose account and rights they have.
    pub(crate) profile: Profile,
    /// Whom STS names for them.
    pub(crate) principal: Principal,
    pub(crate) access_key_id: String,
    pub(crate) secret: SecretString,
    /// Temporary credentials have one, and each request carries it.
    pub(crate) token: Option<SecretString>,
    /// None for the keys that stand in the credentials file.
    pub(crate) issued: Option<Issue>,
}

/// What is known of credentials that were issued for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Issue {
    pub(crate) expires: SystemTime,
    /// Whether they are those of a role; roles that such credentials assume are chained.
    pub(crate) of_role: bool,
    /// Whether the code of an MFA device was shown for them.
    pub(crate) with_mfa: bool,
}

/// All access keys.
#[derive(Debug)]
pub(crate) struct AccessKeys {
    of_profiles: HashMap<String, Arc<Credentials>>,
    issued: RwLock<HashMap<String, Arc<Credentials>>>,
}

impl AccessKeys {
    /// New keys for every profile of the company.
    pub(crate) fn new(company: &Company, rng: &mut impl CryptoRng) -> Self {
        let keys = company.profiles().iter().map(|profile| {
            let mut credentials = made(profile.clone(), profile.principal(), None, rng);
            if !profile.temporary {
                credentials.token = None;
            }
            (credentials.access_key_id.clone(), Arc::new(credentials))
        });
        Self {
            of_profiles: keys.collect(),
            issued: RwLock::default(),
        }
    }

    /// The credentials with this access key id.
    pub(crate) fn find(&self, access_key_id: &str) -> Option<Arc<Credentials>> {
        let own = self.of_profiles.get(access_key_id).cloned();
        own.or_else(|| self.reading().get(access_key_id).cloned())
    }

    /// The credentials of a profile.
    pub(crate) fn of_profile(&self, profile: &str) -> Option<&Credentials> {
        self.of_profiles
            .values()
            .map(Arc::as_ref)
            .find(|credentials| credentials.profile.name == profile)
    }

    /// New temporary credentials.
    pub(crate) fn issue(&self, profile: Profile, principal: Principal, issue: Issue) -> Arc<Credentials> {
        let issued = Arc::new(made(profile, principal, Some(issue), &mut rand::rng()));
        self.writing()
            .insert(issued.access_key_id.clone(), Arc::clone(&issued));
        issued
    }

    /// All credentials that were issued are expired from now on; answers how many were not yet.
    pub(crate) fn expire_issued(&self, now: SystemTime) -> usize {
        let mut issued = self.writing();
        let living = issued
            .values_mut()
            .filter_map(|credentials| Arc::make_mut(credentials).issued.as_mut())
            .filter(|issue| issue.expires > now);
        living
            .map(|issue| issue.expires = now.checked_sub(Duration::from_secs(1)).unwrap_or(now))
            .count()
    }

    /// All credentials that were issued are unknown from now on; answers how many there were.
    pub(crate) fn revoke_issued(&self) -> usize {
        self.writing().drain().count()
    }

    fn reading(&self) -> RwLockReadGuard<'_, HashMap<String, Arc<Credentials>>> {
        self.issued.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> RwLockWriteGuard<'_, HashMap<String, Arc<Credentials>>> {
        self.issued.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn made(
    profile: Profile,
    principal: Principal,
    issued: Option<Issue>,
    rng: &mut impl CryptoRng,
) -> Credentials {
    let temporary = profile.temporary || issued.is_some();
    let prefix = if temporary { "ASIA" } else { "AKIA" };
    Credentials {
        profile,
        principal,
        access_key_id: format!("{prefix}{}", random_text(rng, KEY_ALPHABET, 16)),
        secret: random_text(rng, SECRET_ALPHABET, 40).into(),
        token: Some(random_text(rng, SECRET_ALPHABET, 240).into()),
        issued,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_has_other_keys_and_no_secret_is_shown() {
        use secrecy::ExposeSecret;
        let company = Company::new(1, 8);
        let (first, second) = (
            AccessKeys::new(&company, &mut rand::rng()),
            AccessKeys::new(&company, &mut rand::rng()),
        );
        let of = |keys: &AccessKeys| {
            keys.of_profile("acme-prod")
                .unwrap()
                .secret
                .expose_secret()
                .to_owned()
        };
        assert_eq!(of(&first).len(), 40);
        assert_ne!(of(&first), of(&second));
        assert!(!format!("{first:?}").contains(&of(&first)));
        assert!(first.of_profile("acme-edge").unwrap().token.is_some());
        assert!(first.of_profile("acme-prod").unwrap().token.is_none());
    }

    #[test]
    fn issued_credentials_are_found_until_they_are_revoked() {
        let company = Company::new(1, 8);
        let keys = AccessKeys::new(&company, &mut rand::rng());
        let profile = company.profiles()[0].clone();
        let now = SystemTime::now();
        let issue = Issue {
            expires: now + Duration::from_secs(900),
            of_role: true,
            with_mfa: false,
        };
        let issued = keys.issue(profile.clone(), profile.principal(), issue);
        assert!(issued.access_key_id.starts_with("ASIA") && issued.token.is_some());
        assert_eq!((keys.expire_issued(now), keys.expire_issued(now)), (1, 0));
        let found = keys.find(&issued.access_key_id).unwrap();
        assert!(found.issued.unwrap().expires < now);
        assert_eq!(keys.revoke_issued(), 1);
        assert!(keys.find(&issued.access_key_id).is_none());
    }
}
