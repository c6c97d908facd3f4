//! What lets the calls of syncs through: few at once, and for each account and Region no faster than AWS takes them.

mod pace;
mod turns;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use postern_model::{Pair, ProfileName, Region};
use tokio::time::{Instant, sleep};

use pace::Pace;
pub(crate) use turns::Turn;
use turns::{CallTurns, Road};

/// Below AWS's request limits, and the connections of one computer stay few.
const CALLS_AT_ONCE: usize = 16;

/// Lets the calls of all syncs that share it through: at most sixteen at once, those of pairs with a low rank first, few of a
/// Region that does not answer while others wait, and for each account, Region and operation no faster than AWS takes them. It
/// learns that from AWS's throttling, and forgets it again when there is none.
pub struct SyncGate {
    turns: Arc<CallTurns>,
    paces: Mutex<HashMap<Lane, Pace>>,
}

/// What AWS counts calls by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Lane {
    owner: LaneOwner,
    region: Region,
    operation: &'static str,
}

/// Whose calls they are: the account, where it is known already, else the profile.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum LaneOwner {
    Account(String),
    Profile(ProfileName),
}

/// The gate as the calls of one pair come to it.
#[derive(Clone, Copy)]
pub(crate) struct GateEntrance<'a> {
    gate: &'a SyncGate,
    rank: usize,
    pair: &'a Pair,
}

impl GateEntrance<'_> {
    /// A turn to get the pair's credentials.
    pub(crate) async fn credentials(&self) -> Turn {
        let road = Road::Credentials(self.pair.profile.clone());
        CallTurns::take(&self.gate.turns, self.rank, self.pair, road).await
    }

    /// A turn for one call, when its lane may be asked again.
    pub(crate) async fn pass(&self, lane: &Lane) -> Turn {
        let wait = self.gate.with_pace(lane, Pace::reserve);
        if !wait.is_zero() {
            sleep(wait).await;
        }
        let road = Road::Region(self.pair.region.clone());
        CallTurns::take(&self.gate.turns, self.rank, self.pair, road).await
    }

    /// AWS took the call.
    pub(crate) fn taken(&self, lane: &Lane) {
        self.gate.with_pace(lane, Pace::taken);
    }

    /// AWS asked to slow down. Returns how long this call should wait beside its lane's pace, after so many tries.
    pub(crate) fn throttled(&self, lane: &Lane, tries: u32) -> Duration {
        self.gate.with_pace(lane, Pace::throttled);
        pace::pause_after(tries)
    }
}

impl Lane {
    /// The calls of an operation for a pair of an account.
    pub(crate) fn of(pair: &Pair, account: Option<&str>, operation: &'static str) -> Self {
        Self {
            owner: match account {
                Some(account) => LaneOwner::Account(account.to_owned()),
                None => LaneOwner::Profile(pair.profile.clone()),
            },
            region: pair.region.clone(),
            operation,
        }
    }

    /// The IAM action.
    pub(crate) fn operation(&self) -> &'static str {
        self.operation
    }
}

impl SyncGate {
    /// How the calls of a pair come in: those of a low rank go first.
    pub(crate) fn entrance<'a>(&'a self, rank: usize, pair: &'a Pair) -> GateEntrance<'a> {
        GateEntrance {
            gate: self,
            rank,
            pair,
        }
    }

    fn with_pace<T>(&self, lane: &Lane, use_it: impl FnOnce(&mut Pace, Instant) -> T) -> T {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let pace = paces.entry(lane.clone()).or_default();
        use_it(pace, Instant::now())
    }
}

impl Default for SyncGate {
    fn default() -> Self {
        Self {
            turns: Arc::new(CallTurns::new(CALLS_AT_ONCE)),
            paces: Mutex::default(),
        }
    }
}

impl fmt::Debug for SyncGate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncGate").finish_non_exhaustive()
    }
}
