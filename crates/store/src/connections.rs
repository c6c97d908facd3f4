//! Saved connections.

use postern_model::{
    Connection as Saved, ConnectionDraft, ConnectionId, GroupId, InvalidDraft, display_text,
};
use rusqlite::{Connection, Row, Transaction, named_params};
use serde_json::json;

use crate::{
    Store, StoreError,
    error::ChangeFailed,
    groups::checked_name,
    rows::{Rows, UnreadableRow, as_json, name, optional_json, optional_name, read_rows},
};

impl Store {
    /// The saved connections by name, compared without case.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn connections(&self) -> Result<Vec<Saved>, StoreError> {
        self.read(|connection| Ok(read(connection)?.good))
    }

    /// Adds a connection (without `id`) or changes one. Its name and tags are trimmed; each tag is kept once.
    ///
    /// # Errors
    /// [`InvalidDraft::EmptyName`], [`InvalidDraft::UnknownGroup`], [`InvalidDraft::UnknownConnection`], and any of
    /// writing.
    pub fn save_connection(
        &self,
        id: Option<ConnectionId>,
        draft: &ConnectionDraft,
    ) -> Result<Saved, StoreError> {
        let draft = ConnectionDraft {
            name: checked_name(&draft.name)?,
            tags: tidy(&draft.tags),
            ..draft.clone()
        };
        self.write(|transaction| {
            check_group(transaction, draft.group)?;
            let id = match id {
                None => insert(transaction, &draft)?,
                Some(id) => update(transaction, id, &draft)?,
            };
            Ok(Saved { id, draft })
        })
    }

    /// Deletes a connection. Returns the connections that are left.
    ///
    /// # Errors
    /// [`InvalidDraft::UnknownConnection`], and any of writing.
    pub fn delete_connection(&self, id: ConnectionId) -> Result<Vec<Saved>, StoreError> {
        self.write(|transaction| {
            if transaction.execute("DELETE FROM connections WHERE id = ?1", [id.0])? == 0 {
                return Err(InvalidDraft::UnknownConnection.into());
            }
            Ok(read(transaction)?.good)
        })
    }
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Rows<Saved>> {
    let mut rows = read_rows(connection, "SELECT * FROM connections ORDER BY id", [], read_row)?;
    rows.good
        .sort_by_cached_key(|saved| saved.draft.name.to_lowercase());
    Ok(rows)
}

fn tidy(tags: &[String]) -> Vec<String> {
    let mut tidied: Vec<String> = Vec::new();
    for tag in tags
        .iter()
        .map(|tag| tag.trim())
        .filter(|tag| !display_text(tag).is_empty())
    {
        if !tidied.iter().any(|kept| kept == tag) {
            tidied.push(tag.to_owned());
        }
    }
    tidied
}

fn check_group(transaction: &Transaction<'_>, group: Option<GroupId>) -> Result<(), ChangeFailed> {
    let Some(GroupId(id)) = group else {
        return Ok(());
    };
    let sql = "SELECT EXISTS (SELECT 1 FROM groups WHERE id = ?1)";
    let exists: bool = transaction.query_row(sql, [id], |row| row.get(0))?;
    if exists {
        Ok(())
    } else {
        Err(InvalidDraft::UnknownGroup.into())
    }
}

fn insert(transaction: &Transaction<'_>, draft: &ConnectionDraft) -> Result<ConnectionId, ChangeFailed> {
    let sql =
        "INSERT INTO connections (id, name, group_id, target, profile, region, document, parameters, encryption,
                                        description, tags)
               VALUES (:id, :name, :group_id, :target, :profile, :region, :document, :parameters, :encryption,
                       :description, :tags)";
    execute(transaction, sql, None, draft)?;
    Ok(ConnectionId(transaction.last_insert_rowid()))
}

fn update(
    transaction: &Transaction<'_>,
    id: ConnectionId,
    draft: &ConnectionDraft,
) -> Result<ConnectionId, ChangeFailed> {
    let sql =
        "UPDATE connections SET name = :name, group_id = :group_id, target = :target, profile = :profile,
               region = :region, document = :document, parameters = :parameters, encryption = :encryption,
               description = :description, tags = :tags WHERE id = :id";
    match execute(transaction, sql, Some(id), draft)? {
        0 => Err(InvalidDraft::UnknownConnection.into()),
        _ => Ok(id),
    }
}

fn execute(
    transaction: &Transaction<'_>,
    sql: &str,
    id: Option<ConnectionId>,
    draft: &ConnectionDraft,
) -> rusqlite::Result<usize> {
    let ConnectionDraft {
        name,
        group,
        target,
        profile,
        region,
        document,
        parameters,
        encryption,
        description,
        tags,
    } = draft;
    transaction.execute(
        sql,
        named_params! {
            ":id": id.map(|id| id.0),
            ":name": name,
            ":group_id": group.map(|group| group.0),
            ":target": target.as_str(),
            ":profile": profile.as_ref().map(|profile| profile.as_str()),
            ":region": region.as_ref().map(|region| region.as_str()),
            ":document": document.as_ref().map(|document| document.as_str()),
            ":parameters": json!(parameters).to_string(),
            ":encryption": as_json(encryption.as_ref()),
            ":description": description,
            ":tags": json!(tags).to_string(),
        },
    )
}

fn read_row(row: &Row<'_>) -> Result<Saved, UnreadableRow> {
    let (parameters, tags): (String, String) = (row.get("parameters")?, row.get("tags")?);
    Ok(Saved {
        id: ConnectionId(row.get("id")?),
        draft: ConnectionDraft {
            name: row.get("name")?,
            group: row.get::<_, Option<i64>>("group_id")?.map(GroupId),
            target: name(row, "target")?,
            profile: optional_name(row, "profile")?,
            region: optional_name(row, "region")?,
            document: optional_name(row, "document")?,
            parameters: serde_json::from_str(&parameters)?,
            encryption: optional_json(row, "encryption")?,
            description: row.get("description")?,
            tags: serde_json::from_str(&tags)?,
        },
    })
}
