//! Team files: where they are, and what they held.

use std::path::{Path, PathBuf};

use postern_model::{InvalidDraft, LastGood, TeamFile, TeamFileId};
use rusqlite::{Connection, Row, Transaction};

use crate::{
    Store, StoreError,
    error::ChangeFailed,
    rows::{Rows, UnreadableRow, read_rows},
};

impl Store {
    /// The team files in the order in which they were added.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn team_files(&self) -> Result<Vec<TeamFile>, StoreError> {
        self.read(|connection| Ok(read(connection)?.good))
    }

    /// Adds a team file; one that is there is left as it is.
    ///
    /// # Errors
    /// [`InvalidDraft::PathNotText`] for a path that is no Unicode, and any of writing.
    pub fn add_team_file(&self, path: &Path) -> Result<TeamFile, StoreError> {
        let text = path.to_str().ok_or(InvalidDraft::PathNotText)?;
        self.write(|transaction| {
            let sql = "INSERT INTO team_files (path) VALUES (?1) ON CONFLICT (path) DO NOTHING";
            transaction.execute(sql, [text])?;
            let sql = "SELECT id FROM team_files WHERE path = ?1";
            let id = transaction.query_row(sql, [text], |row| row.get(0))?;
            team_file(transaction, TeamFileId(id))
        })
    }

    /// Keeps what a team file holds.
    ///
    /// # Errors
    /// [`InvalidDraft::UnknownTeamFile`], and any of writing.
    pub fn keep_team_file(&self, id: TeamFileId, good: &LastGood) -> Result<TeamFile, StoreError> {
        self.write(|transaction| {
            let sql = "UPDATE team_files SET last_good = ?2, last_good_at_ms = ?3 WHERE id = ?1";
            transaction.execute(sql, (id.0, &good.text, good.at_ms))?;
            team_file(transaction, id)
        })
    }

    /// Remembers whether the tree shows a team file folded.
    ///
    /// # Errors
    /// [`InvalidDraft::UnknownTeamFile`], and any of writing.
    pub fn set_team_file_collapsed(&self, id: TeamFileId, collapsed: bool) -> Result<TeamFile, StoreError> {
        self.write(|transaction| {
            let sql = "UPDATE team_files SET collapsed = ?2 WHERE id = ?1";
            transaction.execute(sql, (id.0, collapsed))?;
            team_file(transaction, id)
        })
    }

    /// Forgets a team file; the file itself is not touched.
    ///
    /// # Errors
    /// [`InvalidDraft::UnknownTeamFile`], and any of writing.
    pub fn remove_team_file(&self, id: TeamFileId) -> Result<(), StoreError> {
        self.write(|transaction| {
            if transaction.execute("DELETE FROM team_files WHERE id = ?1", [id.0])? == 0 {
                return Err(InvalidDraft::UnknownTeamFile.into());
            }
            Ok(())
        })
    }
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Rows<TeamFile>> {
    read_rows(connection, "SELECT * FROM team_files ORDER BY id", [], read_row)
}

fn team_file(transaction: &Transaction<'_>, id: TeamFileId) -> Result<TeamFile, ChangeFailed> {
    let found = read(transaction)?.good.into_iter().find(|file| file.id == id);
    found.ok_or_else(|| InvalidDraft::UnknownTeamFile.into())
}

fn read_row(row: &Row<'_>) -> Result<TeamFile, UnreadableRow> {
    let (path, text, at_ms): (String, Option<String>, Option<i64>) = (
        row.get("path")?,
        row.get("last_good")?,
        row.get("last_good_at_ms")?,
    );
    Ok(TeamFile {
        id: TeamFileId(row.get("id")?),
        path: PathBuf::from(path),
        collapsed: row.get("collapsed")?,
        last_good: text.zip(at_ms).map(|(text, at_ms)| LastGood { text, at_ms }),
    })
}
