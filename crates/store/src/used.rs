//! What was connected to, and how often.

use postern_model::{Used, UsedGoal};
use rusqlite::{Connection, Row};
use serde_json::json;
use time::OffsetDateTime;

use crate::{
    Store, StoreError,
    rows::{Rows, UnreadableRow, json_of, read_rows},
};

/// Enough for "recent" and for what is frequent; the oldest go.
const KEPT: u32 = 200;

impl Store {
    /// What was connected to, most recent first.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn used(&self) -> Result<Vec<Used>, StoreError> {
        self.read(|connection| Ok(read(connection)?.good))
    }

    /// Notes that something was connected to. Returns all that is kept, most recent first.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    pub fn note_used(&self, goal: &UsedGoal) -> Result<Vec<Used>, StoreError> {
        let goal = json!(goal).to_string();
        let now = OffsetDateTime::now_utc().unix_timestamp().saturating_mul(1_000);
        self.write(|transaction| {
            // A new number puts it in front; the clock of a computer may go back.
            let sql = "INSERT OR REPLACE INTO used (goal, times, last_at_ms)
                       VALUES (?1, 1 + coalesce((SELECT min(times, 1000000) FROM used WHERE goal = ?1), 0), ?2)";
            transaction.execute(sql, (&goal, now))?;
            let sql = "DELETE FROM used WHERE id NOT IN (SELECT id FROM used ORDER BY id DESC LIMIT ?1)";
            transaction.execute(sql, [KEPT])?;
            Ok(read(transaction)?.good)
        })
    }

    /// Forgets all that was connected to, and the histories of the connect dialog.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    pub fn forget_used(&self) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute_batch("DELETE FROM used; DELETE FROM history;")?;
            Ok(())
        })
    }
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Rows<Used>> {
    read_rows(connection, "SELECT * FROM used ORDER BY id DESC", [], read_row)
}

fn read_row(row: &Row<'_>) -> Result<Used, UnreadableRow> {
    Ok(Used {
        goal: json_of(row, "goal")?,
        times: row.get("times")?,
        last_at_ms: row.get("last_at_ms")?,
    })
}
