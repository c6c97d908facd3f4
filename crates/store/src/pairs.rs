//! The pairs of AWS profile and Region that the fleet is read from.

use std::collections::BTreeMap;

use postern_model::{EndpointOverride, EndpointOverrides, OverridableService, Pair};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};

use crate::{
    Store, StoreError,
    error::ChangeFailed,
    rows::{Rows, UnreadableRow, as_json, name, optional_json, read_rows},
};

/// The store's number of a pair; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PairId(pub i64);

/// A pair of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedPair {
    /// Its number in the store.
    pub id: PairId,
    /// Profile and Region; no two pairs of the list have the same.
    pub pair: Pair,
    /// Whether it takes part in sync.
    pub enabled: bool,
    /// Where its services are dialled instead of at AWS's own hosts.
    pub endpoints: EndpointOverrides,
}

impl Store {
    /// The pairs in the user's order.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn pairs(&self) -> Result<Vec<SavedPair>, StoreError> {
        self.read(|connection| Ok(read(connection)?.good))
    }

    /// Adds a pair at the end of the list.
    ///
    /// # Errors
    /// [`StoreError::PairExists`], and any of writing.
    pub fn add_pair(&self, pair: &Pair, enabled: bool) -> Result<SavedPair, StoreError> {
        self.write(|transaction| {
            refuse_second(transaction, pair, None)?;
            Ok(insert(transaction, pair, enabled)?)
        })
    }

    /// Adds those of `pairs` that are not in the list yet, all or none of them, and returns what was added.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    pub fn add_new_pairs(&self, pairs: &[Pair], enabled: bool) -> Result<Vec<SavedPair>, StoreError> {
        self.write(|transaction| {
            let mut added = Vec::new();
            for pair in pairs {
                if number_of(transaction, pair)?.is_none() {
                    added.push(insert(transaction, pair, enabled)?);
                }
            }
            Ok(added)
        })
    }

    /// Changes a pair. With another profile or Region, what was cached of the old ones is dropped.
    ///
    /// # Errors
    /// [`StoreError::UnknownPair`], [`StoreError::PairExists`], and any of writing.
    pub fn update_pair(&self, id: PairId, pair: &Pair, enabled: bool) -> Result<SavedPair, StoreError> {
        self.write(|transaction| {
            refuse_second(transaction, pair, Some(id))?;
            let sql = "DELETE FROM cached_pairs WHERE pair_id = ?1 AND EXISTS
                       (SELECT 1 FROM pairs WHERE id = ?1 AND (profile, region) != (?2, ?3))";
            transaction.execute(sql, (id.0, pair.profile.as_str(), pair.region.as_str()))?;
            let sql = "UPDATE pairs SET profile = ?2, region = ?3, enabled = ?4 WHERE id = ?1";
            let changed =
                transaction.execute(sql, (id.0, pair.profile.as_str(), pair.region.as_str(), enabled))?;
            if changed == 0 {
                return Err(StoreError::UnknownPair.into());
            }
            let sql = "SELECT id, profile, region, enabled, endpoints FROM pairs WHERE id = ?1";
            let kept = read_rows(transaction, sql, [id.0], read_row)?.good.pop();
            Ok(kept.unwrap_or_else(|| SavedPair {
                id,
                pair: pair.clone(),
                enabled,
                endpoints: EndpointOverrides::default(),
            }))
        })
    }

    /// Sets where the services of a pair are dialled; none means at AWS's own hosts.
    ///
    /// # Errors
    /// [`StoreError::UnknownPair`], and any of writing.
    pub fn set_pair_endpoints(&self, id: PairId, endpoints: &EndpointOverrides) -> Result<(), StoreError> {
        let places: BTreeMap<&str, String> = endpoints
            .iter()
            .map(|(service, place)| (service.prefix(), place.to_string()))
            .collect();
        let json = as_json(Some(&places).filter(|places| !places.is_empty()));
        self.write(|transaction| {
            let sql = "UPDATE pairs SET endpoints = ?2 WHERE id = ?1";
            if transaction.execute(sql, (id.0, json))? == 0 {
                return Err(StoreError::UnknownPair.into());
            }
            Ok(())
        })
    }

    /// Removes a pair and what was cached of it. Returns the pairs that are left.
    ///
    /// # Errors
    /// [`StoreError::UnknownPair`], and any of writing.
    pub fn remove_pair(&self, id: PairId) -> Result<Vec<SavedPair>, StoreError> {
        self.write(|transaction| {
            if transaction.execute("DELETE FROM pairs WHERE id = ?1", [id.0])? == 0 {
                return Err(StoreError::UnknownPair.into());
            }
            Ok(read(transaction)?.good)
        })
    }
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Rows<SavedPair>> {
    let sql = "SELECT id, profile, region, enabled, endpoints FROM pairs ORDER BY position, id";
    read_rows(connection, sql, [], read_row)
}

fn read_row(row: &Row<'_>) -> Result<SavedPair, UnreadableRow> {
    Ok(SavedPair {
        id: PairId(row.get("id")?),
        pair: Pair {
            profile: name(row, "profile")?,
            region: name(row, "region")?,
        },
        enabled: row.get("enabled")?,
        endpoints: endpoints(optional_json(row, "endpoints")?.unwrap_or_default())?,
    })
}

fn insert(transaction: &Transaction<'_>, pair: &Pair, enabled: bool) -> rusqlite::Result<SavedPair> {
    let sql = "INSERT INTO pairs (profile, region, enabled, position)
               VALUES (?1, ?2, ?3, (SELECT coalesce(max(position), 0) + 1 FROM pairs))";
    transaction.execute(sql, (pair.profile.as_str(), pair.region.as_str(), enabled))?;
    Ok(SavedPair {
        id: PairId(transaction.last_insert_rowid()),
        pair: pair.clone(),
        enabled,
        endpoints: EndpointOverrides::default(),
    })
}

/// A service that this program does not know is one of a later version.
fn endpoints(kept: BTreeMap<String, String>) -> Result<EndpointOverrides, UnreadableRow> {
    let mut endpoints = EndpointOverrides::default();
    for (prefix, place) in kept {
        if let Some(service) = OverridableService::of_prefix(&prefix) {
            endpoints.set(service, EndpointOverride::parse(&place)?);
        }
    }
    Ok(endpoints)
}

fn refuse_second(transaction: &Transaction<'_>, pair: &Pair, id: Option<PairId>) -> Result<(), ChangeFailed> {
    match number_of(transaction, pair)? {
        Some(found) if id != Some(found) => Err(StoreError::PairExists(pair.clone()).into()),
        Some(_) | None => Ok(()),
    }
}

fn number_of(transaction: &Transaction<'_>, pair: &Pair) -> rusqlite::Result<Option<PairId>> {
    let sql = "SELECT id FROM pairs WHERE profile = ?1 AND region = ?2";
    let parameters = (pair.profile.as_str(), pair.region.as_str());
    let found = transaction.query_row(sql, parameters, |row| row.get(0));
    Ok(found.optional()?.map(PairId))
}
