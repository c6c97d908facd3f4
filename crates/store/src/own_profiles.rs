//! Profiles of Postern's own, and the sign-ins to Identity Center that the AWS files do not have. Secrets are elsewhere.

use std::path::Path;

use postern_model::{
    AccessKeyId, OwnEntries, OwnProfile, OwnSession, OwnSource, ProfileName, SecretName, SignInKey,
};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, Transaction};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Store, StoreError,
    error::ChangeFailed,
    files,
    rows::{Rows, UnreadableRow, name, optional_name, read_rows},
    schema,
};

/// The schema that brought own profiles.
const SINCE: i64 = 4;

/// The store's number of an own profile; never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OwnProfileId(pub i64);

/// An own profile of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedOwnProfile {
    /// Its number in the store.
    pub id: OwnProfileId,
    /// The profile; no two of the list have the same name.
    pub profile: OwnProfile,
}

impl Store {
    /// The own profiles, the oldest first.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn own_profiles(&self) -> Result<Vec<SavedOwnProfile>, StoreError> {
        self.read(|connection| Ok(read(connection)?.good))
    }

    /// Own profiles and own sign-ins as a control plane reads them.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn own_entries(&self) -> Result<OwnEntries, StoreError> {
        self.read(entries)
    }

    /// The same of the file at `path`, for a program that wants nothing else of it: nothing is made, checked or changed.
    /// Nothing where there is no file, and in one of a version that had no own profiles.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`], and any of reading.
    pub fn own_entries_at(path: &Path) -> Result<OwnEntries, StoreError> {
        if files::is_empty(path) {
            return Ok(OwnEntries::default());
        }
        let failed = |error: rusqlite::Error| StoreError::of_sqlite(path, &error);
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
        match schema::version(&connection).map_err(failed)? {
            found if found > schema::LATEST => Err(StoreError::NewerSchema {
                path: path.to_owned(),
                found,
                known: schema::LATEST,
            }),
            found if found < SINCE => Ok(OwnEntries::default()),
            _ => entries(&connection).map_err(failed),
        }
    }

    /// Adds an own profile (without `id`) or changes one.
    ///
    /// # Errors
    /// [`StoreError::OwnProfileExists`], [`StoreError::UnknownOwnProfile`], and any of writing.
    pub fn save_own_profile(
        &self,
        id: Option<OwnProfileId>,
        profile: &OwnProfile,
    ) -> Result<SavedOwnProfile, StoreError> {
        self.write(|transaction| save(transaction, id, profile))
    }

    /// Adds own profiles, all or none.
    ///
    /// # Errors
    /// [`StoreError::OwnProfileExists`], and any of writing.
    pub fn add_own_profiles(&self, profiles: &[OwnProfile]) -> Result<Vec<SavedOwnProfile>, StoreError> {
        self.write(|transaction| {
            let saved = profiles.iter().map(|profile| save(transaction, None, profile));
            saved.collect()
        })
    }

    /// Removes an own profile.
    ///
    /// # Errors
    /// [`StoreError::UnknownOwnProfile`], and any of writing.
    pub fn remove_own_profile(&self, id: OwnProfileId) -> Result<(), StoreError> {
        self.write(|transaction| {
            if transaction.execute("DELETE FROM own_profiles WHERE id = ?1", [id.0])? == 0 {
                return Err(StoreError::UnknownOwnProfile.into());
            }
            Ok(())
        })
    }

    /// Adds an own sign-in, or changes the one of its key.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    pub fn save_own_session(&self, session: &OwnSession) -> Result<(), StoreError> {
        self.write(|transaction| {
            let sql = "INSERT INTO own_sessions (key, start_url, region) VALUES (?1, ?2, ?3)
                       ON CONFLICT (key) DO UPDATE SET start_url = excluded.start_url, region = excluded.region";
            let OwnSession {
                key,
                start_url,
                region,
            } = session;
            transaction.execute(sql, (key.as_str(), start_url, region.as_str()))?;
            Ok(())
        })
    }

    /// Removes an own sign-in; one that is not there is no error.
    ///
    /// # Errors
    /// Any [`StoreError`] of writing.
    pub fn remove_own_session(&self, key: &SignInKey) -> Result<(), StoreError> {
        self.write(|transaction| {
            transaction.execute("DELETE FROM own_sessions WHERE key = ?1", [key.as_str()])?;
            Ok(())
        })
    }
}

