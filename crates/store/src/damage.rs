//! Finding out that a file is damaged, and putting it out of the way without losing a byte of it.

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, MAIN_DB, TransactionBehavior};
use time::{OffsetDateTime, macros::format_description};

use crate::{
    StoreError, connections,
    files::{COMPANIONS, StoreFiles},
    forwards, groups, history, local_tags, own_profiles, pairs, schema, settings, smart_groups, team_files,
    used,
};

/// The smallest page of SQLite: no database is shorter.
const SHORTEST_FILE: u64 = 512;
const FIRST_BYTES: &[u8; 16] = b"SQLite format 3\0";

/// One change of every kind, as the rest of this crate makes them.
const TRIAL: &str = include_str!("schema/trial.sql");

/// Looks at the first bytes, because SQLite takes a very short file for an empty one and would write over it.
///
/// # Errors
/// [`StoreError::Corrupt`] when this cannot be a database, and the errors of reading.
pub(crate) fn check_first_bytes(path: &Path) -> Result<(), StoreError> {
    let failed = |error: std::io::Error| StoreError::of_io(path, &error);
    let mut file = File::open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    if length == 0 {
        return Ok(()); // A new file.
    }
    let mut first = [0; FIRST_BYTES.len()];
    if length < SHORTEST_FILE || file.read_exact(&mut first).is_err() || &first != FIRST_BYTES {
        return Err(StoreError::Corrupt {
            path: path.to_owned(),
            detail: "it is no SQLite database".into(),
        });
    }
    Ok(())
}

/// Reads what is there, so that damage shows now and not in the middle of somebody's work. Writes nothing.
///
/// # Errors
/// [`StoreError::Corrupt`] for a damaged file, [`StoreError::NewerSchema`] for one of a later version, and the errors
/// of reading.
pub(crate) fn check(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| StoreError::of_sqlite(path, &error);
    let corrupt = |detail: String| {
        Err(StoreError::Corrupt {
            path: path.to_owned(),
            detail,
        })
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
        return corrupt(format!(
            "its header names form {version}, its tables are of another"
        ));
    }
    // The file itself can be written, otherwise it would not have been opened.
    if connection.is_readonly(MAIN_DB).map_err(failed)? {
        return corrupt("its header asks for a later version of SQLite".into());
    }
    quick_check(connection).map_err(failed)?.map_or(Ok(()), corrupt)
}

/// Reads all of the user's entries once, counts those that are not understood, and tries one change of every kind,
/// which is taken back: damage to the text of a table's definition shows only then.
///
/// # Errors
/// [`StoreError::Corrupt`] when a table is not what it should be, and the errors of reading.
pub(crate) fn try_everything(connection: &mut Connection, path: &Path) -> Result<usize, StoreError> {
    let mut trial = || -> rusqlite::Result<Result<usize, String>> {
        if let Some(complaint) = check_indexes(connection)? {
            return Ok(Err(complaint));
        }
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        settings::read(&transaction)?;
        let unreadable = pairs::read(&transaction)?.unreadable
            + groups::read(&transaction)?.unreadable
            + connections::read(&transaction)?.unreadable
            + smart_groups::read(&transaction)?.unreadable
            + team_files::read(&transaction)?.unreadable
            + used::read(&transaction)?.unreadable
            + local_tags::read(&transaction)?.unreadable
            + forwards::read(&transaction)?.unreadable
            + history::read(&transaction)?.unreadable
            + own_profiles::read(&transaction)?.unreadable
            + own_profiles::read_sessions(&transaction)?.unreadable;
        transaction.execute_batch(TRIAL)?;
        transaction.rollback()?;
        Ok(Ok(unreadable))
    };
    let corrupt = |detail: String| StoreError::Corrupt {
        path: path.to_owned(),
        detail,
    };
    match trial().map_err(|error| StoreError::of_sqlite(path, &error)) {
        Ok(result) => result.map_err(corrupt),
        // The statements are right for this schema, so a refusal means that a table is not what it should be.
        Err(StoreError::Database { detail, .. }) => Err(corrupt(detail)),
        Err(error) => Err(error),
    }
}

/// Renames the file and what SQLite keeps beside it to `….corrupt-<time>`. Returns the file's new path.
pub(crate) fn set_aside(files: &StoreFiles, now: OffsetDateTime) -> Result<PathBuf, StoreError> {
    keep_as_corrupt(files, now, |from, to| fs::rename(from, to))
}

/// Copies the same, where SQLite goes on with what is whole of it.
pub(crate) fn copy_aside(files: &StoreFiles, now: OffsetDateTime) -> Result<PathBuf, StoreError> {
    keep_as_corrupt(files, now, |from, to| fs::copy(from, to).map(drop))
}

fn keep_as_corrupt(
    files: &StoreFiles,
    now: OffsetDateTime,
    keep: impl Fn(&Path, &Path) -> std::io::Result<()>,
) -> Result<PathBuf, StoreError> {
    let suffix = free_suffix(files, now);
    for companion in [""].into_iter().chain(COMPANIONS) {
        let from = files.beside(companion);
        let to = files.beside(&format!("{suffix}{companion}"));
        match keep(&from, &to) {
            Ok(()) => tracing::warn!(path = %from.display(), "set a damaged file aside"),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::of_io(&from, &error)),
        }
    }
    Ok(files.beside(&suffix))
}

/// The first complaint of SQLite's own check, if any. (It writes several lines; the first says enough.)
fn quick_check(connection: &Connection) -> rusqlite::Result<Option<String>> {
    complaint(connection, "PRAGMA quick_check(1)")
}

/// Whether the indexes of the user's tables agree with their rows; those of the cache, which is large, do not matter.
fn check_indexes(connection: &Connection) -> rusqlite::Result<Option<String>> {
    for table in [
        "meta",
        "settings",
        "pairs",
        "groups",
        "connections",
        "smart_groups",
        "team_files",
        "used",
        "local_tags",
        "forwards",
        "history",
        "notices",
        "own_profiles",
        "own_sessions",
    ] {
        if let Some(complaint) = complaint(connection, &format!("PRAGMA integrity_check({table})"))? {
            return Ok(Some(complaint));
        }
    }
    Ok(None)
}

fn complaint(connection: &Connection, pragma: &str) -> rusqlite::Result<Option<String>> {
    let verdict: String = connection.query_row(pragma, [], |row| row.get(0))?;
    Ok((verdict != "ok").then_some(verdict))
}

fn free_suffix(files: &StoreFiles, now: OffsetDateTime) -> String {
    let form = format_description!("[year][month][day]T[hour][minute][second]Z");
    let time = now
        .format(form)
        .unwrap_or_else(|_| now.unix_timestamp().to_string());
    let suffix = format!(".corrupt-{time}");
    let later = (2..).map(|number| format!("{suffix}-{number}"));
    let is_free = |suffix: &String| {
        [""].into_iter()
            .chain(COMPANIONS)
            .all(|companion| !files.beside(&format!("{suffix}{companion}")).exists())
    };
    [suffix.clone()]
        .into_iter()
        .chain(later)
        .find(is_free)
        .unwrap_or(suffix)
}
