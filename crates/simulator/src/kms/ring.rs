//! The keys of every account and Region, and what can be done with them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rand::Rng as _;
use zeroize::Zeroizing;

use super::blob::{self, EncryptionContext};
use super::key::{Key, KeyState};
use crate::call_faults::CallFaults;
use crate::wire::ApiError;
use crate::world::Company;

/// KMS. Answers as the service would, faults included.
pub(crate) struct Kms {
    keys: HashMap<(String, String), Vec<Key>>,
    faults: Arc<CallFaults>,
}

/// What GenerateDataKey makes.
pub(crate) struct MadeDataKey {
    pub(crate) plaintext: Zeroizing<Vec<u8>>,
    pub(crate) ciphertext: Vec<u8>,
    pub(crate) key_arn: String,
}

/// Alias, state and description of the keys that each account has in each of its Regions.
const KEYS: &[(&str, KeyState, &str)] = &[
    (
        "acme-sessions",
        KeyState::Enabled,
        "Encrypts sessions of Session Manager.",
    ),
    (
        "acme-retired",
        KeyState::Disabled,
        "The sessions' key of last year.",
    ),
    (
        "acme-leaving",
        KeyState::PendingDeletion,
        "The sessions' key of the year before.",
    ),
    (
        "acme-locked",
        KeyState::Locked,
        "Its policy lets nobody make data keys.",
    ),
];
/// The alias of the key that only audited accounts have.
const AUDITED_ALIAS: &str = "acme-audited";

impl Kms {
    /// The keys of the company.
    pub(crate) fn new(company: &Company, seed: u64, faults: Arc<CallFaults>) -> Self {
        let keys = company.pairs().map(|(profile, region)| {
            let make = |(alias, state, description): &(&str, KeyState, &'static str)| {
                Key::new(seed, &profile.account, region, alias, *state, description)
            };
            let audited = (
                AUDITED_ALIAS,
                KeyState::Enabled,
                "Encrypts every session of this account.",
            );
            let keys = KEYS
                .iter()
                .map(make)
                .chain(profile.audited.then(|| make(&audited)))
                .collect();
            ((profile.account.clone(), region.to_owned()), keys)
        });
        Self {
            keys: keys.collect(),
            faults,
        }
    }

    /// The ARN of the key of an audited account; none elsewhere.
    pub(crate) fn audited_key(&self, account: &str, region: &str) -> Option<&str> {
        let alias = format!("alias/{AUDITED_ALIAS}");
        self.keys(account, region)
            .iter()
            .find(|key| key.alias == alias)
            .map(|key| key.arn.as_str())
    }

    /// How long an agent waits for Decrypt.
    pub(crate) fn decrypt_delay(&self) -> Duration {
        self.faults.current_delay("Decrypt")
    }

    /// Decrypt for the agent of a node, whose role may use every key of its account that is usable.
    pub(crate) fn decrypt(
        &self,
        account: &str,
        region: &str,
        ciphertext: &[u8],
        context: &EncryptionContext,
    ) -> Result<Zeroizing<Vec<u8>>, ApiError> {
        if self.faults.is_operation_denied("Decrypt", None) {
            let text = "The ciphertext refers to a customer master key that does not exist, does not exist in this \
                        region, or you are not allowed to access.";
            return Err(ApiError::new("AccessDeniedException", text));
        }
        let invalid = || ApiError::new("InvalidCiphertextException", "");
        let (key_arn, sealed) = blob::read(ciphertext).ok_or_else(invalid)?;
        let key = self.key(account, region, key_arn).map_err(|_| invalid())?;
        check_state(key)?;
        blob::open(&key.material, context, sealed).ok_or_else(invalid)
    }

    /// A new data key of so many bytes.
    pub(crate) fn generate_data_key(
        &self,
        account: &str,
        region: &str,
        key_id: &str,
        bytes: usize,
        context: &EncryptionContext,
    ) -> Result<MadeDataKey, ApiError> {
        let key = self.key(account, region, key_id)?;
        check_state(key)?;
        if key.state == KeyState::Locked {
            let text = format!(
                "The caller is not authorized to perform: kms:GenerateDataKey on resource: {} because no \
                 resource-based policy allows the kms:GenerateDataKey action",
                key.arn
            );
            return Err(ApiError::new("AccessDeniedException", text));
        }
        let mut plaintext = Zeroizing::new(vec![0; bytes]);
        rand::rng().fill_bytes(&mut plaintext);
        let sealed = blob::seal(&key.material, &key.arn, context, &plaintext);
        Ok(MadeDataKey {
            ciphertext: sealed
                .ok_or_else(|| ApiError::new("KMSInternalException", "No data key was made."))?,
            plaintext,
            key_arn: key.arn.clone(),
        })
    }

    /// The key that `name` means for a caller in this account and Region.
    pub(crate) fn key(&self, account: &str, region: &str, name: &str) -> Result<&Key, ApiError> {
        let own = self.keys(account, region).iter();
        own.clone()
            .find(|key| key.is_named(name))
            .ok_or_else(|| not_found(account, region, name))
    }

    /// The keys of one account in one Region.
    pub(crate) fn keys(&self, account: &str, region: &str) -> &[Key] {
        self.keys
            .get(&(account.to_owned(), region.to_owned()))
            .map_or(&[], Vec::as_slice)
    }
}

fn check_state(key: &Key) -> Result<(), ApiError> {
    match key.state {
        KeyState::Enabled | KeyState::Locked => Ok(()),
        KeyState::Disabled => Err(ApiError::new(
            "DisabledException",
            format!("{} is disabled.", key.arn),
        )),
        KeyState::PendingDeletion => Err(ApiError::new(
            "KMSInvalidStateException",
            format!("{} is pending deletion.", key.arn),
        )),
    }
}

fn not_found(account: &str, region: &str, name: &str) -> ApiError {
    let text = if name.starts_with("alias/") {
        format!("Alias arn:aws:kms:{region}:{account}:{name} is not found.")
    } else if name.starts_with("arn:") {
        format!("Key '{name}' does not exist")
    } else {
        format!("Key 'arn:aws:kms:{region}:{account}:key/{name}' does not exist")
    };
    ApiError::new("NotFoundException", text)
}
