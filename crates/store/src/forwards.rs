//! Saved forwards.

use postern_model::{ForwardDraft, InvalidDraft, SavedForward, SavedForwardId, display_text};
use rusqlite::{Connection, Row, Transaction, named_params};
use serde_json::json;

use crate::{
    Store, StoreError,
    error::ChangeFailed,
    groups::checked_name,
    rows::{Rows, UnreadableRow, read_rows},
};

impl Store {
    /// The saved forwards by name, compared without case.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn forwards(&self) -> Result<Vec<SavedForward>, StoreError> {
        self.read(|connection| Ok(read(connection)?.good))
    }

    /// Adds a forward (without `id`) or changes one. Its name and its group are trimmed; a group of the same name but for
    /// case is taken over as it is written there, so that no two groups look alike.
    ///
    /// # Errors
    /// [`InvalidDraft::EmptyName`], [`InvalidDraft::UnknownForward`], and any of writing.
    pub fn save_forward(
        &self,
        id: Option<SavedForwardId>,
        draft: &ForwardDraft,
    ) -> Result<SavedForward, StoreError> {
        checked_name(&draft.name)?;
        self.write(|transaction| save(transaction, id, draft))
    }

    /// Adds forwards, all of them or none; in their order.
    ///
    /// # Errors
    /// [`InvalidDraft::EmptyName`], and any of writing.
    pub fn add_forwards(&self, drafts: &[ForwardDraft]) -> Result<Vec<SavedForward>, StoreError> {
        for draft in drafts {
            checked_name(&draft.name)?;
        }
        self.write(|transaction| {
            drafts
                .iter()
                .map(|draft| save(transaction, None, draft))
                .collect()
        })
    }

    /// Deletes a forward.
    ///
    /// # Errors
    /// [`InvalidDraft::UnknownForward`], and any of writing.
    pub fn delete_forward(&self, id: SavedForwardId) -> Result<(), StoreError> {
        self.write(|transaction| {
            if transaction.execute("DELETE FROM forwards WHERE id = ?1", [id.0])? == 0 {
                return Err(InvalidDraft::UnknownForward.into());
            }
            Ok(())
        })
    }
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Rows<SavedForward>> {
    let mut rows = read_rows(connection, "SELECT * FROM forwards ORDER BY id", [], read_row)?;
    rows.good
        .sort_by_cached_key(|saved| saved.draft.name.to_lowercase());
    Ok(rows)
}

fn save(
    transaction: &Transaction<'_>,
    id: Option<SavedForwardId>,
    draft: &ForwardDraft,
) -> Result<SavedForward, ChangeFailed> {
    let draft = ForwardDraft {
        name: checked_name(&draft.name)?,
        group: group_as_written(transaction, id, &draft.group)?,
        ..draft.clone()
    };
    let id = match id {
        None => insert(transaction, &draft)?,
        Some(id) => update(transaction, id, &draft)?,
    };
    Ok(SavedForward { id, draft })
}

/// A group of invisible characters is none.
fn group_as_written(
    transaction: &Transaction<'_>,
    own: Option<SavedForwardId>,
    group: &str,
) -> Result<String, ChangeFailed> {
    if display_text(group).is_empty() {
        return Ok(String::new());
    }
    let (group, others) = (group.trim(), read(transaction)?.good);
    let same = others
        .into_iter()
        .filter(|other| Some(other.id) != own)
        .find(|other| other.draft.group.to_lowercase() == group.to_lowercase());
    Ok(same.map_or_else(|| group.to_owned(), |other| other.draft.group))
}

fn insert(transaction: &Transaction<'_>, draft: &ForwardDraft) -> Result<SavedForwardId, ChangeFailed> {
    let sql = "INSERT INTO forwards (id, name, group_name, via, local_port, bind_address, destination, starts_with_postern,
                   is_web)
               VALUES (:id, :name, :group_name, :via, :local_port, :bind_address, :destination, :starts_with_postern,
                   :is_web)";
    execute(transaction, sql, None, draft)?;
    Ok(SavedForwardId(transaction.last_insert_rowid()))
}

fn update(
    transaction: &Transaction<'_>,
    id: SavedForwardId,
    draft: &ForwardDraft,
) -> Result<SavedForwardId, ChangeFailed> {
    let sql = "UPDATE forwards SET name = :name, group_name = :group_name, via = :via, local_port = :local_port,
               bind_address = :bind_address, destination = :destination, starts_with_postern = :starts_with_postern,
               is_web = :is_web WHERE id = :id";
    match execute(transaction, sql, Some(id), draft)? {
        0 => Err(InvalidDraft::UnknownForward.into()),
        _ => Ok(id),
    }
}

fn execute(
    transaction: &Transaction<'_>,
    sql: &str,
    id: Option<SavedForwardId>,
    draft: &ForwardDraft,
) -> rusqlite::Result<usize> {
    let ForwardDraft {
        name,
        group,
        via,
        local_port,
        bind_address,
        destination,
        starts_with_postern,
        is_web,
    } = draft;
    transaction.execute(
        sql,
        named_params! {
            ":id": id.map(|id| id.0),
            ":name": name,
            ":group_name": group,
            ":via": json!(via).to_string(),
            ":local_port": local_port,
            ":bind_address": bind_address.map(|address| address.to_string()),
            ":destination": json!(destination).to_string(),
            ":starts_with_postern": starts_with_postern,
            ":is_web": is_web,
        },
    )
}

fn read_row(row: &Row<'_>) -> Result<SavedForward, UnreadableRow> {
    let via: String = row.get("via")?;
    let bind_address: Option<String> = row.get("bind_address")?;
    let destination: String = row.get("destination")?;
    Ok(SavedForward {
        id: SavedForwardId(row.get("id")?),
        draft: ForwardDraft {
            name: row.get("name")?,
            group: row.get("group_name")?,
            via: serde_json::from_str(&via)?,
            local_port: row.get("local_port")?,
            bind_address: bind_address.map(|address| address.parse()).transpose()?,
            destination: serde_json::from_str(&destination)?,
            starts_with_postern: row.get("starts_with_postern")?,
            is_web: row.get("is_web")?,
        },
    })
}
