//! The control plane of the command line: the AWS configuration, and behind it the profiles of Postern's own.

use std::sync::Arc;

use postern_aws::AwsControlPlane;
use postern_model::{OwnEntries, OwnProfiles};
use postern_secrets::Secrets;
use postern_store::{Store, StoreError};

use crate::console;

/// What the window knows is known here too, and read anew at each start.
pub(crate) fn of_user() -> AwsControlPlane {
    let own = OwnProfiles::new(Arc::new(Secrets::of_system()));
    own.replace(own_entries());
    AwsControlPlane::from_environment().with_own_profiles(own)
}

/// Whatever keeps them from being read keeps no other profile from being used.
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
