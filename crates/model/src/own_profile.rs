//! Profiles that live in Postern and not in the AWS files, and the handle through which they are read.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use secrecy::SecretString;

use crate::{AccessKeyId, ProfileName, Region, SecretError, SecretName, SecretSource, SignInKey};

/// A profile that lives in Postern and not in the AWS files. Where both have the name, the files win.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnProfile {
    /// Unlike those of all other own profiles; one of the AWS files may be the same.
    pub name: ProfileName,
    /// Where its credentials come from.
    pub source: OwnSource,
    /// Where it works when nothing else is chosen.
    pub region: Option<Region>,
}

/// Where the credentials of an own profile come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnSource {
    /// An access key that was typed into Postern.
    AccessKey {
        /// Its public half.
        access_key_id: AccessKeyId,
        /// Under which name its secret half is kept.
        secret: SecretName,
    },
    /// A role of an account, by a sign-in to IAM Identity Center.
    CenterRole {
        /// The sign-in.
        session: SignInKey,
        /// The account's number.
        account: String,
        /// The role's name there.
        role: String,
    },
}

/// A sign-in to IAM Identity Center that was typed into Postern, because the AWS files do not have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// What it is known by.
    pub key: SignInKey,
    /// Where people sign in.
    pub start_url: String,
    /// The Region of the Identity Center.
    pub region: Region,
}

/// All that lives in Postern, as it was at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnEntries {
    /// The profiles, in the user's order.
    pub profiles: Vec<OwnProfile>,
    /// The sign-ins that they come from, as far as the AWS files do not have them.
    pub sessions: Vec<OwnSession>,
}

impl OwnEntries {
    /// The profile of this name.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&OwnProfile> {
        self.profiles.iter().find(|own| own.name.as_str() == name)
    }

    /// The sign-in of this key.
    #[must_use]
    pub fn session(&self, key: &SignInKey) -> Option<&OwnSession> {
        self.sessions.iter().find(|own| own.key == *key)
    }
}

/// The own profiles of this run, and the way to their secrets. Clones are handles of the same ones; whoever changes them
/// replaces them all, and every reader has the new ones at its next look.
#[derive(Clone)]
pub struct OwnProfiles {
    entries: Arc<RwLock<Arc<OwnEntries>>>,
    secrets: Arc<dyn SecretSource>,
}

impl OwnProfiles {
    /// None yet.
    #[must_use]
    pub fn new(secrets: Arc<dyn SecretSource>) -> Self {
        Self {
            entries: Arc::default(),
            secrets,
        }
    }

    /// The profiles as they are now. The same `Arc` as before means that nothing was replaced meanwhile.
    #[must_use]
    pub fn entries(&self) -> Arc<OwnEntries> {
        Arc::clone(&self.entries.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// From now on these are the profiles.
    pub fn replace(&self, entries: OwnEntries) {
        *self.entries.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(entries);
    }

    /// The secret of this name; none if there is none.
    ///
    /// # Errors
    /// Why it is not known whether there is one, or why it cannot be read.
    pub async fn secret(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        self.secrets.secret(name).await
    }
}

impl fmt::Debug for OwnProfiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnProfiles")
            .field("entries", &self.entries())
            .finish_non_exhaustive()
    }
}
