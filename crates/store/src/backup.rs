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
        if self.tried_on.replace(today) == Some(today) {
            return;
        }
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
        let Some(_lock) = self.place.try_lock()? else {
            return Ok(()); // Another program is at it.
        };
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

/// Writes a copy of the whole store to `target` and takes the inventory cache out of it: that is most of the bytes,
/// and a sync brings it back.
fn write_copy(connection: &Connection, target: &Path) -> Result<(), StoreError> {
    remove_with_companions(target);
    create_private_file(target).map_err(|error| StoreError::of_io(target, &error))?;
    let failed = |error: rusqlite::Error| StoreError::of_sqlite(target, &error);
    let Some(name) = target.to_str() else {
        return Err(StoreError::Io {
            path: target.to_owned(),
            detail: "its name is not Unicode".into(),
        });
    };
    connection.execute("VACUUM INTO ?1", [name]).map_err(failed)?;
    let copy = Connection::open(target).map_err(failed)?;
    copy.pragma_update(None, "journal_mode", "DELETE")
        .map_err(failed)?;
    copy.execute_batch("DELETE FROM cached_nodes; DELETE FROM cached_pairs; VACUUM;")
        .map_err(failed)?;
    copy.close().map_err(|(_, error)| failed(error))?;
    sync_to_disk(target).map_err(|error| StoreError::of_io(target, &error))
}

/// Copies `backup` to `copy` and says whether the copy is whole.
fn copy_whole(backup: &Path, copy: &Path) -> Result<bool, StoreError> {
    remove_with_companions(copy);
    let failed = |error: std::io::Error| StoreError::of_io(copy, &error);
    create_private_file(copy).map_err(failed)?;
    fs::copy(backup, copy).map_err(failed)?;
    let whole = Connection::open(copy)
        .map_err(|error| StoreError::of_sqlite(copy, &error))
        .and_then(|connection| {
            damage::check(&connection, copy)?;
            damage::count_unreadable(&connection, copy)
        })
        .is_ok();
    if !whole {
        remove_with_companions(copy);
    }
    Ok(whole)
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
