//! Smart groups.

use postern_model::{InvalidDraft, SmartGroup, SmartGroupDraft, SmartGroupId, display_text};
use rusqlite::{Connection, Row, Transaction};

use crate::{
    SavedBefore, Store, StoreError,
    error::ChangeFailed,
    groups::checked_name,
    rows::{Rows, UnreadableRow, read_rows},
    saved_order::arranged,
};

impl Store {
    /// The smart groups by name.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn smart_groups(&self) -> Result<Vec<SmartGroup>, StoreError> {
        self.read(|connection| Ok(read(connection)?.good))
    }

    /// Adds a smart group (without `id`) or changes one. Name and query are trimmed.
    ///
    /// # Errors
    /// [`InvalidDraft::EmptyName`], [`InvalidDraft::EmptyQuery`], [`InvalidDraft::UnknownSmartGroup`], and any of writing.
    pub fn save_smart_group(
        &self,
        id: Option<SmartGroupId>,
        draft: &SmartGroupDraft,
    ) -> Result<SmartGroup, StoreError> {
        let (name, query) = (checked_name(&draft.name)?, draft.query.trim());
        if display_text(query).is_empty() {
            return Err(InvalidDraft::EmptyQuery.into());
        }
        self.write(|transaction| {
            let Some(SmartGroupId(id)) = id else {
                let sql = "INSERT INTO smart_groups (name, query) VALUES (?1, ?2)";
                transaction.execute(sql, (&name, query))?;
                return smart_group(transaction, SmartGroupId(transaction.last_insert_rowid()));
            };
            let sql = "UPDATE smart_groups SET name = ?2, query = ?3 WHERE id = ?1";
            transaction.execute(sql, (id, &name, query))?;
            smart_group(transaction, SmartGroupId(id))
        })
    }

    /// Remembers whether the tree shows a smart group folded.
    ///
    /// # Errors
    /// [`InvalidDraft::UnknownSmartGroup`], and any of writing.
    pub fn set_smart_group_collapsed(
        &self,
        id: SmartGroupId,
        collapsed: bool,
    ) -> Result<SmartGroup, StoreError> {
        self.write(|transaction| {
            let sql = "UPDATE smart_groups SET collapsed = ?2 WHERE id = ?1";
            transaction.execute(sql, (id.0, collapsed))?;
            smart_group(transaction, id)
        })
    }

    /// Deletes a smart group. Returns how it was.
    ///
    /// # Errors
    /// [`InvalidDraft::UnknownSmartGroup`], and any of writing.
    pub fn delete_smart_group(&self, id: SmartGroupId) -> Result<SavedBefore, StoreError> {
        self.write(|transaction| {
            let mut before = SavedBefore::default();
            before.note_smart_group(transaction, id.0)?;
            if transaction.execute("DELETE FROM smart_groups WHERE id = ?1", [id.0])? == 0 {
                return Err(InvalidDraft::UnknownSmartGroup.into());
            }
            Ok(before)
        })
    }
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Rows<SmartGroup>> {
    let mut rows = read_rows(connection, "SELECT * FROM smart_groups ORDER BY id", [], read_row)?;
    arranged(&mut rows.good, |group| (None, &group.draft.name));
    Ok(rows)
}

fn smart_group(transaction: &Transaction<'_>, id: SmartGroupId) -> Result<SmartGroup, ChangeFailed> {
    let found = read(transaction)?.good.into_iter().find(|group| group.id == id);
    found.ok_or_else(|| InvalidDraft::UnknownSmartGroup.into())
}

fn read_row(row: &Row<'_>) -> Result<SmartGroup, UnreadableRow> {
    Ok(SmartGroup {
        id: SmartGroupId(row.get("id")?),
        draft: SmartGroupDraft {
            name: row.get("name")?,
            query: row.get("query")?,
        },
        collapsed: row.get("collapsed")?,
    })
}
