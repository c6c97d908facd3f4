//! A forward that runs: its local end, the session behind it, and the next session when that one is over.

mod task;
mod waiting;

use std::sync::Arc;

use tokio::sync::{Notify, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::local::Listeners;
use crate::notice::{self, ForwardNotices};
use crate::{
    DeclaredForward, ForwardDestination, ForwardError, ForwardOptions, ForwardPhase, ForwardState,
    ForwardTraffic, LocalEnd, Via,
};
use task::ForwardTask;

/// A forward that runs. It is stopped when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct Forward {
    state: watch::Receiver<ForwardState>,
    stop: CancellationToken,
    retry: Arc<Notify>,
    _stops: Arc<DropGuard>,
}

impl Forward {
    /// Opens the local end, and a session behind it. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// What is in the way of the local end, such as [`ForwardError::PortTaken`]; nothing runs then. What fails later is told
    /// by the state.
    pub async fn start(
        declared: &DeclaredForward,
        via: Arc<dyn Via>,
        options: ForwardOptions,
    ) -> Result<(Self, ForwardNotices), ForwardError> {
        let ForwardDestination::Port(destination) = declared.destination.clone() else {
            return Err(ForwardError::Crashed);
        };
        let listeners = Listeners::open(&declared.local).await?;
        let (state, state_end) = watch::channel(ForwardState {
            local: listeners.addresses(),
            phase: ForwardPhase::Opening,
            session: None,
            traffic: ForwardTraffic::default(),
        });
        let (notices, notices_end) = notice::way();
        let stop = CancellationToken::new();
        let task = ForwardTask::new(listeners, destination, via, options, state, notices);
        let retry = Arc::new(Notify::new());
        tokio::spawn(task.run(stop.clone(), Arc::clone(&retry)));
        let forward = Self {
            state: state_end,
            retry,
            _stops: Arc::new(stop.clone().drop_guard()),
            stop,
        };
        Ok((forward, notices_end))
    }

    /// How it stands, now and from now on. It closes behind a last phase.
    #[must_use]
    pub fn state(&self) -> watch::Receiver<ForwardState> {
        self.state.clone()
    }

    /// The network or the credentials are back: a link that is lost is resumed at once, a session that is to be replaced is
    /// replaced at once.
    pub fn retry_now(&self) {
        self.retry.notify_one();
    }

    /// Closes the local end and terminates the session at AWS; [`ForwardPhase::Stopped`] tells when that is done.
    pub fn stop(&self) {
        self.stop.cancel();
    }
}

/// Looks whether the local end can be opened now, by opening and closing it.
///
/// # Errors
/// What is in its way, as [`Forward::start`] would say.
pub async fn check_local_end(local: &LocalEnd) -> Result<(), ForwardError> {
    Listeners::open(local).await.map(drop)
}
