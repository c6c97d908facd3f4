//! Finding out that a file is damaged, and putting it out of the way without losing a byte of it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rusqlite::Connection;
use time::{OffsetDateTime, macros::format_description};

use crate::{
    StoreError, connections, groups, history, pairs,
    place::{COMPANIONS, Place},
    schema, settings,
};

/// Reads what is there, so that damage shows now and not in the middle of somebody's work. Writes nothing.
///
/// # Errors
/// [`StoreError::Corrupt`] for a damaged file, [`StoreError::NewerSchema`] for one of a later version, and the errors
/// of reading.
pub(crate) fn check(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| StoreError::of_sqlite(path, &error);
    let corrupt = |detail: String| StoreError::Corrupt {
        path: path.to_owned(),
        detail,
    };
    let version = schema::version(connection).map_err(failed)?;
    let by_migration = schema::version_by_migration(connection);
    if version > schema::LATEST && by_migration.is_none_or(|own| own == version) {
        return Err(StoreError::NewerSchema {
            path: path.to_owned(),
            found: version,
            known: schema::LATEST,
        });
    }
    let is_new = version == 0 && !schema::has_tables(connection).map_err(failed)?;
    if !is_new && by_migration != Some(version) {
        return Err(corrupt(format!(
            "its header names form {version}, its tables are of another"
        )));
    }
    let complaint = quick_check(connection).map_err(failed)?;
    complaint.map_or(Ok(()), |complaint| Err(corrupt(complaint)))
}

/// Reads all of the user's entries once and counts those that are not understood.
///
/// # Errors
/// [`StoreError::Corrupt`] when a table cannot be read at all, and the errors of reading.
pub(crate) fn count_unreadable(connection: &Connection, path: &Path) -> Result<usize, StoreError> {
    let count = || -> rusqlite::Result<usize> {
        settings::read(connection)?;
        Ok(pairs::read(connection)?.unreadable
            + groups::read(connection)?.unreadable
            + connections::read(connection)?.unreadable
            + history::read(connection)?.unreadable)
    };
    count().map_err(|error| match StoreError::of_sqlite(path, &error) {
        // The statements are right for this schema, so a refusal means that a table is not what it should be.
        StoreError::Database { path, detail } => StoreError::Corrupt { path, detail },
        other => other,
    })
}

/// Renames the file and what SQLite keeps beside it to `….corrupt-<time>`. Returns the file's new path.
pub(crate) fn set_aside(place: &Place, now: OffsetDateTime) -> Result<PathBuf, StoreError> {
    let suffix = free_suffix(place, now);
    for companion in [""].into_iter().chain(COMPANIONS) {
        let from = place.beside(companion);
        let to = place.beside(&format!("{suffix}{companion}"));
        match fs::rename(&from, to) {
            Ok(()) => tracing::warn!(path = %from.display(), "set a damaged file aside"),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::of_io(&from, &error)),
        }
    }
    Ok(place.beside(&suffix))
}

/// The first complaint of SQLite's own check, if any. (It writes several lines; the first says enough.)
fn quick_check(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    Ok((verdict != "ok").then_some(verdict))
}

fn free_suffix(place: &Place, now: OffsetDateTime) -> String {
    let form = format_description!("[year][month][day]T[hour][minute][second]Z");
    let time = now
        .format(form)
        .unwrap_or_else(|_| now.unix_timestamp().to_string());
    let suffix = format!(".corrupt-{time}");
    let later = (2..).map(|number| format!("{suffix}-{number}"));
    let is_free = |suffix: &String| {
        [""].into_iter()
            .chain(COMPANIONS)
            .all(|companion| !place.beside(&format!("{suffix}{companion}")).exists())
    };
    [suffix.clone()]
        .into_iter()
        .chain(later)
        .find(is_free)
        .unwrap_or(suffix)
}
