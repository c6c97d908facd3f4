//! Opening the file: check it, set it aside if it is damaged, restore, migrate.

use std::{path::Path, sync::Arc, time::Duration};

use rusqlite::{Connection, OpenFlags, config::DbConfig};
use time::OffsetDateTime;

use crate::{
    Store, StoreError, StoreNotice,
    backup::{Backups, Clock},
    damage, notice,
    place::Place,
    schema, wal,
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
    notices.extend(keep_damaged_log(&place, &clock)?);
    let (mut connection, entries) = match open_file(&place, &backups) {
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
    let mut notices = remember(&mut connection, notices);
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
    let had_companions = place.has_companions();
    let kept = damage::set_aside(place, clock())?;
    Ok(match backups.restore()? {
        Some(restored) => Some(StoreNotice::WasMissing {
            path: place.file().to_owned(),
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
fn keep_damaged_log(place: &Place, clock: &Clock) -> Result<Option<StoreNotice>, StoreError> {
    let log = place.beside("-wal");
    let look = || wal::damage(&log).map_err(|error| StoreError::of_io(&log, &error));
    // Another program may be writing it, and seen in the middle of that it looks damaged too.
    let Some(detail) = look()?.filter(|first| look().is_ok_and(|again| again.as_ref() == Some(first))) else {
        return Ok(None);
    };
    let kept = damage::copy_aside(place, clock())?;
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
