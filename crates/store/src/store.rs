//! The store itself: one connection, through which all reading and writing goes in turn.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{StoreError, error::ChangeFailed};

/// What the app remembers. All methods are quick but do wait for the disk: call them where blocking is allowed. Every
/// change is one transaction, on the disk when the method returns; several programs may use one file.
pub struct Store {
    path: PathBuf,
    inside: Mutex<Inside>,
}

/// What is done before each change, such as the backup of the day; none in memory.
pub(crate) type BeforeChange = Box<dyn FnMut(&Connection) + Send>;

struct Inside {
    connection: Connection,
    before_change: Option<BeforeChange>,
}

impl Store {
    /// The file, or `:memory:`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn new(path: PathBuf, connection: Connection, before_change: Option<BeforeChange>) -> Self {
        Self {
            path,
            inside: Mutex::new(Inside {
                connection,
                before_change,
            }),
        }
    }

    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        read(&self.inside().connection).map_err(|error| StoreError::of_sqlite(&self.path, &error))
    }

    /// One transaction that takes the write lock before it reads, so that what it decides on stays true.
    pub(crate) fn write<T>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, ChangeFailed>,
    ) -> Result<T, StoreError> {
        let mut inside = self.inside();
        let Inside {
            connection,
            before_change,
        } = &mut *inside;
        if let Some(prepare) = before_change {
            prepare(connection);
        }
        let write = || {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let state = change(&transaction)?;
            transaction.commit()?;
            Ok(state)
        };
        write().map_err(|failure: ChangeFailed| failure.at(&self.path))
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        // A panic elsewhere cannot leave half a change: the transaction was rolled back when it was dropped.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
