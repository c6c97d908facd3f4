//! Groups of saved connections.

use postern_model::{Group, GroupDraft, GroupId, InvalidDraft, display_text};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};

use crate::{
    Store, StoreError,
    error::ChangeFailed,
    rows::{Rows, UnreadableRow, as_json, optional_json, optional_name, read_rows},
};

impl Store {
    /// The groups by name, compared without case.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn groups(&self) -> Result<Vec<Group>, StoreError> {
        self.read(|connection| Ok(read(connection)?.good))
    }

    /// Adds a group (without `id`) or changes one. Its name is trimmed.
    ///
    /// # Errors
    /// [`InvalidDraft::EmptyName`], [`InvalidDraft::GroupExists`], [`InvalidDraft::UnknownGroup`], and any of writing.
    pub fn save_group(&self, id: Option<GroupId>, draft: &GroupDraft) -> Result<Group, StoreError> {
        let draft = GroupDraft {
            name: checked_name(&draft.name)?,
            ..draft.clone()
        };
        self.write(|transaction| {
            refuse_second(transaction, &draft.name, id)?;
            let id = match id {
                None => insert(transaction, &draft)?,
                Some(id) => update(transaction, id, &draft)?,
            };
            group(transaction, id)
        })
    }

    /// Remembers whether the tree shows a group folded.
    ///
    /// # Errors
    /// [`InvalidDraft::UnknownGroup`], and any of writing.
    pub fn set_group_collapsed(&self, id: GroupId, collapsed: bool) -> Result<Group, StoreError> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE groups SET collapsed = ?2 WHERE id = ?1",
                (id.0, collapsed),
            )?;
            group(transaction, id)
        })
    }

    /// Deletes a group; its connections move to the top of the list. Returns the groups that are left.
    ///
    /// # Errors
    /// [`InvalidDraft::UnknownGroup`], and any of writing.
    pub fn delete_group(&self, id: GroupId) -> Result<Vec<Group>, StoreError> {
        self.write(|transaction| {
            if transaction.execute("DELETE FROM groups WHERE id = ?1", [id.0])? == 0 {
                return Err(InvalidDraft::UnknownGroup.into());
            }
            Ok(read(transaction)?.good)
        })
    }
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Rows<Group>> {
    read_rows(
        connection,
        "SELECT * FROM groups ORDER BY name_key, id",
        [],
        read_row,
    )
}

/// A name as it is kept; one of invisible characters is none.
pub(crate) fn checked_name(name: &str) -> Result<String, InvalidDraft> {
    if display_text(name).is_empty() {
        Err(InvalidDraft::EmptyName)
    } else {
        Ok(name.trim().to_owned())
    }
}

fn group(transaction: &Transaction<'_>, id: GroupId) -> Result<Group, ChangeFailed> {
    let found = read(transaction)?.good.into_iter().find(|group| group.id == id);
    found.ok_or_else(|| InvalidDraft::UnknownGroup.into())
}

fn refuse_second(transaction: &Transaction<'_>, name: &str, id: Option<GroupId>) -> Result<(), ChangeFailed> {
    let sql = "SELECT id FROM groups WHERE name_key = ?1";
    let found: Option<i64> = transaction
        .query_row(sql, [name_key(name)], |row| row.get(0))
        .optional()?;
    match found {
        Some(found) if id != Some(GroupId(found)) => {
            Err(InvalidDraft::GroupExists(display_text(name)).into())
        }
        Some(_) | None => Ok(()),
    }
}

fn insert(transaction: &Transaction<'_>, draft: &GroupDraft) -> Result<GroupId, ChangeFailed> {
    let sql = "INSERT INTO groups (id, name, name_key, profile, region, encryption, description)
               VALUES (:id, :name, :name_key, :profile, :region, :encryption, :description)";
    execute(transaction, sql, None, draft)?;
    Ok(GroupId(transaction.last_insert_rowid()))
}

fn update(transaction: &Transaction<'_>, id: GroupId, draft: &GroupDraft) -> Result<GroupId, ChangeFailed> {
    let sql = "UPDATE groups SET name = :name, name_key = :name_key, profile = :profile, region = :region,
               encryption = :encryption, description = :description WHERE id = :id";
    execute(transaction, sql, Some(id), draft)?;
    Ok(id)
}

fn execute(
    transaction: &Transaction<'_>,
    sql: &str,
    id: Option<GroupId>,
    draft: &GroupDraft,
) -> rusqlite::Result<usize> {
    let GroupDraft {
        name,
        profile,
        region,
        encryption,
        description,
    } = draft;
    transaction.execute(
        sql,
        named_params! {
            ":id": id.map(|id| id.0),
            ":name": name,
            ":name_key": name_key(name),
            ":profile": profile.as_ref().map(|profile| profile.as_str()),
            ":region": region.as_ref().map(|region| region.as_str()),
            ":encryption": as_json(encryption.as_ref()),
            ":description": description,
        },
    )
}

fn name_key(name: &str) -> String {
    name.to_lowercase()
}

fn read_row(row: &Row<'_>) -> Result<Group, UnreadableRow> {
    Ok(Group {
        id: GroupId(row.get("id")?),
        draft: GroupDraft {
            name: row.get("name")?,
            profile: optional_name(row, "profile")?,
            region: optional_name(row, "region")?,
            encryption: optional_json(row, "encryption")?,
            description: row.get("description")?,
        },
        collapsed: row.get("collapsed")?,
    })
}
