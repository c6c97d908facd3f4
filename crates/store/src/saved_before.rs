//! How saved things stood before a change, and how they are put back.

use postern_model::{ConnectionId, GroupId, SavedItem};
use rusqlite::{Connection, OptionalExtension, Transaction, params_from_iter, types::Value};

use crate::{Store, StoreError, error::ChangeFailed, groups};

/// All of a row.
pub(crate) const WHOLE: &str = "*";
/// What an edit of many connections may write.
pub(crate) const EDITED: &str = "id, profile, region, document, parameters, encryption, colour, guard, tags";
/// Where a group stands.
pub(crate) const GROUP_PLACE: &str = "id, parent_id, position";
/// Where a connection stands.
pub(crate) const CONNECTION_PLACE: &str = "id, group_id, position";

/// How saved things stood before a change: the columns that it wrote, as they were in the file, so that what a later version
/// wrote there, or what could not be understood, comes back as well.
#[derive(Debug, Clone, Default)]
pub struct SavedBefore {
    /// Those that others stand in come first.
    groups: Vec<RowBefore>,
    connections: Vec<RowBefore>,
    smart_groups: Vec<RowBefore>,
    /// What was not there.
    added: Vec<SavedItem>,
}

#[derive(Debug, Clone)]
struct RowBefore {
    id: i64,
    /// Whether these are all columns, so that the row can be written when it is gone.
    is_whole: bool,
    columns: Vec<(String, Value)>,
}

impl Store {
    /// Puts saved things back as they were: what was deleted comes back with its number, what was added goes. A group that is
    /// gone meanwhile leaves what stood in it at the top, and one whose name is taken meanwhile gets another.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    pub fn put_back(&self, before: &SavedBefore) -> Result<(), StoreError> {
        self.write(|transaction| {
            for item in &before.added {
                delete(transaction, *item)?;
            }
            for row in &before.groups {
                put_back_group(transaction, row)?;
            }
            for row in &before.connections {
                put_back(
                    transaction,
                    "connections",
                    &row.under_known("group_id", transaction)?,
                )?;
            }
            for row in &before.smart_groups {
                put_back(transaction, "smart_groups", row)?;
            }
            Ok(())
        })
    }
}

impl SavedBefore {
    /// Whether there is nothing to put back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let rows = [&self.groups, &self.connections, &self.smart_groups];
        rows.iter().all(|rows| rows.is_empty()) && self.added.is_empty()
    }

    pub(crate) fn note_group(
        &mut self,
        connection: &Connection,
        id: GroupId,
        columns: &str,
    ) -> rusqlite::Result<()> {
        self.groups.extend(row(connection, "groups", id.0, columns)?);
        Ok(())
    }

    pub(crate) fn note_connection(
        &mut self,
        connection: &Connection,
        id: ConnectionId,
        columns: &str,
    ) -> rusqlite::Result<()> {
        self.connections
            .extend(row(connection, "connections", id.0, columns)?);
        Ok(())
    }

    pub(crate) fn note_smart_group(&mut self, connection: &Connection, id: i64) -> rusqlite::Result<()> {
        self.smart_groups
            .extend(row(connection, "smart_groups", id, WHOLE)?);
        Ok(())
    }

    pub(crate) fn note_added(&mut self, item: SavedItem) {
        self.added.push(item);
    }
}

impl RowBefore {
    fn value(&self, column: &str) -> Option<&Value> {
        let found = self.columns.iter().find(|(name, _)| name == column);
        found.map(|(_, value)| value)
    }

    fn set(&mut self, column: &str, value: Value) {
        if let Some(found) = self.columns.iter_mut().find(|(name, _)| name == column) {
            found.1 = value;
        }
    }

    /// The same at the top of the list where the group that it stood in is gone.
    fn under_known(&self, column: &str, transaction: &Transaction<'_>) -> rusqlite::Result<Self> {
        let mut known = self.clone();
        if let Some(Value::Integer(group)) = self.value(column)
            && !exists(transaction, "groups", *group)?
        {
            known.set(column, Value::Null);
        }
        Ok(known)
    }

    fn group_column(&self, column: &str) -> Option<GroupId> {
        match self.value(column) {
            Some(Value::Integer(group)) => Some(GroupId(*group)),
            _ => None,
        }
    }
}

