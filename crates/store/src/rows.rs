//! Reading rows of which some may not be what this program understands.

use std::error::Error;

use rusqlite::{Connection, Params, Row};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::json;

/// Why one row cannot be understood: a wrong type, a name that breaks its rule, broken JSON.
pub(crate) type UnreadableRow = Box<dyn Error + Send + Sync>;

/// What a query gave.
pub(crate) struct Rows<T> {
    /// The rows that were understood.
    pub(crate) good: Vec<T>,
    /// How many were not; they stay in the file untouched.
    pub(crate) unreadable: usize,
}

/// Reads all rows of `sql`; one that `read` does not understand hides no other.
pub(crate) fn read_rows<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    read: fn(&Row<'_>) -> Result<T, UnreadableRow>,
) -> rusqlite::Result<Rows<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut found = statement.query(parameters)?;
    let mut rows = Rows {
        good: Vec::new(),
        unreadable: 0,
    };
    while let Some(row) = found.next()? {
        match read(row) {
            Ok(value) => rows.good.push(value),
            Err(error) => {
                tracing::warn!(%error, "a saved entry cannot be understood and is left out");
                rows.unreadable += 1;
            }
        }
    }
    Ok(rows)
}

/// Reads an optional text column and makes a name of it.
pub(crate) fn optional_name<T>(row: &Row<'_>, column: &str) -> Result<Option<T>, UnreadableRow>
where
    T: TryFrom<String>,
    T::Error: Error + Send + Sync + 'static,
{
    let text: Option<String> = row.get(column)?;
    Ok(text.map(T::try_from).transpose()?)
}

/// Reads a text column and makes a name of it.
pub(crate) fn name<T>(row: &Row<'_>, column: &str) -> Result<T, UnreadableRow>
where
    T: TryFrom<String>,
    T::Error: Error + Send + Sync + 'static,
{
    let text: String = row.get(column)?;
    Ok(T::try_from(text)?)
}

/// Reads an optional column of JSON.
pub(crate) fn optional_json<T: DeserializeOwned>(
    row: &Row<'_>,
    column: &str,
) -> Result<Option<T>, UnreadableRow> {
    let text: Option<String> = row.get(column)?;
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// Reads a column of JSON.
pub(crate) fn json_of<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T, UnreadableRow> {
    let text: String = row.get(column)?;
    Ok(serde_json::from_str(&text)?)
}

/// What [`optional_json`] reads.
pub(crate) fn as_json<T: Serialize>(value: Option<&T>) -> Option<String> {
    value.map(|value| json!(value).to_string())
}
