//! Opening the file: check it, set it aside if it is damaged, restore, migrate.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};
use time::OffsetDateTime;

use crate::{
    Store, StoreError, StoreNotice,
    backup::{Backups, CurrentTime},
    damage,
    files::{self, StoreFiles},
    notice, schema,
    store::BeforeChange,
    wal,
};

/// A save waits this long for another program's save, which takes milliseconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// An open store, and what the user must be told about its opening.
pub struct Opened {
    /// The store.
    pub store: Store,
    /// What happened, now and at earlier openings that nobody has seen ([`Store::forget_notices`]); empty on a normal day.
    pub notices: Vec<StoreNotice>,
}

impl Store {
    /// Opens the file at `path`, and makes it and its folder where they are missing. A damaged file is set aside,
    /// never deleted, and the newest backup that can be read takes its place; the notices say so.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`], [`StoreError::ReadOnly`], [`StoreError::DiskFull`], [`StoreError::Locked`],
    /// [`StoreError::Io`]; the file is then as it was.
    pub fn open(path: &Path) -> Result<Opened, StoreError> {
        open(path, system_clock())
    }

    /// A store that forgets everything at the end (demo, tests).
    ///
    /// # Errors
    /// [`StoreError::Database`] when SQLite has no memory.
    pub fn in_memory() -> Result<Self, StoreError> {
        let path = PathBuf::from(":memory:");
        let failed = |error: rusqlite::Error| StoreError::of_sqlite(&path, &error);
        let mut connection = Connection::open_in_memory().map_err(failed)?;
        configure(&connection).map_err(failed)?;
        schema::migrate(&mut connection, &path)?;
        Ok(Self::new(path, connection, None))
    }

    /// Where the store of this user is: `postern.db` in the folder that `POSTERN_DATA_DIR` names, else in the
    /// system's folder for the data of applications.
    ///
    /// # Errors
    /// [`StoreError::NoDataFolder`] when the system names none.
    pub fn default_path() -> Result<PathBuf, StoreError> {
        files::default_path()
    }
}

pub(crate) fn system_clock() -> CurrentTime {
    Arc::new(OffsetDateTime::now_utc)
}

pub(crate) fn open(path: &Path, clock: CurrentTime) -> Result<Opened, StoreError> {
    let files = StoreFiles::prepare(path)?;
    let lock = files.lock()?;
    let backups = Backups::new(files.clone(), clock.clone());
    backups.sweep();
    let mut notices = Vec::new();
    notices.extend(replace_missing(&files, &backups, &clock)?);
    notices.extend(keep_damaged_log(&files, &clock)?);
    let (mut connection, entries) = match open_file(&files, &backups) {
        Err(StoreError::Corrupt { detail, .. }) => {
            let kept = damage::set_aside(&files, clock())?;
            notices.push(StoreNotice::SetAside {
                kept,
                detail,
                restored: backups.restore()?,
            });
            open_file(&files, &backups)?
        }
        result => result?,
    };
    let file = files.file().to_owned();
    let mut notices = remember(&mut connection, notices);
    if entries > 0 {
        notices.push(StoreNotice::UnreadableEntries {
            path: file.clone(),
            entries,
        });
    }
    drop(lock);
    Ok(Opened {
        store: Store::new(file, connection, Some(backup_before_change(backups))),
        notices,
    })
}

fn backup_before_change(mut backups: Backups) -> BeforeChange {
    Box::new(move |connection| backups.make_if_due(connection))
}

/// Foreign keys hold, and a change is on the disk before its method returns.
pub(crate) fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "trusted_schema", "OFF")
}

/// A file that is gone, or empty, although there are backups of it was not the user's wish to start anew.
fn replace_missing(
    files: &StoreFiles,
    backups: &Backups,
    clock: &CurrentTime,
) -> Result<Option<StoreNotice>, StoreError> {
    if !files.is_empty() || !(backups.exist() || files.has_companions()) {
        return Ok(None);
    }
    // What SQLite left beside it would be deleted with the first write.
    let had_companions = files.has_companions();
    let kept = damage::set_aside(files, clock())?;
    Ok(match backups.restore()? {
        Some(restored) => Some(StoreNotice::WasMissing {
            path: files.file().to_owned(),
            restored,
        }),
        None => had_companions.then(|| StoreNotice::SetAside {
            kept,
            detail: "only the log of its last changes was there".into(),
            restored: None,
        }),
    })
}

/// SQLite goes on without what a damaged log holds, and empties it; a copy is kept and the user is told.
fn keep_damaged_log(files: &StoreFiles, clock: &CurrentTime) -> Result<Option<StoreNotice>, StoreError> {
    let log = files.beside("-wal");
    let look = || wal::damage(&log).map_err(|error| StoreError::of_io(&log, &error));
    // Another program may be writing it, and seen in the middle of that it looks damaged too.
    let Some(detail) = look()?.filter(|first| look().is_ok_and(|again| again.as_ref() == Some(first))) else {
        return Ok(None);
    };
    let kept = damage::copy_aside(files, clock())?;
    Ok(Some(StoreNotice::ChangesLost { kept, detail }))
}

/// All that was not seen yet. Where it cannot be kept for later, it is told now.
fn remember(connection: &mut Connection, notices: Vec<StoreNotice>) -> Vec<StoreNotice> {
    match notice::until_seen(connection, &notices) {
        Ok(mut unseen) => {
            unseen.extend(
                notices
                    .into_iter()
                    .filter(|new| !unseen.contains(new))
                    .collect::<Vec<_>>(),
            );
            unseen
        }
        Err(error) => {
            tracing::warn!(%error, "what the opening of the store has to tell cannot be kept");
            notices
        }
    }
}

/// The connection and how many entries in it are not understood.
fn open_file(files: &StoreFiles, backups: &Backups) -> Result<(Connection, usize), StoreError> {
    files.create_file()?;
    let path = files.file();
    let failed = |error: rusqlite::Error| StoreError::of_sqlite(path, &error);
    damage::check_first_bytes(path)?;
    let mut connection = connect(path).map_err(failed)?;
    damage::check(&connection, path)?;
    // Not every file system can do this; SQLite then keeps its rollback journal, which is as safe.
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .map_err(failed)?;
    configure(&connection).map_err(failed)?;
    if let Some(version) = schema::earlier_version(&connection).map_err(failed)? {
        backups.keep_earlier(&connection, version)?;
    }
    schema::migrate(&mut connection, path)?;
    let entries = damage::try_everything(&mut connection, path)?;
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)
        .map_err(failed)?;
    Ok((connection, entries))
}

/// Until the file is known to be whole, closing it must write nothing into it.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
}