pub(crate) fn read(connection: &Connection) -> rusqlite::Result<Rows<SavedOwnProfile>> {
    let sql = "SELECT id, name, source, region FROM own_profiles ORDER BY id";
    read_rows(connection, sql, [], read_profile)
}

pub(crate) fn read_sessions(connection: &Connection) -> rusqlite::Result<Rows<OwnSession>> {
    let sql = "SELECT key, start_url, region FROM own_sessions ORDER BY key";
    read_rows(connection, sql, [], read_session)
}

fn entries(connection: &Connection) -> rusqlite::Result<OwnEntries> {
    let profiles = read(connection)?.good.into_iter().map(|saved| saved.profile);
    Ok(OwnEntries {
        profiles: profiles.collect(),
        sessions: read_sessions(connection)?.good,
    })
}

fn read_profile(row: &Row<'_>) -> Result<SavedOwnProfile, UnreadableRow> {
    let source: String = row.get("source")?;
    Ok(SavedOwnProfile {
        id: OwnProfileId(row.get("id")?),
        profile: OwnProfile {
            name: name(row, "name")?,
            source: serde_json::from_str::<StoredSource>(&source)?.into(),
            region: optional_name(row, "region")?,
        },
    })
}

fn read_session(row: &Row<'_>) -> Result<OwnSession, UnreadableRow> {
    Ok(OwnSession {
        key: name(row, "key")?,
        start_url: row.get("start_url")?,
        region: name(row, "region")?,
    })
}

fn save(
    transaction: &Transaction<'_>,
    id: Option<OwnProfileId>,
    profile: &OwnProfile,
) -> Result<SavedOwnProfile, ChangeFailed> {
    refuse_second(transaction, &profile.name, id)?;
    let source = json!(StoredSource::from(profile.source.clone())).to_string();
    let region = profile.region.as_ref().map(|region| region.as_str());
    let id = match id {
        None => {
            let sql = "INSERT INTO own_profiles (name, source, region) VALUES (?1, ?2, ?3)";
            transaction.execute(sql, (profile.name.as_str(), source, region))?;
            OwnProfileId(transaction.last_insert_rowid())
        }
        Some(id) => {
            let sql = "UPDATE own_profiles SET name = ?2, source = ?3, region = ?4 WHERE id = ?1";
            if transaction.execute(sql, (id.0, profile.name.as_str(), source, region))? == 0 {
                return Err(StoreError::UnknownOwnProfile.into());
            }
            id
        }
    };
    Ok(SavedOwnProfile {
        id,
        profile: profile.clone(),
    })
}

fn refuse_second(
    transaction: &Transaction<'_>,
    name: &ProfileName,
    id: Option<OwnProfileId>,
) -> Result<(), ChangeFailed> {
    let sql = "SELECT id FROM own_profiles WHERE name = ?1";
    let found = transaction.query_row(sql, [name.as_str()], |row| row.get(0));
    match found.optional()?.map(OwnProfileId) {
        Some(found) if id != Some(found) => Err(StoreError::OwnProfileExists(name.clone()).into()),
        Some(_) | None => Ok(()),
    }
}

/// [`OwnSource`] as it is kept.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "kebab-case")]
enum StoredSource {
    AccessKey {
        id: AccessKeyId,
        kept_under: SecretName,
    },
    CenterRole {
        session: SignInKey,
        account: String,
        role: String,
    },
}

impl From<OwnSource> for StoredSource {
    fn from(source: OwnSource) -> Self {
        match source {
            OwnSource::AccessKey {
                access_key_id: id,
                secret: kept_under,
            } => Self::AccessKey { id, kept_under },
            OwnSource::CenterRole {
                session,
                account,
                role,
            } => Self::CenterRole {
                session,
                account,
                role,
            },
        }
    }
}

impl From<StoredSource> for OwnSource {
    fn from(source: StoredSource) -> Self {
        match source {
            StoredSource::AccessKey { id, kept_under } => Self::AccessKey {
                access_key_id: id,
                secret: kept_under,
            },
            StoredSource::CenterRole {
                session,
                account,
                role,
            } => Self::CenterRole {
                session,
                account,
                role,
            },
        }
    }
}
