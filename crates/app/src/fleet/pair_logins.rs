//! Pairs that could not be synced because nobody is signed in: they wait for it with everything else that does.

use std::sync::Arc;

use postern_fleet::SyncEvent;
use postern_model::{ControlError, ControlPlane, Pair};

use crate::sign_ins::{Login, LoginWaits, Waiter};

/// Notes which pairs wait for a sign-in.
#[derive(Clone)]
pub(crate) struct PairLogins {
    control: Arc<dyn ControlPlane>,
    logins: LoginWaits,
}

/// The end of a pair's sync.
pub(super) struct SyncOutcome {
    pub(super) pair: Pair,
    /// Why nothing was read, or a part was not.
    error: Option<ControlError>,
}

impl PairLogins {
    pub(crate) fn new(control: &Arc<dyn ControlPlane>, logins: &LoginWaits) -> Self {
        Self {
            control: Arc::clone(control),
            logins: logins.clone(),
        }
    }

    /// Only these still take part in sync.
    pub(super) fn keep(&self, ids: &[i32]) {
        self.logins.keep_pairs(ids);
    }

    /// A pair that only a sign-in can help waits for it; one that was read shows that others can be read, too.
    pub(super) async fn note(&self, id: i32, SyncOutcome { pair, error }: SyncOutcome) {
        let (waiter, profile) = (Waiter::Pair(id), Some(&pair.profile));
        let Some(error) = error else {
            self.logins.leave(waiter);
            return self.worked(&pair).await;
        };
        match Login::that_mends(&self.control, profile, &error).await {
            Some(login) => self.logins.wait(&login, waiter, profile, error.into(), None),
            None => {
                self.logins.leave(waiter);
            }
        }
    }

    async fn worked(&self, pair: &Pair) {
        if self.logins.is_idle() {
            return;
        }
        let login = Login::of(&self.control, Some(&pair.profile)).await;
        self.logins.worked(&login).wake();
    }
}

impl SyncOutcome {
    /// None while the pair is still being read, and where nothing is known of it.
    pub(super) fn of(event: &SyncEvent) -> Option<Self> {
        let SyncEvent::Finished { pair, result } = event else {
            return None;
        };
        let error = match result {
            Ok(listing) => listing.failures().next().map(|(_, error)| error.clone()),
            Err(error) => Some(error.clone()),
        };
        Some(Self {
            pair: pair.clone(),
            error,
        })
    }
}
