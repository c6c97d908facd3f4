//! Secrets by name: those of this run in memory, all others in the keyring.

use std::{
    collections::HashMap,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use keyring_core::CredentialStore;
use postern_model::{SecretError, SecretName, SecretSource};
use secrecy::SecretString;

use crate::{
    bounded::Bounded,
    keyring::{Keyring, NoKeyring},
    native::NativeKeyring,
    sealer::{self, Sealer},
    sealing_key,
    state::{SecretPlace, SecretState, SecretStates},
    system,
};

/// A person has this long to answer the system's question for the keyring's password.
const UNLOCK_LIMIT: Duration = Duration::from_secs(5 * 60);

/// All secrets of Postern. Clones are handles of the same ones. Every call answers within five seconds, but for
/// [`Secrets::unlock`], which waits for a person.
#[derive(Clone)]
pub struct Secrets {
    inner: Arc<SharedSecrets>,
}

struct SharedSecrets {
    keyring: Bounded,
    this_run: Mutex<HashMap<SecretName, SecretString>>,
    /// The file by whose lock programs take turns in making the key for sealed files.
    turns: Option<PathBuf>,
    /// Read once; held while it is read, so that two never make a key each.
    sealer: tokio::sync::Mutex<Option<Sealer>>,
}

impl Secrets {
    /// With the keyring of this system. Nothing is asked of it yet.
    #[must_use]
    pub fn of_system() -> Self {
        Self::new(system::of_system())
    }

    /// In memory only, for the demo and for tests.
    #[must_use]
    pub fn of_this_run() -> Self {
        let detail = "it is not used here".to_owned();
        Self::new(Arc::new(NoKeyring { detail }))
    }

    /// With a keyring of the library `keyring-core`, such as its mock in tests.
    #[must_use]
    pub fn with_store(store: Arc<CredentialStore>) -> Self {
        Self::new(Arc::new(NativeKeyring(store)))
    }

    pub(crate) fn new(keyring: Arc<dyn Keyring>) -> Self {
        Self::taking_turns(keyring, sealing_key::turns())
    }

    pub(crate) fn taking_turns(keyring: Arc<dyn Keyring>, turns: Option<PathBuf>) -> Self {
        Self {
            inner: Arc::new(SharedSecrets {
                keyring: Bounded::new(keyring),
                this_run: Mutex::default(),
                turns,
                sealer: tokio::sync::Mutex::default(),
            }),
        }
    }

    /// How these secrets stand. Nobody is asked to unlock anything.
    pub async fn states(&self, names: &[SecretName]) -> SecretStates {
        let asked: Vec<SecretName> = names.to_vec();
        let found = self.inner.keyring.run(move |keyring| keyring.look(&asked)).await;
        let (found, trouble) = match found {
            Ok(found) => (found.into_iter().map(SecretState::from).collect(), None),
            // Where there is no keyring, it has no secret.
            Err(error @ SecretError::NoKeyring { .. }) => {
                (vec![SecretState::Absent; names.len()], Some(error))
            }
            Err(error) => (vec![SecretState::Unknown; names.len()], Some(error)),
        };
        let this_run = self.this_run();
        let of_this_run = |(name, found)| {
            if this_run.contains_key(name) {
                SecretState::ThisRun
            } else {
                found
            }
        };
        SecretStates {
            states: names.iter().zip(found).map(of_this_run).collect(),
            trouble,
        }
    }

    /// Keeps a secret, in place of what had this name; `label` is what the system's own program shows for it. Where there is
    /// no keyring, it is kept for this run, which the answer says.
    ///
    /// # Errors
    /// Why the keyring did not take it; then it is not kept at all.
    pub async fn keep(
        &self,
        name: &SecretName,
        label: &str,
        secret: SecretString,
        place: SecretPlace,
    ) -> Result<SecretPlace, SecretError> {
        if place == SecretPlace::ThisRun {
            return Ok(self.keep_for_this_run(name, secret));
        }
        match self.write(name, label, &secret).await {
            Ok(()) => {
                self.this_run().remove(name);
                Ok(SecretPlace::Keyring)
            }
            Err(SecretError::NoKeyring { detail }) => {
                tracing::info!(detail, "there is no keyring: a secret is kept for this run");
                Ok(self.keep_for_this_run(name, secret))
            }
            Err(error) => Err(error),
        }
    }

    /// Removes a secret, wherever it is kept; one that is not there is no error.
    ///
    /// # Errors
    /// Why the keyring may still have it.
    pub async fn remove(&self, name: &SecretName) -> Result<(), SecretError> {
        if self.this_run().remove(name).is_some() {
            return Ok(());
        }
        let name = name.clone();
        match self.inner.keyring.run(move |keyring| keyring.remove(&name)).await {
            Ok(()) | Err(SecretError::NoKeyring { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Has the system ask the person to unlock the keyring. Whoever stops waiting leaves the question on the screen, and who asks
    /// again waits for the same one.
    ///
    /// # Errors
    /// [`SecretError::Dismissed`] when the person said no, or nothing within some minutes, and any other.
    pub async fn unlock(&self) -> Result<(), SecretError> {
        self.inner.keyring.unlock(UNLOCK_LIMIT).await
    }

    /// Seals with the key that the keyring has for this, which is made at the first use. Without a keyring it is a key of
    /// this run.
    ///
    /// # Errors
    /// Why the keyring does not give or take the key.
    pub async fn sealer(&self) -> Result<Sealer, SecretError> {
        let mut known = self.inner.sealer.lock().await;
        if let Some(sealer) = known.as_ref() {
            return Ok(sealer.clone());
        }
        let sealer = self.read_or_make_key().await?;
        Ok(known.insert(sealer).clone())
    }

    async fn read_or_make_key(&self) -> Result<Sealer, SecretError> {
        let turns = self.inner.turns.clone();
        let key = self
            .inner
            .keyring
            .run(move |keyring| sealing_key::read_or_make(keyring, turns.as_deref()));
        match key.await {
            Ok(key) => Sealer::of(&key, SecretPlace::Keyring),
            Err(SecretError::NoKeyring { detail }) => {
                tracing::info!(detail, "there is no keyring: files are sealed for this run");
                Sealer::of(&sealer::new_key()?, SecretPlace::ThisRun)
            }
            Err(error) => Err(error),
        }
    }

    async fn write(&self, name: &SecretName, label: &str, secret: &SecretString) -> Result<(), SecretError> {
        let (name, label, secret) = (name.clone(), label.to_owned(), secret.clone());
        let write = move |keyring: &dyn Keyring| keyring.write(&name, &label, &secret);
        self.inner.keyring.run(write).await
    }

    fn keep_for_this_run(&self, name: &SecretName, secret: SecretString) -> SecretPlace {
        self.this_run().insert(name.clone(), secret);
        SecretPlace::ThisRun
    }

    fn this_run(&self) -> MutexGuard<'_, HashMap<SecretName, SecretString>> {
        self.inner.this_run.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SecretSource for Secrets {
    async fn secret(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        let of_this_run = self.this_run().get(name).cloned();
        if of_this_run.is_some() {
            return Ok(of_this_run);
        }
        let name = name.clone();
        self.inner.keyring.run(move |keyring| keyring.read(&name)).await
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secrets").finish_non_exhaustive()
    }
}
