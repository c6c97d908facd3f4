//! AWS as all commands reach it: by the user's own configuration, behind it the profiles of Postern's own, and on the way
//! that Postern's settings say.

use std::sync::Arc;

use postern_aws::{AwsControlPlane, Terminal};
use postern_model::{Network, Networked, OwnEntries, OwnProfiles, SecretSource};
use postern_store::{KeptNetwork, Store, StoreError};

use secrecy::SecretString;

use crate::console;
use crate::keyring;
use crate::mfa::PersonAtTerminal;

/// The user's AWS. Whoever sits at this terminal is asked for the codes of MFA devices, and by credential processes, until
/// a session reads it, and by the system for the password of a locked keyring. Settings of the network that cannot be read are left to the window, which says what is wrong.
pub(crate) async fn of_user() -> AwsControlPlane {
    let secrets = keyring::of_system();
    let own = OwnProfiles::new(Arc::clone(&secrets));
    own.replace(own_entries());
    let control = AwsControlPlane::from_environment()
        .with_own_profiles(own)
        .lending(Terminal::of_this_program());
    match kept() {
        Ok(kept) => control.use_network(kept.with_password(password(&kept, secrets.as_ref()).await)),
        Err(error) => tracing::warn!(%error, "the settings of the network cannot be read"),
    }
    match PersonAtTerminal::find() {
        Some(person) => control.asking(Arc::new(person)),
        None => control,
    }
}

/// What the window keeps. Whatever keeps it from being read keeps no other profile from being used.
fn own_entries() -> OwnEntries {
    let read = Store::default_path().and_then(|path| Store::own_entries_at(&path));
    read.unwrap_or_else(|error| {
        if error != StoreError::NoDataFolder {
            let next_step = error.next_step();
            console::to_stderr(&format!(
                "postern: profiles of Postern's own are left out: {error} {next_step}\n"
            ));
        }
        OwnEntries::default()
    })
}

/// The keyring is asked for it only where the settings name a proxy with a login.
async fn password(kept: &KeptNetwork, secrets: &dyn SecretSource) -> Option<SecretString> {
    let name = Network::proxy_password().filter(|_| kept.needs_password())?;
    secrets.secret(&name).await.unwrap_or_else(|error| {
        console::to_stderr(&format!(
            "postern: the password of the proxy cannot be read: {error} {}\n",
            error.next_step()
        ));
        None
    })
}

fn kept() -> Result<KeptNetwork, StoreError> {
    KeptNetwork::read(&Store::default_path()?)
}
