//! One copy of the store for each day on which it was changed, five of them, without the inventory cache.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::Connection;
use time::{Date, OffsetDateTime, macros::format_description};

use crate::{
    StoreError, damage,
    place::{Place, create_private_file, create_private_folder, sync_to_disk},
    schema,
};

/// A working week: a mistake of Monday can still be undone on Friday.
const KEPT: usize = 5;
const PREFIX: &str = "postern-";
const ENDING: &str = ".db";
/// What is being written has this ending, so that nothing half written is ever taken for a backup.
const UNFINISHED: &str = ".unfinished";

/// Tells the time, so that tests can.
pub(crate) type Clock = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// The backups of one store.
pub(crate) struct Backups {
    place: Place,
    clock: Clock,
    tried_on: Option<Date>,
}

impl Backups {
    pub(crate) fn new(place: Place, clock: Clock) -> Self {
        Self {
            place,
            clock,
            tried_on: None,
        }
    }

    /// Makes the backup of the day unless there is one. It is tried once a day: a backup that fails, for example on a
    /// full disk, must not keep the user from saving.
    pub(crate) fn make_if_due(&mut self, connection: &Connection) {
        let today = (self.clock)().date();
        if self.tried_on == Some(today) {
            return;
        }
        // While another program opens the file or makes the backup, the next change tries again.
        let Ok(Some(_lock)) = self.place.try_lock() else {
            return;
        };
        self.tried_on = Some(today);
        if let Err(error) = self.make(connection, today) {
            tracing::warn!(%error, "the daily backup of the store failed");
        }
    }

    /// Copies the newest backup that can be read to where the file belongs. Returns the backup, or none if there is no
    /// such backup. The caller holds the lock.
    pub(crate) fn restore(&self) -> Result<Option<PathBuf>, StoreError> {
        let copy = self.place.beside(".restoring");
        for backup in self.newest_first() {
            if copy_whole(&backup, &copy)? {
                let file = self.place.file();
                fs::rename(&copy, file).map_err(|error| StoreError::of_io(file, &error))?;
                sync_to_disk(file).map_err(|error| StoreError::of_io(file, &error))?;
                return Ok(Some(backup));
            }
            tracing::warn!(backup = %backup.display(), "a backup cannot be read and is passed over");
        }
        Ok(None)
    }

    /// Whether there is any backup.
    pub(crate) fn exist(&self) -> bool {
        !self.newest_first().is_empty()
    }

    /// Removes what a program that was killed left half written. The caller holds the lock.
    pub(crate) fn sweep(&self) {
        remove_with_companions(&self.place.beside(".restoring"));
        for path in files(&self.place.backups()) {
            if path.to_str().is_some_and(|path| path.contains(UNFINISHED)) {
                remove(&path);
            }
        }
    }

    fn make(&self, connection: &Connection, day: Date) -> Result<(), StoreError> {
        let folder = self.place.backups();
        let backup = folder.join(format!("{PREFIX}{}{ENDING}", day_name(day)));
        if backup.exists() {
            return Ok(());
        }
        create_private_folder(&folder).map_err(|error| StoreError::of_io(&folder, &error))?;
        let unfinished = folder.join(format!("{PREFIX}{}{UNFINISHED}", day_name(day)));
        let written = write_copy(connection, &unfinished).and_then(|()| {
            fs::rename(&unfinished, &backup)
                .and_then(|()| sync_to_disk(&backup))
                .map_err(|error| StoreError::of_io(&backup, &error))
        });
        if written.is_err() {
            remove_with_companions(&unfinished);
        }
        self.remove_oldest();
        written
    }

    fn remove_oldest(&self) {
        for backup in self.newest_first().into_iter().skip(KEPT) {
            remove(&backup);
        }
    }

    fn newest_first(&self) -> Vec<PathBuf> {
        let mut backups: Vec<PathBuf> = files(&self.place.backups())
            .into_iter()
            .filter(|path| is_backup(path))
            .collect();
        backups.sort_unstable_by(|a, b| b.cmp(a));
        backups
    }
}

/// Writes a copy of the store to `target` without the inventory cache: that is most of the bytes, and a sync brings it
/// back.
fn write_copy(connection: &Connection, target: &Path) -> Result<(), StoreError> {
    remove_with_companions(target);
    create_private_file(target).map_err(|error| StoreError::of_io(target, &error))?;
    let Some(name) = target.to_str() else {
        return Err(StoreError::Io {
            path: target.to_owned(),
            detail: "its name is not Unicode".into(),
        });
    };
    schema::create(target)?;
    let copied = connection.execute("ATTACH ?1 AS backup", [name]).and_then(|_| {
        let copied = copy_tables(connection);
        connection.execute("DETACH backup", []).and(copied)
    });
    copied.map_err(|error| StoreError::of_sqlite(target, &error))?;
    sync_to_disk(target).map_err(|error| StoreError::of_io(target, &error))
}

/// All tables as they are at one moment, and the counters that keep numbers from being used twice.
fn copy_tables(connection: &Connection) -> rusqlite::Result<()> {
    let transaction = connection.unchecked_transaction()?;
    transaction.pragma_update(None, "defer_foreign_keys", "ON")?;
    for table in tables(&transaction)?
        .iter()
        .map(String::as_str)
        .chain(["sqlite_sequence"])
    {
        transaction.execute_batch(&format!(
            "DELETE FROM backup.{table}; INSERT INTO backup.{table} SELECT * FROM main.{table};"
        ))?;
    }
    transaction.commit()
}

fn tables(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM backup.sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) NOT IN ('cached_', 'sqlite_')";
    let mut statement = connection.prepare(sql)?;
    let names = statement.query_map([], |row| row.get(0))?;
    names.collect()
}

/// Copies `backup` to `copy` and says whether the copy is whole.
fn copy_whole(backup: &Path, copy: &Path) -> Result<bool, StoreError> {
    remove_with_companions(copy);
    let failed = |error: std::io::Error| StoreError::of_io(copy, &error);
    create_private_file(copy).map_err(failed)?;
    fs::copy(backup, copy).map_err(failed)?;
    let whole = examine(copy).is_ok();
    if !whole {
        remove_with_companions(copy);
    }
    Ok(whole)
}

fn examine(copy: &Path) -> Result<usize, StoreError> {
    damage::check_first_bytes(copy)?;
    let mut connection = Connection::open(copy).map_err(|error| StoreError::of_sqlite(copy, &error))?;
    damage::check(&connection, copy)?;
    damage::try_everything(&mut connection, copy)
}

fn is_backup(path: &Path) -> bool {
    let form = format_description!("[year]-[month]-[day]");
    let day = path
        .file_name()
        .and_then(|name| name.to_str())
        .and_then(|name| name.strip_prefix(PREFIX))
        .and_then(|name| name.strip_suffix(ENDING));
    day.is_some_and(|day| Date::parse(day, form).is_ok())
}

fn day_name(day: Date) -> String {
    let form = format_description!("[year]-[month]-[day]");
    day.format(form).unwrap_or_else(|_| day.to_string())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect()
}

fn remove_with_companions(path: &Path) {
    let place = path.as_os_str();
    for companion in [""].into_iter().chain(crate::place::COMPANIONS) {
        let mut name = place.to_owned();
        name.push(companion);
        remove(Path::new(&name));
    }
}

fn remove(path: &Path) {
    match fs::remove_file(path) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => tracing::warn!(path = %path.display(), %error, "cannot be removed"),
    }
}
