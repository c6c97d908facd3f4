//! A forward that runs: its local end, the session behind it, and the next session when that one is over.

mod behind;
mod beside;
mod task;
mod waiting;

use std::sync::Arc;

use tokio::sync::{Notify, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::arrivals::Arrivals;
use crate::entrance::Entrance;
use crate::local::Listeners;
use crate::notice::{self, ForwardNotices, NoticeSender};
use crate::socks::{SocksAdmission, SocksTask};
use crate::web::WebAdmission;
use crate::{
    DeclaredForward, ForwardDestination, ForwardError, ForwardOptions, ForwardPhase, ForwardState,
    ForwardTraffic, LocalAddress, LocalEnd, PortDestination, Via,
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
        let listeners = Listeners::open(&declared.local).await?;
        let local = listeners.addresses();
        let (notices, notices_end) = notice::way();
        let forward = match &declared.destination {
            ForwardDestination::Port(destination) => {
                let arrivals = if declared.is_web {
                    let port = local.iter().find_map(LocalAddress::port);
                    let admission = WebAdmission::new(port, destination.clone(), notices.clone());
                    Arrivals::Web(Entrance::new(listeners, admission))
                } else {
                    Arrivals::Plain(listeners)
                };
                let destination = destination.clone();
                Self::begin(local, |state, stop, retry| {
                    ForwardTask::new(arrivals, destination, via, options, state, notices).run(stop, retry)
                })
            }
            ForwardDestination::Socks(rules) => {
                let admission = SocksAdmission::new(rules.clone(), notices.clone());
                let entrance = Entrance::new(listeners, admission);
                Self::begin(local, |state, stop, retry| {
                    SocksTask::new(entrance, via, options, state, notices).run(stop, retry)
                })
            }
        };
        Ok((forward, notices_end))
    }

    /// A forward whose connections are given to it.
    pub(crate) fn without_local_end(
        arrivals: Arrivals,
        destination: PortDestination,
        via: Arc<dyn Via>,
        options: ForwardOptions,
        notices: NoticeSender,
    ) -> Self {
        Self::begin(Vec::new(), |state, stop, retry| {
            ForwardTask::new(arrivals, destination, via, options, state, notices).run(stop, retry)
        })
    }

    /// Runs a task that tells its state, and ends when it is told to.
    fn begin<F>(
        local: Vec<LocalAddress>,
        run: impl FnOnce(watch::Sender<ForwardState>, CancellationToken, Arc<Notify>) -> F,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (state, state_end) = watch::channel(ForwardState {
            local,
            phase: ForwardPhase::Opening,
            session: None,
            traffic: ForwardTraffic::default(),
        });
        let (stop, retry) = (CancellationToken::new(), Arc::new(Notify::new()));
        tokio::spawn(run(state, stop.clone(), Arc::clone(&retry)));
        Self {
            state: state_end,
            retry,
            _stops: Arc::new(stop.clone().drop_guard()),
            stop,
        }
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
