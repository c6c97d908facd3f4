//! The task of a forward.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use postern_session::{Session, SessionEnd, SessionEvents};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::waiting::WaitingConnections;
use crate::arrivals::Arrivals;
use crate::due::at;
use crate::local::LocalStream;
use crate::notice::NoticeSender;
use crate::tunnel::{Tunnel, TunnelEvent};
use crate::{ForwardError, ForwardOptions, ForwardPhase, ForwardState, PortDestination, Via};

/// How long the first attempt after a failure waits. Each further one waits twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// A session that lived so long was a good one: the next is opened at once.
const GOOD_AFTER: Duration = Duration::from_secs(5);
/// How long nothing is accepted when the system has no descriptor left for it.
const NO_DESCRIPTORS: Duration = Duration::from_secs(1);

/// The task of a forward.
pub(super) struct ForwardTask {
    arrivals: Arrivals,
    destination: PortDestination,
    via: Arc<dyn Via>,
    options: ForwardOptions,
    state: watch::Sender<ForwardState>,
    notices: NoticeSender,
    waiting: WaitingConnections,
    behind: Behind,
    /// Since when connections go through.
    open_since: Option<Instant>,
    /// The link is lost: what comes waits, as before the session was there.
    is_away: bool,
    was_open: bool,
    failures: u32,
    /// Connections so far.
    taken: u64,
    accepts_again: Option<Instant>,
}

type OpenedSession = Result<(Session, SessionEvents), ForwardError>;

/// What is behind the local end.
enum Behind {
    /// The next session, at this time; none when the next connection asks for it.
    Nothing(Option<Instant>),
    /// A session that is being asked for.
    Opening(BoxFuture<'static, OpenedSession>),
    /// A session.
    Tunnel(Box<Tunnel>),
}

/// One thing that happened.
enum ForwardHappening {
    Stop,
    Retry,
    Accepted(io::Result<Result<LocalStream, ForwardError>>),
    Behind(BehindEvent),
    TimedOut,
}

enum BehindEvent {
    Opened(OpenedSession),
    Tunnel(TunnelEvent),
    Due,
}

impl Behind {
    /// Waits for what happens to it. Cancel safe.
    async fn next(&mut self) -> BehindEvent {
        match self {
            Self::Nothing(due) => {
                at(*due).await;
                BehindEvent::Due
            }
            Self::Opening(opening) => BehindEvent::Opened(opening.await),
            Self::Tunnel(tunnel) => BehindEvent::Tunnel(tunnel.next().await),
        }
    }
}

impl ForwardTask {
    pub(super) fn new(
        arrivals: Arrivals,
        destination: PortDestination,
        via: Arc<dyn Via>,
        options: ForwardOptions,
        state: watch::Sender<ForwardState>,
        notices: NoticeSender,
    ) -> Self {
        Self {
            arrivals,
            destination,
            via,
            options,
            state,
            notices,
            waiting: WaitingConnections::default(),
            behind: Behind::Nothing(None),
            open_since: None,
            is_away: false,
            was_open: false,
            failures: 0,
            taken: 0,
            accepts_again: None,
        }
    }

    /// Runs until it is stopped or cannot go on.
    pub(super) async fn run(mut self, stop: CancellationToken, retry: Arc<Notify>) {
        self.open_session();
        let last = loop {
            let last = match self.next(&stop, &retry).await {
                ForwardHappening::Stop => Some(self.stop().await),
                ForwardHappening::Retry => {
                    self.retry();
                    None
                }
                ForwardHappening::Accepted(accepted) => self.accepted(accepted),
                ForwardHappening::Behind(event) => self.behind_event(event),
                ForwardHappening::TimedOut => {
                    self.time_out();
                    None
                }
            };
            self.count();
            if let Some(last) = last {
                break last;
            }
        };
        self.close_waiting(&last);
        self.behind = Behind::Nothing(None);
        self.count();
        self.phase(last);
    }

