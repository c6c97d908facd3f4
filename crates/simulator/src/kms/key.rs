//! One KMS key of the made-up company; all of it derives from the world's seed.

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Whether a key can be used, and if not why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyState {
    Enabled,
    Disabled,
    PendingDeletion,
    /// Enabled, but its key policy lets nobody make data keys.
    Locked,
}

/// A symmetric key with one alias.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) arn: String,
    /// With its `alias/`.
    pub(crate) alias: String,
    pub(crate) alias_arn: String,
    pub(crate) account: String,
    pub(crate) description: &'static str,
    pub(crate) state: KeyState,
    /// What encrypts data keys: of a made-up world, so it is no secret.
    pub(crate) material: [u8; 32],
}

impl Key {
    /// The key behind `alias` (without its prefix) in one account and Region.
    pub(crate) fn new(
        seed: u64,
        account: &str,
        region: &str,
        alias: &str,
        state: KeyState,
        description: &'static str,
    ) -> Self {
        let derived = |purpose: &str| derived(seed, &[purpose, account, region, alias]);
        let [high, low] = halves(derived("id"));
        let id = uuid::Builder::from_random_bytes((high ^ low).to_be_bytes()).into_uuid();
        Self {
            arn: format!("arn:aws:kms:{region}:{account}:key/{id}"),
            id: Uuid::to_string(&id),
            alias: format!("alias/{alias}"),
            alias_arn: format!("arn:aws:kms:{region}:{account}:alias/{alias}"),
            account: account.to_owned(),
            description,
            state,
            material: derived("material"),
        }
    }

    /// Whether `name` is its id, its alias or the ARN of either.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        [&self.id, &self.arn, &self.alias, &self.alias_arn]
            .into_iter()
            .any(|own| own == name)
    }
}

impl KeyState {
    /// The API's word (KMS `KeyState`).
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Enabled | Self::Locked => "Enabled",
            Self::Disabled => "Disabled",
            Self::PendingDeletion => "PendingDeletion",
        }
    }
}

fn halves(bytes: [u8; 32]) -> [u128; 2] {
    let (high, low) = bytes.split_at(16);
    [high, low].map(|half| half.try_into().map_or(0, u128::from_be_bytes))
}

fn derived(seed: u64, parts: &[&str]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(seed.to_be_bytes());
    for part in parts {
        hasher.update([0]);
        hasher.update(part.as_bytes());
    }
    hasher.finalize().into()
}
