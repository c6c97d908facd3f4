//! A mutex for state that every holder leaves consistent, so that a panic elsewhere does not take it away.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held only between two statements, never over an `await` (a lint sees to it).
#[derive(Debug, Default)]
pub(crate) struct Lock<T>(Mutex<T>);

impl<T> Lock<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
