//! Tags that the user gave to nodes.

use postern_model::{LocalTags, TaggedNode};
use rusqlite::{Connection, Row, Transaction};

use crate::{
    Store, StoreError,
    rows::{Rows, UnreadableRow, name, read_rows},
};

impl Store {
    /// The local tags of all nodes that have some.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn local_tags(&self) -> Result<Vec<LocalTags>, StoreError> {
        self.read(|connection| Ok(by_node(read(connection)?.good)))
    }

    /// Takes the tags with the keys in `remove` from all `nodes`, then gives them those in `add` (checked by
    /// [`postern_model::check_local_tag`]), for all or none. Returns the local tags of all nodes then.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    pub fn tag_nodes(
        &self,
        nodes: &[TaggedNode],
        remove: &[String],
        add: &[(String, String)],
    ) -> Result<Vec<LocalTags>, StoreError> {
        self.write(|transaction| {
            for node in nodes {
                untag(transaction, node, remove)?;
                tag(transaction, node, add)?;
            }
            Ok(by_node(read(transaction)?.good))
        })
    }
}

/// One tag of a node.
pub(crate) struct TagRow {
    node: TaggedNode,
    tag: (String, String),
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Rows<TagRow>> {
    let sql = "SELECT * FROM local_tags ORDER BY region, node, key";
    read_rows(connection, sql, [], read_row)
}

fn by_node(rows: Vec<TagRow>) -> Vec<LocalTags> {
    let mut nodes: Vec<LocalTags> = Vec::new();
    for TagRow { node, tag } in rows {
        match nodes.last_mut() {
            Some(last) if last.node == node => last.tags.push(tag),
            _ => nodes.push(LocalTags {
                node,
                tags: vec![tag],
            }),
        }
    }
    nodes
}

fn untag(transaction: &Transaction<'_>, node: &TaggedNode, keys: &[String]) -> rusqlite::Result<()> {
    let sql = "DELETE FROM local_tags WHERE region = ?1 AND node = ?2 AND key = ?3";
    let mut statement = transaction.prepare_cached(sql)?;
    for key in keys {
        statement.execute((node.region.as_str(), node.id.as_str(), key))?;
    }
    Ok(())
}

fn tag(transaction: &Transaction<'_>, node: &TaggedNode, tags: &[(String, String)]) -> rusqlite::Result<()> {
    let sql = "INSERT INTO local_tags (region, node, key, value) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (region, node, key) DO UPDATE SET value = excluded.value";
    let mut statement = transaction.prepare_cached(sql)?;
    for (key, value) in tags {
        statement.execute((node.region.as_str(), node.id.as_str(), key, value))?;
    }
    Ok(())
}

fn read_row(row: &Row<'_>) -> Result<TagRow, UnreadableRow> {
    Ok(TagRow {
        node: TaggedNode {
            region: name(row, "region")?,
            id: name(row, "node")?,
        },
        tag: (row.get("key")?, row.get("value")?),
    })
}
