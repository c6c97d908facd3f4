//! What every part of the simulator shares: the made-up world, keys, the granted sessions, faults.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::call_faults::CallFaults;
use crate::gateway::Sessions;
use crate::kms::{Kms, SessionPreferences};
use crate::world::{AccessKeys, World};

/// The one shared state; a clone is a handle.
pub(crate) type Cloud = Arc<CloudState>;

/// See [`Cloud`].
pub(crate) struct CloudState {
    /// The made-up company.
    pub(crate) world: World,
    /// Access keys of this run.
    pub(crate) access_keys: AccessKeys,
    /// Sessions that were granted.
    pub(crate) sessions: Arc<Sessions>,
    /// The keys of KMS.
    pub(crate) kms: Arc<Kms>,
    /// The key of each Region's preferences.
    pub(crate) preferences: SessionPreferences,
    /// What outside hands ordered to go wrong.
    pub(crate) faults: Arc<CallFaults>,
    /// Data channels without a signature.
    pub(crate) unsigned: Unsigned,
}

/// What is done with data channels whose upgrade carries no signature. The official plugin signs it since 1.2.764, and
/// an older one hangs without a word when it is refused.
pub(crate) struct Unsigned {
    accepted: bool,
    refused: Notify,
}

impl Unsigned {
    pub(crate) fn new(accepted: bool) -> Self {
        Self {
            accepted,
            refused: Notify::new(),
        }
    }

    pub(crate) fn are_accepted(&self) -> bool {
        self.accepted
    }

    /// One was refused.
    pub(crate) fn refuse(&self) {
        self.refused.notify_one();
    }

    /// Returns when one more was refused; several at once may count as one.
    pub(crate) async fn refused(&self) {
        self.refused.notified().await;
    }
}
