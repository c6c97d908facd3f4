//! How often each operation was called.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// By the operation's name, such as `CreateToken`. What is refused counts, too.
#[derive(Debug, Default)]
pub(crate) struct CallCounts(Mutex<HashMap<String, usize>>);

impl CallCounts {
    pub(crate) fn count(&self, operation: &str) {
        *self.counts().entry(operation.to_owned()).or_default() += 1;
    }

    pub(crate) fn of(&self, operation: &str) -> usize {
        self.counts().get(operation).copied().unwrap_or(0)
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