    /// Ends what was not given to a session.
    fn close_waiting(&mut self, last: &ForwardPhase) {
        let given = self.arrivals.close();
        for stream in self.waiting.take_all().chain(given) {
            match last {
                ForwardPhase::Failed(error) => stream.fail(error),
                ForwardPhase::Opening
                | ForwardPhase::Open
                | ForwardPhase::Resuming { .. }
                | ForwardPhase::Replacing { .. }
                | ForwardPhase::Asleep
                | ForwardPhase::Stopped { .. } => stream.reset(),
            }
        }
    }

    async fn next(&mut self, stop: &CancellationToken, retry: &Notify) -> ForwardHappening {
        let accepts = self.waiting.has_room() && self.accepts_again.is_none();
        let due = [self.waiting.next_timeout(), self.accepts_again]
            .into_iter()
            .flatten()
            .min();
        tokio::select! {
            () = stop.cancelled() => ForwardHappening::Stop,
            () = retry.notified() => ForwardHappening::Retry,
            event = self.behind.next() => ForwardHappening::Behind(event),
            accepted = self.arrivals.accept(), if accepts => ForwardHappening::Accepted(accepted),
            () = at(due) => ForwardHappening::TimedOut,
        }
    }

    /// What waits for its time does not wait any more.
    fn retry(&mut self) {
        match &self.behind {
            Behind::Nothing(Some(_)) => self.open_session(),
            Behind::Tunnel(tunnel) => tunnel.retry_now(),
            Behind::Nothing(None) | Behind::Opening(_) => {}
        }
    }

    /// Ends the session at AWS; meanwhile nothing is accepted.
    async fn stop(&mut self) -> ForwardPhase {
        let Behind::Tunnel(tunnel) = &mut self.behind else {
            return ForwardPhase::Stopped { error: None };
        };
        tunnel.terminate();
        loop {
            if let TunnelEvent::Over { error, .. } = tunnel.next().await {
                return stopped(error);
            }
        }
    }

    fn accepted(&mut self, accepted: io::Result<Result<LocalStream, ForwardError>>) -> Option<ForwardPhase> {
        match accepted {
            Ok(Ok(stream)) => {
                self.taken += 1;
                self.waiting.push(stream, self.options.wait_for_session);
                self.connect_waiting();
                if let Behind::Nothing(None) = self.behind {
                    self.open_session();
                }
            }
            Ok(Err(refused)) => self.notices.lost(refused),
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                self.accepts_again = Some(Instant::now() + NO_DESCRIPTORS);
            }
        }
        None
    }

    /// Gives the session the connections that wait, while it can take them.
    fn connect_waiting(&mut self) {
        if self.open_since.is_some()
            && !self.is_away
            && let Behind::Tunnel(tunnel) = &mut self.behind
        {
            self.waiting.offer(|stream| tunnel.connect(stream));
        }
    }

    fn open_session(&mut self) {
        self.phase(ForwardPhase::Opening);
        let (via, destination) = (Arc::clone(&self.via), self.destination.clone());
        let local_port = self
            .state
            .borrow()
            .local
            .iter()
            .find_map(crate::LocalAddress::port);
        let opening = async move { via.open(&destination, local_port).await };
        self.behind = Behind::Opening(Box::pin(opening));
    }

    fn behind_event(&mut self, event: BehindEvent) -> Option<ForwardPhase> {
        match event {
            BehindEvent::Due => {
                self.open_session();
                None
            }
            BehindEvent::Opened(Ok((session, events))) => {
                let (destination, notices) = (self.destination.to_string(), self.notices.clone());
                let tunnel = Tunnel::new(session, events, destination, notices);
                self.behind = Behind::Tunnel(Box::new(tunnel));
                None
            }
            BehindEvent::Opened(Err(error)) => self.session_over(error, 0),
            BehindEvent::Tunnel(event) => self.tunnel_event(event),
        }
    }

