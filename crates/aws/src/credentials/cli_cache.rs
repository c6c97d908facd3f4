//! The AWS CLI's own cache of role credentials, `~/.aws/cli/cache`, read and written as it does, so that neither of the
//! two asks a person for a code that the other was given.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use aws_credential_types::Credentials;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::held::{RENEW_BEFORE_EXPIRY, lasts};
use super::plan::{RoleStep, WebIdentity};
use crate::cache_file::{self, CacheFileError, Fields};
use crate::cache_name::{python_json, sha1_of};
use crate::clock::AwsClock;
use crate::timestamp;

/// The cache in one home folder; without one it holds nothing.
#[derive(Debug, Default)]
pub(crate) struct CliCache {
    folder: Option<PathBuf>,
    clock: Arc<AwsClock>,
    /// Access key ids that AWS refused; the entry with such a key is as good as none.
    refused: Mutex<HashSet<String>>,
}

/// The name of an entry: the SHA-1 of the call's parameters, as botocore writes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CacheKey(String);

/// Where an entry has the credentials.
const CREDENTIALS: &str = "Credentials";

/// What an entry holds of the answer of STS, as its `Credentials`.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Keys {
    access_key_id: String,
    secret_access_key: String,
    session_token: String,
    expiration: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
}

impl CliCache {
    /// The cache of whoever has this home folder.
    pub(crate) fn of(home: Option<&str>, clock: Arc<AwsClock>) -> Self {
        let folder = home.map(|home| Path::new(home).join(".aws").join("cli").join("cache"));
        Self {
            folder,
            clock,
            refused: Mutex::default(),
        }
    }

    /// What is kept under `key`, if it is still good. A file that cannot be read is as good as none, as for the AWS CLI.
    pub(crate) async fn load(&self, key: &CacheKey) -> Option<Credentials> {
        let mut fields = cache_file::read(&self.path(key)?).await.ok()??;
        let keys: Keys = serde_json::from_value(fields.remove(CREDENTIALS)?).ok()?;
        let found = keys.credentials()?;
        let is_good =
            lasts(&found, RENEW_BEFORE_EXPIRY, self.clock.now()) && !self.is_refused(found.access_key_id());
        is_good.then_some(found)
    }

    /// Keeps credentials of a role. They are good without being kept, so a failure is only told to the log.
    pub(crate) fn store(&self, key: &CacheKey, credentials: &Credentials) {
        let Some(path) = self.path(key) else { return };
        if let Err(error) = write(&path, credentials) {
            tracing::warn!(%error, "the AWS CLI's cache of credentials cannot be written");
        }
    }

    /// AWS did not accept these; the entry that holds them is not used again.
    pub(crate) fn refuse(&self, credentials: &Credentials) {
        let mut refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.insert(credentials.access_key_id().to_owned());
    }

    fn is_refused(&self, access_key_id: &str) -> bool {
        let refused = self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.contains(access_key_id)
    }

    fn path(&self, key: &CacheKey) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{}.json", key.0)))
    }
}

impl Keys {
    fn of(credentials: &Credentials) -> Option<Self> {
        // Without an expiry nobody could tell when the entry is of no use any more.
        let expiration = timestamp::write(credentials.expiry()?)?;
        Some(Self {
            access_key_id: credentials.access_key_id().to_owned(),
            secret_access_key: credentials.secret_access_key().to_owned(),
            session_token: credentials.session_token()?.to_owned(),
            expiration: expiration.replace('Z', "UTC"),
            account_id: credentials
                .account_id()
                .map(|account| account.as_str().to_owned()),
        })
    }

    fn credentials(self) -> Option<Credentials> {
        let mut credentials = Credentials::builder()
            .access_key_id(self.access_key_id)
            .secret_access_key(self.secret_access_key)
            .session_token(self.session_token)
            .expiry(timestamp::parse(&self.expiration)?)
            .provider_name("AWS CLI cache");
        credentials.set_account_id(self.account_id.map(Into::into));
        Some(credentials.build())
    }
}

fn write(path: &Path, credentials: &Credentials) -> Result<(), CacheFileError> {
    let keys = Keys::of(credentials).and_then(|keys| serde_json::to_value(keys).ok());
    let entry = keys.map(|keys: Value| Fields::from_iter([(CREDENTIALS.to_owned(), keys)]));
    entry.map_or(Ok(()), |entry| cache_file::write(path, &entry))
}

impl CacheKey {
    /// The entry of AssumeRole. The name of the session counts only where the profile gives one.
    pub(crate) fn of_role(step: &RoleStep) -> Self {
        let mut parameters = BTreeMap::from([("RoleArn", python_json(&step.role_arn))]);
        let texts = [
            ("ExternalId", &step.external_id),
            ("RoleSessionName", &step.session_name),
            ("SerialNumber", &step.mfa_serial),
        ];
        for (name, text) in texts {
            parameters.extend(text.as_ref().map(|text| (name, python_json(text))));
        }
        parameters.extend(
            step.duration_seconds
                .map(|seconds| ("DurationSeconds", seconds.to_string())),
        );
        Self::of(&parameters)
    }

