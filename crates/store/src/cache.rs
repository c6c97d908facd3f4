//! What the last sync of each pair brought, so that the fleet is there before the next one.

use rusqlite::{OptionalExtension, Transaction};

use crate::{PairId, Store, StoreError, error::ChangeFailed};

/// The key of the row that holds all nodes of a pair.
const ALL: &str = "*";

/// The nodes of one pair as they were last read, and when that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachedPair {
    /// When it was read from AWS, in milliseconds since the epoch.
    pub read_at_ms: i64,
    /// When Systems Manager told of its agents, which may be earlier; none if never.
    pub agents_read_at_ms: Option<i64>,
    /// Its nodes, written and read by the caller; the store does not look into them.
    pub nodes: String,
}

impl Store {
    /// What is cached of a pair; none if it was never read.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn cached_pair(&self, pair: PairId) -> Result<Option<CachedPair>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT read_at_ms, agents_read_at_ms, json FROM cached_pairs JOIN cached_nodes USING (pair_id)
                       WHERE pair_id = ?1 AND key = ?2";
            let cached = |row: &rusqlite::Row<'_>| {
                Ok(CachedPair {
                    read_at_ms: row.get(0)?,
                    agents_read_at_ms: row.get(1)?,
                    nodes: row.get(2)?,
                })
            };
            connection.query_row(sql, (pair.0, ALL), cached).optional()
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

/// One row for all nodes of a pair: what was read together is read together, and one row is quick. Rows of earlier versions, one
/// for each node, go with it.
fn replace_nodes(transaction: &Transaction<'_>, pair: PairId, nodes: &str) -> rusqlite::Result<()> {
    let sql = "DELETE FROM cached_nodes WHERE pair_id = ?1 AND key <> ?2";
    transaction.execute(sql, (pair.0, ALL))?;
    let sql = "INSERT INTO cached_nodes (pair_id, key, json) VALUES (?1, ?2, ?3)
               ON CONFLICT (pair_id, key) DO UPDATE SET json = excluded.json";
    transaction.execute(sql, (pair.0, ALL, nodes))?;
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