    fn tunnel_event(&mut self, event: TunnelEvent) -> Option<ForwardPhase> {
        match event {
            TunnelEvent::Granted(session) => self.state.send_modify(|state| state.session = Some(session)),
            TunnelEvent::Open | TunnelEvent::LinkBack => {
                self.open_since.get_or_insert_with(Instant::now);
                self.is_away = false;
                self.was_open = true;
                self.phase(ForwardPhase::Open);
                self.connect_waiting();
            }
            TunnelEvent::LinkLost(error) => {
                self.is_away = true;
                let error = error.map(|error| Arc::new(ForwardError::Session(error)));
                self.phase(ForwardPhase::Resuming { error });
            }
            TunnelEvent::HasRoom => self.connect_waiting(),
            TunnelEvent::Counted => {}
            TunnelEvent::Over { error, lost } => return self.session_over(error, lost),
        }
        None
    }

    /// Decides what comes after a session.
    fn session_over(&mut self, error: ForwardError, lost: usize) -> Option<ForwardPhase> {
        self.count();
        let lived = self.open_since.take().map(|since| since.elapsed());
        let error = Arc::new(error);
        let goes_another_way = self.via.session_over(&error);
        if !self.via.has_more() || !self.can_be_replaced(&error, goes_another_way) {
            return Some(ForwardPhase::Failed(error));
        }
        if lost > 0 {
            self.notices.lost_for(&error);
        }
        if lived.is_some_and(|lived| lived >= GOOD_AFTER) {
            self.failures = 0;
        }
        let is_idle = lost == 0 && self.waiting.is_empty();
        let was_closed = matches!(
            *error,
            ForwardError::End(SessionEnd::Closed { .. } | SessionEnd::GoneWhileAway)
        );
        if is_idle && was_closed {
            self.behind = Behind::Nothing(None);
            self.phase(ForwardPhase::Asleep);
        } else {
            self.replace(error, goes_another_way);
        }
        None
    }

    fn replace(&mut self, error: Arc<ForwardError>, goes_another_way: bool) {
        let wait = match self.failures {
            _ if goes_another_way => Duration::ZERO,
            0 if self.was_open => Duration::ZERO,
            failures => (FIRST_WAIT * 2_u32.saturating_pow(failures.min(10))).min(LONGEST_WAIT),
        };
        self.failures = self.failures.saturating_add(1);
        self.behind = Behind::Nothing(Some(Instant::now() + wait));
        self.phase(ForwardPhase::Replacing { error, wait });
    }

    /// A forward that has worked is tried again and again; one that never has, only where that may help.
    fn can_be_replaced(&self, error: &ForwardError, goes_another_way: bool) -> bool {
        let is_for_good = matches!(
            error,
            ForwardError::HostDenied { .. }
                | ForwardError::NoPortSession
                | ForwardError::OldAgent
                | ForwardError::OneSession
        );
        !is_for_good && (self.was_open || goes_another_way || error.may_pass())
    }

    fn time_out(&mut self) {
        if self.accepts_again.is_some_and(|at| at <= Instant::now()) {
            self.accepts_again = None;
        }
        let too_late = Arc::new(ForwardError::NoSessionInTime(self.options.wait_for_session));
        for _ in 0..self.waiting.close_late(&too_late) {
            self.notices.lost_for(&too_late);
        }
    }

    fn phase(&self, phase: ForwardPhase) {
        self.state.send_modify(|state| state.phase = phase);
    }

    /// Brings the counts up to date.
    fn count(&mut self) {
        let (waiting, taken) = (self.waiting.len(), self.taken);
        let Self { state, behind, .. } = self;
        state.send_if_modified(|state| {
            let before = state.traffic;
            state.traffic.open = waiting;
            state.traffic.taken = taken;
            if let Behind::Tunnel(tunnel) = behind {
                state.traffic.open += tunnel.connections();
                tunnel.count_into(&mut state.traffic);
            }
            state.traffic != before
        });
    }
}

/// How a forward ended that was stopped, by the end of its session.
fn stopped(error: ForwardError) -> ForwardPhase {
    let is_kept = matches!(
        error,
        ForwardError::End(SessionEnd::LeftBehind) | ForwardError::Session(_)
    );
    ForwardPhase::Stopped {
        error: is_kept.then(|| Arc::new(error)),
    }
}