    /// The entry of AssumeRoleWithWebIdentity, which changes with the token.
    pub(crate) fn of_web_identity(web: &WebIdentity, token: &str) -> Self {
        let mut parameters = BTreeMap::from([
            ("RoleArn", python_json(&web.role_arn)),
            ("WebIdentityToken", python_json(token)),
        ]);
        parameters.extend(
            web.session_name
                .as_ref()
                .map(|name| ("RoleSessionName", python_json(name))),
        );
        Self::of(&parameters)
    }

    /// Python's `json.dumps(parameters, sort_keys=True)`, and its SHA-1.
    fn of(parameters: &BTreeMap<&str, String>) -> Self {
        let pairs: Vec<_> = parameters
            .iter()
            .map(|(name, value)| format!("\"{name}\": {value}"))
            .collect();
        Self(sha1_of(&format!("{{{}}}", pairs.join(", "))))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    fn step() -> RoleStep {
        RoleStep {
            profile: "a".into(),
            role_arn: "arn:aws:iam::111122223333:role/ops".into(),
            session_name: None,
            external_id: None,
            mfa_serial: None,
            duration_seconds: None,
        }
    }

    fn role_key() -> CacheKey {
        CacheKey::of_role(&step())
    }

    /// What botocore's `AssumeRoleCredentialFetcher` makes of the same parameters.
    #[test]
    fn an_entry_has_the_name_that_botocore_gives_it() {
        assert_eq!(role_key().0, "78b7959a82647b8fade2a4e34944e3a1f6d84818");
        let all = RoleStep {
            session_name: Some("me".into()),
            external_id: Some("büro \"1\" \u{1f512}\u{7f}".into()),
            mfa_serial: Some("arn:aws:iam::111122223333:mfa/me".into()),
            duration_seconds: Some(3600),
            ..step()
        };
        assert_eq!(
            CacheKey::of_role(&all).0,
            "d5fa3c4347d57e8099cc49ae5d2ae96a49e26327"
        );
        let web = WebIdentity {
            role_arn: step().role_arn,
            session_name: Some("me".into()),
            token_file: "/t".into(),
        };
        assert_eq!(
            CacheKey::of_web_identity(&web, "token").0,
            "538b73cc5e877a10a7dcd68ad5363eb7b38d47db"
        );
    }

    fn credentials(seconds: u64) -> Credentials {
        let expiry = SystemTime::now() + Duration::from_secs(seconds);
        Credentials::new("ASIA", "canary", Some("t".into()), Some(expiry), "test")
    }

    #[tokio::test]
    async fn what_was_stored_is_loaded_until_it_is_about_to_expire() {
        let home = tempfile::tempdir().unwrap();
        let cache = CliCache::of(home.path().to_str(), Arc::default());
        assert!(cache.load(&role_key()).await.is_none());
        cache.store(&role_key(), &credentials(600));
        let loaded = cache.load(&role_key()).await.unwrap();
        assert_eq!(
            (loaded.access_key_id(), loaded.session_token()),
            ("ASIA", Some("t"))
        );
        cache.store(&role_key(), &credentials(30));
        assert!(cache.load(&role_key()).await.is_none());
    }

    #[tokio::test]
    async fn what_aws_refused_is_not_loaded_again_and_what_replaces_it_is() {
        let home = tempfile::tempdir().unwrap();
        let cache = CliCache::of(home.path().to_str(), Arc::default());
        cache.store(&role_key(), &credentials(600));
        cache.refuse(&credentials(600));
        assert!(cache.load(&role_key()).await.is_none());
        let other = Credentials::new(
            "ASIB",
            "canary",
            Some("t".into()),
            credentials(600).expiry(),
            "test",
        );
        cache.store(&role_key(), &other);
        assert!(cache.load(&role_key()).await.is_some());
    }

    #[tokio::test]
    async fn a_damaged_entry_is_as_good_as_none_and_without_a_home_nothing_is_kept() {
        let home = tempfile::tempdir().unwrap();
        let cache = CliCache::of(home.path().to_str(), Arc::default());
        cache.store(&role_key(), &credentials(600));
        std::fs::write(cache.path(&role_key()).unwrap(), "{\"Credentials\": {").unwrap();
        assert!(cache.load(&role_key()).await.is_none());
        let nowhere = CliCache::of(None, Arc::default());
        nowhere.store(&role_key(), &credentials(600));
        assert!(nowhere.load(&role_key()).await.is_none());
    }
}
