//! Saved connections.

use postern_model::{
    Connection as Saved, ConnectionDraft, ConnectionEdit, ConnectionGoal, ConnectionId, GroupId,
    InvalidDraft, PickRule, display_text,
};
use rusqlite::{Connection, Row, Transaction, named_params};
use serde_json::json;

use crate::{
    SavedBefore, Store, StoreError,
    error::ChangeFailed,
    groups::checked_name,
    rows::{Rows, UnreadableRow, as_json, json_of, name, optional_json, optional_name, read_rows},
    saved_before::EDITED,
    saved_order::arranged,
};

impl Store {
    /// The saved connections, those of a group in their order: as the user arranged them, else by name.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn connections(&self) -> Result<Vec<Saved>, StoreError> {
        self.read(|connection| Ok(read(connection)?.good))
    }

    /// Adds a connection (without `id`) or changes one. Its name and tags are trimmed; each tag is kept once.
    ///
    /// # Errors
    /// [`InvalidDraft::EmptyName`], [`InvalidDraft::EmptyQuery`], [`InvalidDraft::UnknownGroup`],
    /// [`InvalidDraft::UnknownConnection`], and any of writing.
    pub fn save_connection(
        &self,
        id: Option<ConnectionId>,
        draft: &ConnectionDraft,
    ) -> Result<Saved, StoreError> {
        let draft = tidy(draft)?;
        self.write(|transaction| {
            check_group(transaction, draft.group)?;
            let id = match id {
                None => insert(transaction, &draft)?,
                Some(id) => update(transaction, id, &draft)?,
            };
            connection(transaction, id)
        })
    }

    /// Changes many connections in the same way, all of them or none. Returns how they were.
    ///
    /// # Errors
    /// [`InvalidDraft::UnknownConnection`], and any of writing.
    pub fn edit_connections(
        &self,
        ids: &[ConnectionId],
        edit: &ConnectionEdit,
    ) -> Result<SavedBefore, StoreError> {
        self.write(|transaction| {
            let mut before = SavedBefore::default();
            for id in ids {
                let draft = tidy(&edit.apply(connection(transaction, *id)?.draft))?;
                before.note_connection(transaction, *id, EDITED)?;
                update(transaction, *id, &draft)?;
            }
            Ok(before)
        })
    }
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Rows<Saved>> {
    let mut rows = read_rows(connection, "SELECT * FROM connections ORDER BY id", [], read_row)?;
    arranged(&mut rows.good, |saved| (saved.position, &saved.draft.name));
    Ok(rows)
}

/// As it is kept.
pub(crate) fn tidy(draft: &ConnectionDraft) -> Result<ConnectionDraft, InvalidDraft> {
    if let ConnectionGoal::Query { query, .. } = &draft.goal
        && display_text(query).is_empty()
    {
        return Err(InvalidDraft::EmptyQuery);
    }
    Ok(ConnectionDraft {
        name: checked_name(&draft.name)?,
        tags: tidy_tags(&draft.tags),
        ..draft.clone()
    })
}

fn tidy_tags(tags: &[String]) -> Vec<String> {
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

pub(crate) fn check_group(transaction: &Transaction<'_>, group: Option<GroupId>) -> Result<(), ChangeFailed> {
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

pub(crate) fn connection(transaction: &Transaction<'_>, id: ConnectionId) -> Result<Saved, ChangeFailed> {
    let sql = "SELECT * FROM connections WHERE id = ?1";
    let found = read_rows(transaction, sql, [id.0], read_row)?.good.pop();
    found.ok_or_else(|| InvalidDraft::UnknownConnection.into())
}

pub(crate) fn insert(
    transaction: &Transaction<'_>,
    draft: &ConnectionDraft,
) -> Result<ConnectionId, ChangeFailed> {
    let sql = "INSERT INTO connections (id, name, group_id, target, query, pick, profile, region, document, parameters,
                   encryption, colour, guard, description, tags)
               VALUES (:id, :name, :group_id, :target, :query, :pick, :profile, :region, :document, :parameters,
                   :encryption, :colour, :guard, :description, :tags)";
    execute(transaction, sql, None, draft)?;
    Ok(ConnectionId(transaction.last_insert_rowid()))
}

pub(crate) fn update(
    transaction: &Transaction<'_>,
    id: ConnectionId,
    draft: &ConnectionDraft,
) -> Result<ConnectionId, ChangeFailed> {
    let sql = "UPDATE connections SET name = :name, group_id = :group_id, target = :target, query = :query, pick = :pick,
                   profile = :profile, region = :region, document = :document, parameters = :parameters,
                   encryption = :encryption, colour = :colour, guard = :guard, description = :description, tags = :tags
               WHERE id = :id";
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
        goal,
        profile,
        region,
        document,
        parameters,
        encryption,
        colour,
        guard,
        description,
        tags,
    } = draft;
    let (query, pick) = match goal {
        ConnectionGoal::Target(_) => (None, None),
        ConnectionGoal::Query { query, pick } => (Some(query), Some(pick.word())),
    };
    transaction.execute(
        sql,
        named_params! {
            ":id": id.map(|id| id.0),
            ":name": name,
            ":group_id": group.map(|group| group.0),
            ":target": goal.target().map(|target| target.as_str()),
            ":query": query,
            ":pick": pick,
            ":profile": profile.as_ref().map(|profile| profile.as_str()),
            ":region": region.as_ref().map(|region| region.as_str()),
            ":document": document.as_ref().map(|document| document.as_str()),
            ":parameters": json!(parameters).to_string(),
            ":encryption": as_json(encryption.as_ref()),
            ":colour": as_json(colour.as_ref()),
            ":guard": json!(guard).to_string(),
            ":description": description,
            ":tags": json!(tags).to_string(),
        },
    )
}

fn read_row(row: &Row<'_>) -> Result<Saved, UnreadableRow> {
    Ok(Saved {
        id: ConnectionId(row.get("id")?),
        draft: ConnectionDraft {
            name: row.get("name")?,
            group: row.get::<_, Option<i64>>("group_id")?.map(GroupId),
            goal: goal(row)?,
            profile: optional_name(row, "profile")?,
            region: optional_name(row, "region")?,
            document: optional_name(row, "document")?,
            parameters: json_of(row, "parameters")?,
            encryption: optional_json(row, "encryption")?,
            colour: optional_json(row, "colour")?,
            guard: json_of(row, "guard")?,
            description: row.get("description")?,
            tags: json_of(row, "tags")?,
        },
        position: row.get("position")?,
        import_key: row.get("import_key")?,
    })
}

fn goal(row: &Row<'_>) -> Result<ConnectionGoal, UnreadableRow> {
    let Some(query) = row.get("query")? else {
        return Ok(ConnectionGoal::Target(name(row, "target")?));
    };
    let pick: String = row.get("pick")?;
    let pick: PickRule = pick.parse()?;
    Ok(ConnectionGoal::Query { query, pick })
}
