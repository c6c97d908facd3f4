//! What the last sync of each pair brought, so that the fleet is there before the next one.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::{PairId, Store, StoreError, error::ChangeFailed, rows::read_rows};

/// One node of the cache; the store does not look into it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedNode {
    /// The node's id, unique in its pair.
    pub key: String,
    /// The node, written and read by the caller.
    pub json: String,
}

/// The nodes of one pair as they were last read, and when that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedPair {
    /// When it was read from AWS, in milliseconds since the epoch.
    pub read_at_ms: i64,
    /// When Systems Manager told of its agents, which may be earlier; none if never.
    pub agents_read_at_ms: Option<i64>,
    /// Its nodes, by key.
    pub nodes: Vec<CachedNode>,
}

impl Store {
    /// What is cached of a pair; none if it was never read.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn cached_pair(&self, pair: PairId) -> Result<Option<CachedPair>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT read_at_ms, agents_read_at_ms FROM cached_pairs WHERE pair_id = ?1";
            let times = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let Some((read_at_ms, agents_read_at_ms)) =
                connection.query_row(sql, [pair.0], times).optional()?
            else {
                return Ok(None);
            };
            Ok(Some(CachedPair {
                read_at_ms,
                agents_read_at_ms,
                nodes: nodes(connection, pair)?,
            }))
        })
    }

    /// Replaces what is cached of a pair, wholly or not at all.
    ///
    /// # Errors
    /// [`StoreError::UnknownPair`] when the pair was removed meanwhile, and any of writing.
    pub fn replace_cached_pair(&self, pair: PairId, cached: &CachedPair) -> Result<(), StoreError> {
        self.write(|transaction| {
            refuse_unknown(transaction, pair)?;
            let sql = "INSERT INTO cached_pairs (pair_id, read_at_ms, agents_read_at_ms) VALUES (?1, ?2, ?3)
                       ON CONFLICT (pair_id) DO UPDATE SET read_at_ms = excluded.read_at_ms,
                           agents_read_at_ms = excluded.agents_read_at_ms";
            transaction.execute(sql, (pair.0, cached.read_at_ms, cached.agents_read_at_ms))?;
            Ok(replace_nodes(transaction, pair, &cached.nodes)?)
        })
    }

    /// Forgets what is cached of a pair.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    pub fn forget_cached_pair(&self, pair: PairId) -> Result<(), StoreError> {
        self.write(|transaction| Ok(forget(transaction, pair)?))
    }
}

fn nodes(connection: &Connection, pair: PairId) -> rusqlite::Result<Vec<CachedNode>> {
    let sql = "SELECT key, json FROM cached_nodes WHERE pair_id = ?1 ORDER BY key";
    let cached = read_rows(connection, sql, [pair.0], |row| {
        Ok(CachedNode {
            key: row.get("key")?,
            json: row.get("json")?,
        })
    })?;
    Ok(cached.good)
}

/// Writes only what differs: most nodes are the same from one sync to the next.
fn replace_nodes(transaction: &Transaction<'_>, pair: PairId, nodes: &[CachedNode]) -> rusqlite::Result<()> {
    let mut keys = transaction.prepare_cached("SELECT key FROM cached_nodes WHERE pair_id = ?1")?;
    let mut gone: HashSet<String> = keys
        .query_map([pair.0], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let sql = "INSERT INTO cached_nodes (pair_id, key, json) VALUES (?1, ?2, ?3)
               ON CONFLICT (pair_id, key) DO UPDATE SET json = excluded.json WHERE json <> excluded.json";
    let mut upsert = transaction.prepare_cached(sql)?;
    for node in nodes {
        upsert.execute((pair.0, &node.key, &node.json))?;
        gone.remove(&node.key);
    }
    let mut delete =
        transaction.prepare_cached("DELETE FROM cached_nodes WHERE pair_id = ?1 AND key = ?2")?;
    for key in gone {
        delete.execute((pair.0, key))?;
    }
    Ok(())
}

fn refuse_unknown(transaction: &Transaction<'_>, pair: PairId) -> Result<(), ChangeFailed> {
    let sql = "SELECT EXISTS (SELECT 1 FROM pairs WHERE id = ?1)";
    let exists: bool = transaction.query_row(sql, [pair.0], |row| row.get(0))?;
    if exists {
        Ok(())
    } else {
        Err(StoreError::UnknownPair.into())
    }
}

fn forget(transaction: &Transaction<'_>, pair: PairId) -> rusqlite::Result<()> {
    transaction.execute("DELETE FROM cached_pairs WHERE pair_id = ?1", [pair.0])?;
    Ok(())
}
