//! What every part of the simulator shares: the made-up world, keys, the granted sessions, faults.

use std::sync::Arc;

use crate::faults::Faults;
use crate::keys::Keys;
use crate::kms::Kms;
use crate::session::Sessions;
use crate::ssm::Preferences;
use crate::world::World;

/// The one shared state; a clone is a handle.
pub(crate) type Cloud = Arc<CloudState>;

/// See [`Cloud`].
pub(crate) struct CloudState {
    /// The made-up company.
    pub(crate) world: World,
    /// Access keys of this run.
    pub(crate) keys: Keys,
    /// Sessions that StartSession granted.
    pub(crate) sessions: Sessions,
    /// The keys of KMS.
    pub(crate) kms: Arc<Kms>,
    /// The key of each Region's preferences.
    pub(crate) preferences: Preferences,
    /// What outside hands ordered to go wrong.
    pub(crate) faults: Arc<Faults>,
}
