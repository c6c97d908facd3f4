//! The way to AWS of one world: what settings, pairs and keyring say of it, told to the control plane whenever they change.

use std::sync::Arc;

use postern_model::{ControlPlane, Network, SecretSource};
use postern_secrets::{SecretPlace, Secrets};
use postern_store::{KeptNetwork, Store};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::watch;

use crate::{
    contract::{ErrorView, ProxyPasswordDraft, SecretStateView},
    storage::Storage,
};

/// Tells the control plane the way to AWS.
pub(crate) struct WayToAws {
    control: Arc<dyn ControlPlane>,
    storage: Storage,
    /// Not in the demo, which needs no proxy.
    secrets: Option<Secrets>,
    changed: watch::Sender<()>,
}

impl WayToAws {
    pub(crate) fn new(control: &Arc<dyn ControlPlane>, storage: &Storage, secrets: Option<Secrets>) -> Self {
        Self {
            control: Arc::clone(control),
            storage: storage.clone(),
            secrets,
            changed: watch::Sender::new(()),
        }
    }

    /// Changes when the way was told anew: what waits for one that works may try.
    pub(crate) fn changes(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// Reads it from the store, and the proxy's password from the keyring where one is needed, and tells it.
    pub(crate) async fn tell(&self) -> Result<(), ErrorView> {
        let (kept, password) = self.kept().await?;
        self.control.use_network(kept.with_password(password));
        self.changed.send_replace(());
        Ok(())
    }

    async fn kept(&self) -> Result<(KeptNetwork, Option<SecretString>), ErrorView> {
        let kept = self.storage.run(Store::kept_network).await?;
        let password = if kept.needs_password() {
            self.password().await
        } else {
            None
        };
        Ok((kept, password))
    }

    /// Keeps the password of the settings' proxy, and uses it.
    pub(crate) async fn keep_password(&self, draft: ProxyPasswordDraft) -> Result<(), ErrorView> {
        let (Some(secrets), Some(name)) = (&self.secrets, Network::proxy_password()) else {
            return Err(ErrorView::new(
                "not-in-demo",
                "The demo needs no proxy.",
                "Leave the demo first.",
            ));
        };
        let place = if draft.this_run {
            SecretPlace::ThisRun
        } else {
            SecretPlace::Keyring
        };
        let password = draft.password.0;
        if password.expose_secret().is_empty() {
            secrets.remove(&name).await.map_err(ErrorView::from)?;
        } else {
            let kept = secrets.keep(&name, "Postern: password of the proxy", password, place);
            kept.await.map_err(ErrorView::from)?;
        }
        let (kept, password) = self.kept().await?;
        // What a person types is sent at once, also where it is what the proxy refused before: an account may be free again.
        self.control.use_network(kept.with_password(None));
        self.control.use_network(kept.with_password(password));
        self.changed.send_replace(());
        Ok(())
    }

    /// How the password stands; `absent` in the demo, which needs none.
    pub(crate) async fn password_state(&self) -> SecretStateView {
        let (Some(secrets), Some(name)) = (&self.secrets, Network::proxy_password()) else {
            return SecretStateView::Absent;
        };
        let known = secrets.states(&[name]).await;
        let state = known.states.first().copied();
        state.map_or(SecretStateView::Unknown, SecretStateView::from)
    }

    /// Without it the proxy itself says that it wants one, which is where people look.
    async fn password(&self) -> Option<SecretString> {
        let (secrets, name) = (self.secrets.as_ref()?, Network::proxy_password()?);
        secrets.secret(&name).await.unwrap_or_else(|error| {
            tracing::warn!(code = error.code(), "the password of the proxy cannot be read");
            None
        })
    }
}
