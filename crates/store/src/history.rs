//! What was typed into the connect dialog: targets, profiles and Regions, each with its own history.

use postern_model::{ProfileName, Region, Target};
use rusqlite::{Connection, Row, Transaction};
use time::OffsetDateTime;

use crate::{
    Store, StoreError,
    error::ChangeFailed,
    rows::{Rows, UnreadableRow, name, read_rows},
};

const KEPT_OF_EACH_KIND: u32 = 10;

/// The histories, most recent first, at most ten of each. Only checked names get in, so that nothing that was pasted
/// into the wrong field is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// Nodes that were typed, not those that were chosen in a list.
    pub targets: Vec<Target>,
    /// Profiles that were typed or chosen with them.
    pub profiles: Vec<ProfileName>,
    /// Regions that were typed or chosen with them.
    pub regions: Vec<Region>,
}

impl Store {
    /// The histories.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn history(&self) -> Result<History, StoreError> {
        self.read(|connection| Ok(History::from(read(connection)?)))
    }

    /// Puts what was used to the front of its history. Returns the histories.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    pub fn remember_use(
        &self,
        target: &Target,
        profile: Option<&ProfileName>,
        region: Option<&Region>,
    ) -> Result<History, StoreError> {
        self.write(|transaction| {
            remember(transaction, "target", Some(target.as_str()))?;
            remember(transaction, "profile", profile.map(|profile| profile.as_str()))?;
            remember(transaction, "region", region.map(|region| region.as_str()))?;
            Ok(History::from(read(transaction)?))
        })
    }
}

pub(crate) enum UsedValue {
    Target(Target),
    Profile(ProfileName),
    Region(Region),
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Rows<UsedValue>> {
    read_rows(
        connection,
        "SELECT kind, value FROM history ORDER BY id DESC",
        [],
        read_row,
    )
}

impl From<Rows<UsedValue>> for History {
    fn from(rows: Rows<UsedValue>) -> Self {
        let mut history = Self::default();
        for used in rows.good {
            match used {
                UsedValue::Target(target) => history.targets.push(target),
                UsedValue::Profile(profile) => history.profiles.push(profile),
                UsedValue::Region(region) => history.regions.push(region),
            }
        }
        history
    }
}

fn read_row(row: &Row<'_>) -> Result<UsedValue, UnreadableRow> {
    let kind: String = row.get("kind")?;
    match kind.as_str() {
        "target" => Ok(UsedValue::Target(name(row, "value")?)),
        "profile" => Ok(UsedValue::Profile(name(row, "value")?)),
        "region" => Ok(UsedValue::Region(name(row, "value")?)),
        _ => Err("it has a kind of history that this version does not know".into()),
    }
}

fn remember(transaction: &Transaction<'_>, kind: &str, value: Option<&str>) -> Result<(), ChangeFailed> {
    let Some(value) = value else {
        return Ok(());
    };
    transaction.execute(
        "DELETE FROM history WHERE kind = ?1 AND value = ?2",
        (kind, value),
    )?;
    let used_at_ms = OffsetDateTime::now_utc().unix_timestamp().saturating_mul(1_000);
    let sql = "INSERT INTO history (kind, value, used_at_ms) VALUES (?1, ?2, ?3)";
    transaction.execute(sql, (kind, value, used_at_ms))?;
    let sql = "DELETE FROM history WHERE kind = ?1 AND id NOT IN
               (SELECT id FROM history WHERE kind = ?1 ORDER BY id DESC LIMIT ?2)";
    transaction.execute(sql, (kind, KEPT_OF_EACH_KIND))?;
    Ok(())
}