/// Deletes a group with all that is in it, or a connection. Says whether it was there.
pub(crate) fn delete(transaction: &Transaction<'_>, item: SavedItem) -> rusqlite::Result<bool> {
    let (sql, id) = match item {
        SavedItem::Group(id) => ("DELETE FROM groups WHERE id = ?1", id.0),
        SavedItem::Connection(id) => ("DELETE FROM connections WHERE id = ?1", id.0),
    };
    Ok(transaction.execute(sql, [id])? > 0)
}

fn row(connection: &Connection, table: &str, id: i64, columns: &str) -> rusqlite::Result<Option<RowBefore>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {columns} FROM {table} WHERE id = ?1"))?;
    let names: Vec<String> = statement.column_names().into_iter().map(Into::into).collect();
    let found = statement.query_row([id], |row| {
        let mut values = Vec::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            values.push((name.clone(), row.get(at)?));
        }
        Ok(RowBefore {
            id,
            is_whole: columns == WHOLE,
            columns: values,
        })
    });
    found.optional()
}

fn put_back_group(transaction: &Transaction<'_>, before: &RowBefore) -> Result<(), ChangeFailed> {
    let mut before = before.under_known("parent_id", transaction)?;
    let (id, parent) = (GroupId(before.id), before.group_column("parent_id"));
    if before.value("parent_id").is_some() && groups::check_parent(transaction, Some(id), parent).is_err() {
        // What it stood in was put into it, or too deep, meanwhile.
        before.set("parent_id", Value::Null);
    }
    let parent = before.group_column("parent_id");
    let name = match before.value("name") {
        Some(Value::Text(name)) => Some(name.clone()),
        _ => name_of(transaction, id)?,
    };
    if let Some(name) = name {
        let free = free_name(transaction, &name, parent, Some(id))?;
        if free != name {
            before.rename(&free);
        }
    }
    put_back(transaction, "groups", &before)?;
    Ok(())
}

impl RowBefore {
    fn rename(&mut self, name: &str) {
        self.columns
            .retain(|(column, _)| column != "name" && column != "name_key");
        self.columns.push(("name".into(), Value::Text(name.to_owned())));
        let key = groups::name_key(name);
        self.columns.push(("name_key".into(), Value::Text(key)));
    }
}

fn name_of(transaction: &Transaction<'_>, id: GroupId) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT name FROM groups WHERE id = ?1";
    transaction.query_row(sql, [id.0], |row| row.get(0)).optional()
}

/// The name, or the first of `name 2`, `name 3`… that no other group in `parent` has.
pub(crate) fn free_name(
    transaction: &Transaction<'_>,
    name: &str,
    parent: Option<GroupId>,
    own: Option<GroupId>,
) -> rusqlite::Result<String> {
    let mut candidate = name.to_owned();
    let mut number: u64 = 2;
    while groups::namesake(transaction, &candidate, parent)?.is_some_and(|found| Some(found) != own) {
        candidate = format!("{name} {number}");
        number += 1;
    }
    Ok(candidate)
}

/// Writes the columns into the row, or the row itself where it is gone and all of it is known.
fn put_back(transaction: &Transaction<'_>, table: &str, before: &RowBefore) -> rusqlite::Result<()> {
    let names = before.columns.iter().map(|(name, _)| name.as_str());
    let marks = (1..=before.columns.len()).map(|number| format!("?{number}"));
    let sql = if exists(transaction, table, before.id)? {
        let pairs: Vec<String> = names
            .zip(marks)
            .map(|(name, mark)| format!("{name} = {mark}"))
            .collect();
        format!("UPDATE {table} SET {} WHERE id = {}", pairs.join(", "), before.id)
    } else if before.is_whole {
        let (names, marks): (Vec<&str>, Vec<String>) = names.zip(marks).unzip();
        format!(
            "INSERT INTO {table} ({}) VALUES ({})",
            names.join(", "),
            marks.join(", ")
        )
    } else {
        return Ok(());
    };
    transaction.execute(
        &sql,
        params_from_iter(before.columns.iter().map(|(_, value)| value)),
    )?;
    Ok(())
}

fn exists(transaction: &Transaction<'_>, table: &str, id: i64) -> rusqlite::Result<bool> {
    let sql = format!("SELECT EXISTS (SELECT 1 FROM {table} WHERE id = ?1)");
    transaction.query_row(&sql, [id], |row| row.get(0))
}
