//! The store itself: one connection, through which all reading and writing goes in turn.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::{
    StoreError,
    backup::Backups,
    error::Failure,
    open::{self, Opened, system_clock},
    place, schema,
};

/// What the app remembers. All methods are quick but do wait for the disk: call them where blocking is allowed. Every
/// change is one transaction, on the disk when the method returns; several programs may use one file.
pub struct Store {
    path: PathBuf,
    inside: Mutex<Inside>,
}

struct Inside {
    connection: Connection,
    /// None in memory.
    backups: Option<Backups>,
}

impl Store {
    /// Opens the file at `path`, and makes it and its folder where they are missing. A damaged file is set aside,
    /// never deleted, and the newest backup that can be read takes its place; the notices say so.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`], [`StoreError::ReadOnly`], [`StoreError::DiskFull`], [`StoreError::Locked`],
    /// [`StoreError::Io`]; the file is then as it was.
    pub fn open(path: &Path) -> Result<Opened, StoreError> {
        open::open(path, system_clock())
    }

    /// A store that forgets everything at the end (demo, tests).
    ///
    /// # Errors
    /// [`StoreError::Database`] when SQLite has no memory.
    pub fn in_memory() -> Result<Self, StoreError> {
        let path = PathBuf::from(":memory:");
        let failed = |error: rusqlite::Error| StoreError::of_sqlite(&path, &error);
        let mut connection = Connection::open_in_memory().map_err(failed)?;
        open::configure(&connection).map_err(failed)?;
        schema::migrate(&mut connection, &path)?;
        Ok(Self::new(path, connection, None))
    }

    /// Where the store of this user is: `postern.db` in the folder that `POSTERN_DATA_DIR` names, else in the
    /// system's folder for the data of applications.
    ///
    /// # Errors
    /// [`StoreError::NoDataFolder`] when the system names none.
    pub fn default_path() -> Result<PathBuf, StoreError> {
        place::default_path()
    }

    /// The file, or `:memory:`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn new(path: PathBuf, connection: Connection, backups: Option<Backups>) -> Self {
        Self {
            path,
            inside: Mutex::new(Inside { connection, backups }),
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
        change: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let mut inside = self.inside();
        let Inside { connection, backups } = &mut *inside;
        if let Some(backups) = backups {
            backups.make_if_due(connection);
        }
        let write = || {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let state = change(&transaction)?;
            transaction.commit()?;
            Ok(state)
        };
        write().map_err(|failure: Failure| failure.at(&self.path))
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        // A panic elsewhere cannot leave half a change: the transaction was rolled back when it was dropped.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
