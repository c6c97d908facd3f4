//! The KMS key of each Region's preferences, and the orders that change it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::ring::Kms;

/// Which key the shells of an account are encrypted with in a Region.
pub(crate) struct SessionPreferences {
    kms: Arc<Kms>,
    /// By account and Region; none there means no encryption.
    ordered: Mutex<HashMap<(String, String), Option<String>>>,
}

impl SessionPreferences {
    /// The company's own: audited accounts have a key, the others have none.
    pub(crate) fn new(kms: Arc<Kms>) -> Self {
        Self {
            kms,
            ordered: Mutex::default(),
        }
    }

    /// The key, as the preferences name it.
    pub(crate) fn key(&self, account: &str, region: &str) -> Option<String> {
        let ordered = self.ordered.lock().unwrap_or_else(PoisonError::into_inner);
        match ordered.get(&(account.to_owned(), region.to_owned())) {
            Some(key) => key.clone(),
            None => self.kms.audited_key(account, region).map(str::to_owned),
        }
    }

    /// From now on this key; none ends the encryption of new shells.
    pub(crate) fn set_key(&self, account: &str, region: &str, key: Option<&str>) {
        let mut ordered = self.ordered.lock().unwrap_or_else(PoisonError::into_inner);
        ordered.insert((account.to_owned(), region.to_owned()), key.map(str::to_owned));
    }
}
