//! The Secret Service of Linux desktops (gnome-keyring, KWallet, KeePassXC) over the session bus.
//!
//! No call but `unlock` makes the service ask the person: what is locked is told, not unlocked. A call that is given up gives its
//! connection up too, so nothing is left behind.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use postern_model::{SecretError, SecretName, system_text};
use secrecy::{ExposeSecret, SecretString};
use secret_service::{EncryptionType, Error, Item, SearchItemsResult, SecretService};
use tokio::{runtime::Builder, time::timeout};

use crate::{
    bus_error::explain,
    keyring::{Keyring, Presence, SERVICE},
    question,
};

/// Within the limit of every call, so that it is this module that gives up and its thread is free again.
const LIMIT: Duration = Duration::from_secs(4);

/// KWallet keeps text only, so all secrets are text.
const CONTENT_TYPE: &str = "text/plain";

/// The Secret Service of the session bus.
#[derive(Default)]
pub(crate) struct SecretServiceKeyring {
    /// One connection for all calls, as long as it works: gnome-keyring ends over programs that come and go quickly.
    known: Mutex<Option<Arc<Bus>>>,
}

type Bus = SecretService<'static>;

#[async_trait]
impl Keyring for SecretServiceKeyring {
    fn look(&self, names: &[SecretName]) -> Result<Vec<Presence>, SecretError> {
        self.call(async |service| {
            let is_locked = is_locked(service).await?;
            let mut found = Vec::new();
            for name in names {
                found.push(presence(&search(service, name).await?, is_locked));
            }
            Ok(found)
        })
    }

    fn read(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        self.call(async |service| {
            let found = search(service, name).await?;
            match found.unlocked.first() {
                Some(item) => read(item).await.map(Some),
                None => match presence(&found, is_locked(service).await?) {
                    Presence::Locked => Err(SecretError::Locked),
                    Presence::Stored | Presence::Absent => Ok(None),
                },
            }
        })
    }

    fn write(&self, name: &SecretName, label: &str, secret: &SecretString) -> Result<(), SecretError> {
        self.call(async |service| {
            let collection = service.get_default_collection().await.map_err(explain)?;
            // A locked one would make the library ask the person.
            if collection.is_locked().await.map_err(explain)? {
                return Err(SecretError::Locked);
            }
            let secret = secret.expose_secret().as_bytes();
            let created = collection.create_item(label, attributes(name), secret, true, CONTENT_TYPE);
            created.await.map(drop).map_err(explain)
        })
    }

    fn remove(&self, name: &SecretName) -> Result<(), SecretError> {
        self.call(async |service| {
            let found = search(service, name).await?;
            for item in &found.unlocked {
                item.delete().await.map_err(explain)?;
            }
            let some_left = !found.locked.is_empty();
            let none_seen = found.unlocked.is_empty() && is_locked(service).await?;
            if some_left || none_seen {
                return Err(SecretError::Locked);
            }
            Ok(())
        })
    }

    async fn unlock(&self) -> Result<(), SecretError> {
        question::unlock().await
    }
}

impl SecretServiceKeyring {
    /// Runs a call here, on a thread that may block, for as long as it may take.
    fn call<T>(&self, work: impl AsyncFn(&Bus) -> Result<T, SecretError>) -> Result<T, SecretError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| SecretError::Failed {
            detail: system_text(&error),
        })?;
        let answer = runtime.block_on(async { timeout(LIMIT, self.connected(work)).await });
        answer.unwrap_or_else(|_| {
            self.keep(None);
            Err(SecretError::Hangs)
        })
    }

    /// With the connection that there is; where that is of no use any more, because the service or the bus was started anew,
    /// with another one.
    async fn connected<T>(
        &self,
        work: impl AsyncFn(&Bus) -> Result<T, SecretError>,
    ) -> Result<T, SecretError> {
        if let Some(known) = self.known() {
            let answer = work(&known).await;
            if !matches!(
                answer,
                Err(SecretError::NoKeyring { .. } | SecretError::Failed { .. })
            ) {
                return answer;
            }
            self.keep(None);
        }
        let service = SecretService::connect(EncryptionType::Dh)
            .await
            .map_err(explain)?;
        let service = Arc::new(service);
        self.keep(Some(Arc::clone(&service)));
        work(&service).await
    }

    fn known(&self) -> Option<Arc<Bus>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, service: Option<Arc<Bus>>) {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = service;
    }
}

async fn search<'a>(service: &'a Bus, name: &SecretName) -> Result<SearchItemsResult<Item<'a>>, SecretError> {
    service.search_items(attributes(name)).await.map_err(explain)
}

/// Whether what is not found may be there all the same: not every service searches what is locked.
async fn is_locked(service: &Bus) -> Result<bool, SecretError> {
    match service.get_default_collection().await {
        Ok(collection) => collection.is_locked().await.map_err(explain),
        Err(Error::NoResult) => Ok(false),
        Err(error) => Err(explain(error)),
    }
}

fn presence(found: &SearchItemsResult<Item<'_>>, is_locked: bool) -> Presence {
    if !found.unlocked.is_empty() {
        Presence::Stored
    } else if is_locked || !found.locked.is_empty() {
        Presence::Locked
    } else {
        Presence::Absent
    }
}

async fn read(item: &Item<'_>) -> Result<SecretString, SecretError> {
    let bytes = item.get_secret().await.map_err(explain)?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(_) => Err(SecretError::Failed {
            detail: "what it keeps under this name is no text".into(),
        }),
    }
}

/// The same as those of the keyring libraries, so that other programs find the entries too.
fn attributes(name: &SecretName) -> HashMap<&'static str, &str> {
    HashMap::from([("service", SERVICE), ("username", name.as_str())])
}
