//! The access keys of this run, from the operating system's randomness and never from the seed.

use std::collections::HashMap;

use rand::{CryptoRng, RngExt};
use secrecy::SecretString;

use super::company::Company;

/// What a principal signs with.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    /// The profile that they belong to.
    pub(crate) profile: String,
    pub(crate) access_key_id: String,
    pub(crate) secret: SecretString,
    /// Temporary credentials have one, and each request carries it.
    pub(crate) token: Option<SecretString>,
}

/// All access keys.
#[derive(Debug)]
pub(crate) struct AccessKeys {
    by_access_key: HashMap<String, Credentials>,
}

impl AccessKeys {
    /// New keys for every profile of the company.
    pub(crate) fn new(company: &Company, rng: &mut impl CryptoRng) -> Self {
        let mut by_access_key = HashMap::new();
        for profile in company.profiles() {
            let prefix = if profile.temporary { "ASIA" } else { "AKIA" };
            let access_key_id = format!("{prefix}{}", text(rng, KEY_ALPHABET, 16));
            let credentials = Credentials {
                profile: profile.name.clone(),
                access_key_id: access_key_id.clone(),
                secret: text(rng, SECRET_ALPHABET, 40).into(),
                token: profile.temporary.then(|| text(rng, SECRET_ALPHABET, 240).into()),
            };
            by_access_key.insert(access_key_id, credentials);
        }
        Self { by_access_key }
    }

    /// The credentials with this access key id.
    pub(crate) fn find(&self, access_key_id: &str) -> Option<&Credentials> {
        self.by_access_key.get(access_key_id)
    }

    /// The credentials of a profile.
    pub(crate) fn of_profile(&self, profile: &str) -> Option<&Credentials> {
        self.by_access_key
            .values()
            .find(|credentials| credentials.profile == profile)
    }
}

/// Letters and digits of access key ids.
const KEY_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Secrets and tokens also have the two signs of base64 that need care in files and URLs.
const SECRET_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn text(rng: &mut impl CryptoRng, alphabet: &[u8], length: usize) -> String {
    let letter = |_| {
        alphabet
            .get(rng.random_range(0..alphabet.len()))
            .copied()
            .map_or('A', char::from)
    };
    (0..length).map(letter).collect()
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
    }
}
