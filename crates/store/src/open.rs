//! Opening the file: check it, set it aside if it is damaged, restore, migrate.

use std::{path::Path, sync::Arc, time::Duration};

use rusqlite::{Connection, OpenFlags, config::DbConfig};
use time::OffsetDateTime;

use crate::{
    Store, StoreError, StoreNotice,
    backup::{Backups, Clock},
    damage,
    place::Place,
    schema,
};

/// A save waits this long for another program's save, which takes milliseconds.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// An open store, and what the user must be told about its opening.
pub struct Opened {
    /// The store.
    pub store: Store,
    /// What happened; empty on a normal day.
    pub notices: Vec<StoreNotice>,
}

pub(crate) fn system_clock() -> Clock {
    Arc::new(OffsetDateTime::now_utc)
}

pub(crate) fn open(path: &Path, clock: Clock) -> Result<Opened, StoreError> {
    let place = Place::prepare(path)?;
    let lock = place.lock()?;
    let backups = Backups::new(place.clone(), clock.clone());
    backups.sweep();
    let mut notices = Vec::new();
    notices.extend(replace_missing(&place, &backups, &clock)?);
    let (connection, entries) = match open_file(&place, &backups) {
        Err(StoreError::Corrupt { detail, .. }) => {
            let kept = damage::set_aside(&place, clock())?;
            notices.push(StoreNotice::SetAside {
                kept,
                detail,
                restored: backups.restore()?,
            });
            open_file(&place, &backups)?
        }
        result => result?,
    };
    let file = place.file().to_owned();
    if entries > 0 {
        notices.push(StoreNotice::UnreadableEntries {
            path: file.clone(),
            entries,
        });
    }
    drop(lock);
    Ok(Opened {
        store: Store::new(file, connection, Some(backups)),
        notices,
    })
}

/// Foreign keys hold, and a change is on the disk before its method returns.
pub(crate) fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "trusted_schema", "OFF")
}

/// A file that is gone, or empty, although there are backups of it was not the user's wish to start anew.
fn replace_missing(
    place: &Place,
    backups: &Backups,
    clock: &Clock,
) -> Result<Option<StoreNotice>, StoreError> {
    if !place.is_empty() || !(backups.exist() || place.has_companions()) {
        return Ok(None);
    }
    // What SQLite left beside it would be deleted with the first write.
    damage::set_aside(place, clock())?;
    let restored = backups.restore()?;
    Ok(restored.map(|restored| StoreNotice::WasMissing {
        path: place.file().to_owned(),
        restored,
    }))
}

/// The connection and how many entries in it are not understood.
fn open_file(place: &Place, backups: &Backups) -> Result<(Connection, usize), StoreError> {
    place.create_file()?;
    let path = place.file();
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
