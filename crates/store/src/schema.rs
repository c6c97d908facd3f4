//! The tables, step by step: each version of the schema is one migration, and `user_version` counts them.

use std::path::Path;

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::StoreError;

/// Each migration also writes its number to `meta` under `schema`, in the same transaction as SQLite's own
/// `user_version`: where the two differ, the header of the file is damaged. A file of an earlier step is kept whole among
/// the backups before it is migrated.
const STEPS: [M<'static>; 9] = [
    M::up(include_str!("schema/0001_first.sql")),
    M::up(include_str!("schema/0002_encryption_and_parameters.sql")),
    M::up(include_str!("schema/0003_times_and_notices.sql")),
    M::up(include_str!("schema/0004_own_profiles.sql")),
    M::up(include_str!("schema/0005_pair_endpoints.sql")),
    M::up(include_str!("schema/0006_forwards.sql")),
    M::up(include_str!("schema/0007_forward_destinations.sql")),
    M::up(include_str!("schema/0008_saved_in_depth.sql")),
    M::up(include_str!("schema/0009_team_files.sql")),
];

/// The schema that this program reads and writes.
pub(crate) const LATEST: i64 = 9;

/// Brings the tables of the file at `path` to [`LATEST`], in one transaction.
pub(crate) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    migrations().to_latest(connection).map_err(|error| {
        if let rusqlite_migration::Error::RusqliteError { err, .. } = &error {
            return StoreError::of_sqlite(path, err);
        }
        StoreError::Database {
            path: path.to_owned(),
            detail: error.to_string(),
        }
    })
}

/// Makes the tables in the empty file at `path`.
pub(crate) fn create(path: &Path) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| StoreError::of_sqlite(path, &error);
    let mut connection = Connection::open(path).map_err(failed)?;
    migrate(&mut connection, path)?;
    connection.close().map_err(|(_, error)| failed(error))
}

/// The schema of the file, 0 for a new one.
pub(crate) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// The schema by the last migration's own word, if it can be read.
pub(crate) fn version_by_migration(connection: &Connection) -> Option<i64> {
    let sql = "SELECT value FROM meta WHERE key = 'schema'";
    let text: String = connection.query_row(sql, [], |row| row.get(0)).ok()?;
    text.parse().ok()
}

/// The file's schema where it is an earlier one than [`LATEST`]; none for a new file.
pub(crate) fn earlier_version(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    Ok(Some(version(connection)?).filter(|version| (1..LATEST).contains(version)))
}

/// Whether there is any table.
pub(crate) fn has_tables(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| {
        row.get(0)
    })
}

fn migrations() -> Migrations<'static> {
    Migrations::from_slice(const { &STEPS })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_migrations_are_valid_sql() {
        migrations().validate().unwrap();
    }

    #[test]
    fn both_counts_of_the_schema_agree() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, Path::new("")).unwrap();
        assert_eq!(version(&connection).unwrap(), LATEST);
        assert_eq!(version_by_migration(&connection), Some(LATEST));
    }

    #[test]
    fn no_column_is_meant_for_a_secret() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate(&mut connection, Path::new("")).unwrap();
        let sql = "SELECT group_concat(m.name || '.' || c.name, ' ') FROM sqlite_schema m, pragma_table_info(m.name) c";
        let columns: String = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        assert!(columns.contains("connections.target"), "{columns}");
        for word in [
            "token",
            "secret",
            "password",
            "passphrase",
            "credential",
            "access_key",
            "mfa",
            "stream",
        ] {
            assert!(!columns.contains(word), "{word} in {columns}");
        }
    }
}
