//! AWS as all commands reach it: by the user's own configuration, behind it the profiles of Postern's own, and on the way
//! that Postern's settings say.

use std::sync::Arc;

use postern_aws::{AwsControlPlane, Terminal};
use postern_model::{Networked, OwnEntries, OwnProfiles};
use postern_secrets::Secrets;
use postern_store::{KeptNetwork, Store, StoreError};

use crate::console;
use crate::mfa::PersonAtTerminal;

/// The user's AWS. Whoever sits at this terminal is asked for the codes of MFA devices, and by credential processes, until
/// a session reads it. Settings of the network that cannot be read are left to the window, which says what is wrong.
pub(crate) fn of_user() -> AwsControlPlane {
    let own = OwnProfiles::new(Arc::new(Secrets::of_system()));
    own.replace(own_entries());
    let control = AwsControlPlane::from_environment()
        .with_own_profiles(own)
        .lending(Terminal::of_this_program());
    match kept() {
        Ok(kept) => control.use_network(kept.with_password(None)),
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

fn kept() -> Result<KeptNetwork, StoreError> {
    KeptNetwork::read(&Store::default_path()?)
}
