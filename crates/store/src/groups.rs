//! Groups of saved connections.

use postern_model::{Group, GroupDraft, GroupId, GroupTree, InvalidDraft, MAX_GROUP_DEPTH, display_text};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};
use serde_json::json;

use crate::{
    Store, StoreError,
    error::ChangeFailed,
    rows::{Rows, UnreadableRow, as_json, json_of, optional_json, optional_name, read_rows},
    saved_order::arranged,
};

impl Store {
    /// The groups, those beside one another in their order: as the user arranged them, else by name.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn groups(&self) -> Result<Vec<Group>, StoreError> {
        self.read(|connection| Ok(read(connection)?.good))
    }

    /// Adds a group (without `id`) or changes one. Its name is trimmed.
    ///
    /// # Errors
    /// [`InvalidDraft::EmptyName`], [`InvalidDraft::GroupExists`], [`InvalidDraft::UnknownGroup`],
    /// [`InvalidDraft::InsideItself`], [`InvalidDraft::TooDeep`], and any of writing.
    pub fn save_group(&self, id: Option<GroupId>, draft: &GroupDraft) -> Result<Group, StoreError> {
        let draft = GroupDraft {
            name: checked_name(&draft.name)?,
            ..draft.clone()
        };
        self.write(|transaction| {
            check_parent(transaction, id, draft.parent)?;
            refuse_second(transaction, &draft.name, draft.parent, id)?;
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
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Rows<Group>> {
    let mut rows = read_rows(connection, "SELECT * FROM groups ORDER BY id", [], read_row)?;
    arranged(&mut rows.good, |group| (group.position, &group.draft.name));
    Ok(rows)
}

/// A name as it is kept; one of invisible characters is none.
pub(crate) fn checked_name(name: &str) -> Result<String, InvalidDraft> {
    if display_text(name).is_empty() {
        Err(InvalidDraft::EmptyName)
    } else {
        Ok(name.trim().to_owned())
    }
}

/// Whether a group, with all that is in it, may stand in `parent`.
pub(crate) fn check_parent(
    transaction: &Transaction<'_>,
    id: Option<GroupId>,
    parent: Option<GroupId>,
) -> Result<(), ChangeFailed> {
    let Some(parent) = parent else {
        return Ok(());
    };
    let groups = read(transaction)?.good;
    let tree = GroupTree::new(&groups);
    let above = tree.from(Some(parent));
    if above.is_empty() {
        return Err(InvalidDraft::UnknownGroup.into());
    }
    if above.iter().any(|group| Some(group.id) == id) {
        return Err(InvalidDraft::InsideItself.into());
    }
    let below = id.map_or(1, |id| height(&groups, &tree, id));
    if above.len() + below > MAX_GROUP_DEPTH {
        return Err(InvalidDraft::TooDeep.into());
    }
    Ok(())
}

/// How many groups stand one inside another from this one downwards, itself with them.
fn height(groups: &[Group], tree: &GroupTree<'_>, id: GroupId) -> usize {
    let depths = groups.iter().filter_map(|group| {
        let above = tree.from(Some(group.id));
        above.iter().position(|other| other.id == id)
    });
    depths.max().unwrap_or(0) + 1
}

pub(crate) fn refuse_second(
    transaction: &Transaction<'_>,
    name: &str,
    parent: Option<GroupId>,
    id: Option<GroupId>,
) -> Result<(), ChangeFailed> {
    match namesake(transaction, name, parent)? {
        Some(found) if id != Some(found) => Err(InvalidDraft::GroupExists(display_text(name)).into()),
        Some(_) | None => Ok(()),
    }
}

/// The group of this name in `parent`.
pub(crate) fn namesake(
    transaction: &Transaction<'_>,
    name: &str,
    parent: Option<GroupId>,
) -> rusqlite::Result<Option<GroupId>> {
    let sql = "SELECT id FROM groups WHERE name_key = ?1 AND coalesce(parent_id, 0) = ?2";
    let parameters = (name_key(name), parent.map_or(0, |parent| parent.0));
    let found = transaction.query_row(sql, parameters, |row| row.get(0).map(GroupId));
    found.optional()
}

pub(crate) fn group(transaction: &Transaction<'_>, id: GroupId) -> Result<Group, ChangeFailed> {
    let found = read(transaction)?.good.into_iter().find(|group| group.id == id);
    found.ok_or_else(|| InvalidDraft::UnknownGroup.into())
}

pub(crate) fn insert(transaction: &Transaction<'_>, draft: &GroupDraft) -> Result<GroupId, ChangeFailed> {
    let sql = "INSERT INTO groups (id, name, name_key, parent_id, profile, region, document, parameters, encryption,
                   colour, guard, description)
               VALUES (:id, :name, :name_key, :parent_id, :profile, :region, :document, :parameters, :encryption,
                   :colour, :guard, :description)";
    execute(transaction, sql, None, draft)?;
    Ok(GroupId(transaction.last_insert_rowid()))
}

pub(crate) fn update(
    transaction: &Transaction<'_>,
    id: GroupId,
    draft: &GroupDraft,
) -> Result<GroupId, ChangeFailed> {
    let sql =
        "UPDATE groups SET name = :name, name_key = :name_key, parent_id = :parent_id, profile = :profile,
                   region = :region, document = :document, parameters = :parameters, encryption = :encryption,
                   colour = :colour, guard = :guard, description = :description WHERE id = :id";
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
        parent,
        profile,
        region,
        document,
        parameters,
        encryption,
        colour,
        guard,
        description,
    } = draft;
    transaction.execute(
        sql,
        named_params! {
            ":id": id.map(|id| id.0),
            ":name": name,
            ":name_key": name_key(name),
            ":parent_id": parent.map(|parent| parent.0),
            ":profile": profile.as_ref().map(|profile| profile.as_str()),
            ":region": region.as_ref().map(|region| region.as_str()),
            ":document": document.as_ref().map(|document| document.as_str()),
            ":parameters": json!(parameters).to_string(),
            ":encryption": as_json(encryption.as_ref()),
            ":colour": as_json(colour.as_ref()),
            ":guard": json!(guard).to_string(),
            ":description": description,
        },
    )
}

/// SQLite's NOCASE knows ASCII only.
pub(crate) fn name_key(name: &str) -> String {
    name.to_lowercase()
}

fn read_row(row: &Row<'_>) -> Result<Group, UnreadableRow> {
    Ok(Group {
        id: GroupId(row.get("id")?),
        draft: GroupDraft {
            name: row.get("name")?,
            parent: row.get::<_, Option<i64>>("parent_id")?.map(GroupId),
            profile: optional_name(row, "profile")?,
            region: optional_name(row, "region")?,
            document: optional_name(row, "document")?,
            parameters: json_of(row, "parameters")?,
            encryption: optional_json(row, "encryption")?,
            colour: optional_json(row, "colour")?,
            guard: json_of(row, "guard")?,
            description: row.get("description")?,
        },
        collapsed: row.get("collapsed")?,
        position: row.get("position")?,
        import_key: row.get("import_key")?,
    })
}
