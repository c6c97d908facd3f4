//! Copies of the store: one for each day on which it was changed, five of them, without the inventory cache; and the
//! whole file as it was before each change of its form, for ever.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::Connection;
use time::{Date, OffsetDateTime, macros::format_description};

use crate::{
    StoreError, damage,
    files::{StoreFiles, create_private_file, create_private_folder, sync_to_disk},
    schema,
};

/// A working week: a mistake of Monday can still be undone on Friday.
const KEPT: usize = 5;
const PREFIX: &str = "postern-";
/// Between this and the ending is the schema that the copied file has.
const EARLIER_PREFIX: &str = "postern-schema-";
const ENDING: &str = ".db";
/// What is being written has this ending, so that nothing half written is ever taken for a backup.
const UNFINISHED: &str = ".unfinished";

/// Tells the time, so that tests can.
pub(crate) type CurrentTime = Arc<dyn Fn() -> OffsetDateTime + Send + Sync>;

/// The backups of one store.
pub(crate) struct Backups {
    files: StoreFiles,
    clock: CurrentTime,
    tried_on: Option<Date>,
}

impl Backups {
    pub(crate) fn new(files: StoreFiles, clock: CurrentTime) -> Self {
        Self {
            files,
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
        let Ok(Some(_lock)) = self.files.try_lock() else {
            return;
        };
        self.tried_on = Some(today);
        if let Err(error) = self.make(connection, today) {
            tracing::warn!(%error, "the daily backup of the store failed");
        }
    }

    /// Keeps the whole file as it is, with the schema `version`, before it is migrated. A copy of an earlier migration
    /// from the same schema is replaced: the file was put back since. The caller holds the lock.
    ///
    /// # Errors
    /// Any of writing; the file must then not be migrated.
    pub(crate) fn keep_earlier(&self, connection: &Connection, version: i64) -> Result<(), StoreError> {
        let folder = self.files.backups();
        create_private_folder(&folder).map_err(|error| StoreError::of_io(&folder, &error))?;
        let kept = folder.join(format!("{EARLIER_PREFIX}{version}{ENDING}"));
        let unfinished = folder.join(format!("{EARLIER_PREFIX}{version}{UNFINISHED}"));
        write_and_rename(&unfinished, &kept, || write_whole(connection, &unfinished))
    }

    /// Copies the newest backup that can be read to where the file belongs. Returns the backup, or none if there is no
    /// such backup. The caller holds the lock.
    pub(crate) fn restore(&self) -> Result<Option<PathBuf>, StoreError> {
        let copy = self.files.beside(".restoring");
        for backup in self.all_newest_first() {
            if copy_whole(&backup, &copy)? {
                let file = self.files.file();
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
        !self.all_newest_first().is_empty()
    }

    /// Removes what a program that was killed left half written. The caller holds the lock.
    pub(crate) fn sweep(&self) {
        remove_with_companions(&self.files.beside(".restoring"));
        for path in files(&self.files.backups()) {
            if path.to_str().is_some_and(|path| path.contains(UNFINISHED)) {
                remove(&path);
            }
        }
    }

    fn make(&self, connection: &Connection, day: Date) -> Result<(), StoreError> {
        let folder = self.files.backups();
        let backup = folder.join(format!("{PREFIX}{}{ENDING}", day_name(day)));
        if backup.exists() {
            return Ok(());
        }
        create_private_folder(&folder).map_err(|error| StoreError::of_io(&folder, &error))?;
        let unfinished = folder.join(format!("{PREFIX}{}{UNFINISHED}", day_name(day)));
        let written = write_and_rename(&unfinished, &backup, || write_copy(connection, &unfinished));
        self.remove_oldest();
        written
    }

    fn remove_oldest(&self) {
        for backup in self.newest_first().into_iter().skip(KEPT) {
            remove(&backup);
        }
    }

    /// Those of days.
    fn newest_first(&self) -> Vec<PathBuf> {
        self.sorted(day_of)
    }

    /// Those of days, then those of earlier schemas: when a file is migrated, the next change makes one of the day.
    fn all_newest_first(&self) -> Vec<PathBuf> {
        let mut backups = self.newest_first();
        backups.extend(self.sorted(schema_of));
        backups
    }

    /// The backups that have a `key`, the greatest first.
    fn sorted<K: Ord>(&self, key: impl Fn(&Path) -> Option<K>) -> Vec<PathBuf> {
        let mut backups: Vec<(K, PathBuf)> = files(&self.files.backups())
            .into_iter()
            .filter_map(|path| Some((key(&path)?, path)))
            .collect();
        backups.sort_unstable_by(|a, b| b.cmp(a));
        backups.into_iter().map(|(_, path)| path).collect()
    }
}

/// What `write` leaves at `unfinished` gets its own name only when it is whole.
fn write_and_rename(
    unfinished: &Path,
    finished: &Path,
    write: impl FnOnce() -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let written = write().and_then(|()| {
        fs::rename(unfinished, finished)
            .and_then(|()| sync_to_disk(finished))
            .map_err(|error| StoreError::of_io(finished, &error))
    });
    if written.is_err() {
        remove_with_companions(unfinished);
    }
    written
}

/// Writes a copy of everything to `target`, in the form that the file has.
fn write_whole(connection: &Connection, target: &Path) -> Result<(), StoreError> {
    let name = empty_file_at(target)?;
    connection
        .execute("VACUUM INTO ?1", [name])
        .map_err(|error| StoreError::of_sqlite(target, &error))?;
    sync_to_disk(target).map_err(|error| StoreError::of_io(target, &error))
}

/// Writes a copy of the store to `target` without the inventory cache: that is most of the bytes, and a sync brings it
/// back. Notices belong to the file that they were made for.
fn write_copy(connection: &Connection, target: &Path) -> Result<(), StoreError> {
    let name = empty_file_at(target)?;
    schema::create(target)?;
    let copied = connection.execute("ATTACH ?1 AS backup", [name]).and_then(|_| {
        let copied = copy_tables(connection);
        connection.execute("DETACH backup", []).and(copied)
    });
    copied.map_err(|error| StoreError::of_sqlite(target, &error))?;
    sync_to_disk(target).map_err(|error| StoreError::of_io(target, &error))
}

/// An empty file that only this user may read, and its name as SQLite takes it.
fn empty_file_at(target: &Path) -> Result<&str, StoreError> {
    remove_with_companions(target);
    create_private_file(target).map_err(|error| StoreError::of_io(target, &error))?;
    target.to_str().ok_or_else(|| StoreError::Io {
        path: target.to_owned(),
        detail: "its name is not Unicode".into(),
    })
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
    let sql = "SELECT name FROM backup.sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) NOT IN ('cached_', 'sqlite_', 'notices')";
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

/// Finds out whether the copy can be worked with; one of an earlier schema is migrated for that.
fn examine(copy: &Path) -> Result<usize, StoreError> {
    damage::check_first_bytes(copy)?;
    let mut connection = Connection::open(copy).map_err(|error| StoreError::of_sqlite(copy, &error))?;
    damage::check(&connection, copy)?;
    schema::migrate(&mut connection, copy)?;
    damage::try_everything(&mut connection, copy)
}

fn day_of(path: &Path) -> Option<Date> {
    let form = format_description!("[year]-[month]-[day]");
    Date::parse(between(path, PREFIX)?, form).ok()
}

fn schema_of(path: &Path) -> Option<i64> {
    between(path, EARLIER_PREFIX)?.parse().ok()
}

/// What a backup's name says between `prefix` and the ending.
fn between<'a>(path: &'a Path, prefix: &str) -> Option<&'a str> {
    path.file_name()?
        .to_str()?
        .strip_prefix(prefix)?
        .strip_suffix(ENDING)
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
    for companion in [""].into_iter().chain(crate::files::COMPANIONS) {
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
