//! The question of the desktop for the keyring's password: asked, and waited for.
//!
//! A question that nobody waits for any more stays on the screen until it is closed there: gnome-keyring ends when a program
//! dismisses it.

use std::time::Duration;

use futures_util::StreamExt;
use postern_model::SecretError;
use tokio::time::timeout;
use zbus::{
    Connection, Proxy,
    proxy::{Builder, CacheProperties},
    zvariant::{OwnedObjectPath, OwnedValue},
};

use crate::bus_error;

const SERVICE: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const PROMPT_INTERFACE: &str = "org.freedesktop.Secret.Prompt";

/// Where a path would be and there is none.
const NOWHERE: &str = "/";

/// How long the service may take for each of its own steps; the person has no limit here.
const LIMIT: Duration = Duration::from_secs(4);

/// Has the desktop ask for the password of the default collection, if it is locked.
pub(crate) async fn unlock() -> Result<(), SecretError> {
    let bus = quickly(Connection::session()).await?;
    let service = quickly(proxy(&bus, SERVICE_PATH.to_owned(), SERVICE_INTERFACE)).await?;
    let collection: OwnedObjectPath = quickly(service.call("ReadAlias", &"default")).await?;
    if collection.as_str() == NOWHERE {
        return Err(bus_error::without_collection());
    }
    let (_unlocked, prompt): (Vec<OwnedObjectPath>, OwnedObjectPath) =
        quickly(service.call("Unlock", &vec![collection])).await?;
    if prompt.as_str() == NOWHERE {
        return Ok(());
    }
    let prompt = quickly(proxy(&bus, prompt.as_str().to_owned(), PROMPT_INTERFACE)).await?;
    answer(&prompt).await
}

async fn answer(prompt: &Proxy<'_>) -> Result<(), SecretError> {
    let mut completed = quickly(prompt.receive_signal("Completed")).await?;
    // Without the number of a window, it is a window of its own.
    let _shown: () = quickly(prompt.call("Prompt", &"")).await?;
    let Some(signal) = completed.next().await else {
        return Err(bus_error::gone());
    };
    match signal.body().deserialize::<(bool, OwnedValue)>() {
        Ok((false, _)) => Ok(()),
        Ok((true, _)) => Err(SecretError::Dismissed),
        Err(error) => Err(bus_error::of_bus(&error)),
    }
}

async fn proxy(bus: &Connection, path: String, interface: &'static str) -> zbus::Result<Proxy<'static>> {
    let builder: Builder<'static, Proxy<'static>> = Builder::new(bus);
    builder
        .destination(SERVICE)?
        .path(path)?
        .interface(interface)?
        .cache_properties(CacheProperties::No)
        .build()
        .await
}

async fn quickly<T>(step: impl Future<Output = zbus::Result<T>>) -> Result<T, SecretError> {
    match timeout(LIMIT, step).await {
        Ok(answer) => answer.map_err(|error| bus_error::of_bus(&error)),
        Err(_) => Err(SecretError::Hangs),
    }
}
