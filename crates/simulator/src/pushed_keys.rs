//! The keys that EC2 Instance Connect holds for instances, each for a minute.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// How long a pushed key is good.
pub(crate) const KEY_LIFETIME: Duration = Duration::from_secs(60);
/// How many keys are remembered.
const REMEMBERED: usize = 1000;

/// A key that was pushed to an instance for one of its users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushedKey {
    /// The instance.
    pub instance: String,
    /// The user on the instance.
    pub user: String,
    /// The public key as it was sent: a line of an `authorized_keys` file.
    pub public_key: String,
    /// Until when it opens the instance.
    pub good_until: SystemTime,
}

/// The keys that were pushed, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct PushedKeys(Mutex<Vec<PushedKey>>);

impl PushedKeys {
    /// Those that are good at `now`.
    pub(crate) fn good(&self, now: SystemTime) -> Vec<PushedKey> {
        let keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        keys.iter().filter(|key| key.good_until > now).cloned().collect()
    }

    /// One more; of very many the oldest is forgotten.
    pub(crate) fn push(&self, key: PushedKey) {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= REMEMBERED {
            keys.remove(0);
        }
        keys.push(key);
    }
}
