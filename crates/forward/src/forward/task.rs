//! The task of a forward.

mod replacing;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use postern_session::{NetworkUps, SessionEnd, follow_network};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::behind::{Behind, BehindEvent};
use super::beside::{Beside, BesideEvent};
use super::waiting::WaitingConnections;
use crate::arrivals::Arrivals;
use crate::due::at;
use crate::local::LocalStream;
use crate::notice::NoticeSender;
use crate::tunnel::{PlainSession, SessionUse, Tunnel, TunnelEvent};
use crate::{ForwardError, ForwardOptions, ForwardPhase, ForwardState, PortDestination, Via};

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
    beside: Beside,
    /// The agent is too old for streams: each connection has a session of its own. This is the destination that it cannot carry.
    one_each: Option<PortDestination>,
    /// Since when connections go through.
    open_since: Option<Instant>,
    /// The link is lost: what comes waits, as before the session was there.
    is_away: bool,
    was_open: bool,
    failures: u32,
    /// Connections so far.
    taken: u64,
    accepts_again: Option<Instant>,
    network: NetworkUps,
}

/// One thing that happened.
enum ForwardHappening {
    Stop,
    Retry,
    Accepted(io::Result<Result<LocalStream, ForwardError>>),
    Behind(BehindEvent),
    Beside(BesideEvent),
    TimedOut,
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
            beside: Beside::default(),
            one_each: None,
            open_since: None,
            is_away: false,
            was_open: false,
            failures: 0,
            taken: 0,
            accepts_again: None,
            network: follow_network(),
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
                ForwardHappening::Beside(event) => {
                    self.beside_event(event);
                    None
                }
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
            Ok(()) = self.network.changed() => ForwardHappening::Retry,
            event = self.behind.next() => ForwardHappening::Behind(event),
            event = self.beside.next() => ForwardHappening::Beside(event),
            accepted = self.arrivals.accept(), if accepts => ForwardHappening::Accepted(accepted),
            () = at(due) => ForwardHappening::TimedOut,
        }
    }

    /// What waits for its time does not wait any more.
    fn retry(&mut self) {
        self.beside.retry_now();
        match &self.behind {
            Behind::Nothing(Some(_)) => self.open_session(),
            Behind::Tunnel(tunnel) => tunnel.retry_now(),
            Behind::Nothing(None) | Behind::Opening(_) => {}
        }
    }

    /// Ends the sessions at AWS; meanwhile nothing is accepted.
    async fn stop(&mut self) -> ForwardPhase {
        if let Behind::Tunnel(tunnel) = std::mem::replace(&mut self.behind, Behind::Nothing(None)) {
            self.beside.push(tunnel);
        }
        self.beside.terminate_all();
        let mut error = None;
        while !self.beside.is_empty() {
            if let BesideEvent::Over { error: end, .. } = self.beside.next().await {
                error = error.or_else(|| kept_by_aws(end));
            }
        }
        ForwardPhase::Stopped { error }
    }

    fn accepted(&mut self, accepted: io::Result<Result<LocalStream, ForwardError>>) -> Option<ForwardPhase> {
        match accepted {
            Ok(Ok(stream)) => {
                self.taken += 1;
                self.waiting.push(stream, self.options.wait_for_session);
                self.connect_waiting();
                self.open_for_waiting();
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
            if tunnel.is_used_up() {
                self.set_aside();
                self.open_behind_one();
            }
        }
    }

    /// What comes from now on belongs into another session; what is in this one goes on in it.
    fn set_aside(&mut self) {
        if let Behind::Tunnel(tunnel) = std::mem::replace(&mut self.behind, Behind::Nothing(None)) {
            self.beside.push(tunnel);
        }
        self.open_since = None;
        self.is_away = false;
    }

    /// A session is opened where a connection needs one and none comes by itself.
    fn open_for_waiting(&mut self) {
        if let Behind::Nothing(None) = self.behind
            && !self.waiting.is_empty()
            && self.beside.has_room()
        {
            self.open_session();
        }
    }

    fn open_session(&mut self) {
        if self.one_each.is_none() {
            self.phase(ForwardPhase::Opening);
        }
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
                self.session_is_due();
                None
            }
            BehindEvent::Opened(Ok((session, events))) => {
                let (destination, notices) = (self.destination.to_string(), self.notices.clone());
                let tunnel = Tunnel::new(session, events, destination, notices).used_as(self.session_use());
                self.behind = Behind::Tunnel(Box::new(tunnel));
                None
            }
            BehindEvent::Opened(Err(error)) => self.session_over(error, 0),
            BehindEvent::Tunnel(event) => self.tunnel_event(event),
        }
    }

    /// Where each connection has a session of its own, none is opened for nobody.
    fn session_is_due(&mut self) {
        if self.one_each.is_some() && self.waiting.is_empty() {
            self.behind = Behind::Nothing(None);
            self.phase(ForwardPhase::Open);
        } else {
            self.open_session();
        }
    }

    fn session_use(&self) -> SessionUse {
        let plain = if self.destination.is_stream() {
            PlainSession::Single
        } else if self.via.has_more() {
            PlainSession::Left
        } else {
            PlainSession::InTurns
        };
        SessionUse::of(plain, &self.options)
    }

    fn beside_event(&mut self, event: BesideEvent) {
        let BesideEvent::Over {
            mut tunnel,
            error,
            lost,
        } = event
        else {
            return;
        };
        self.state
            .send_modify(|state| tunnel.count_into(&mut state.traffic));
        if lost > 0 {
            self.notices.lost(error);
        }
        self.open_for_waiting();
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
            TunnelEvent::Wedged(after) => self.wedged(after),
            TunnelEvent::Silent(error) => self.silent(error),
            TunnelEvent::AgentIsNew => self.back_to_streams(),
            TunnelEvent::Unwedged => {
                self.is_away = false;
                self.phase(ForwardPhase::Open);
                self.connect_waiting();
            }
            TunnelEvent::Over { error, lost } => return self.session_over(error, lost),
        }
        None
    }

    fn time_out(&mut self) {
        if self.accepts_again.is_some_and(|at| at <= Instant::now()) {
            self.accepts_again = None;
        }
        let waited = self.options.wait_for_session;
        let too_late = Arc::new(if self.is_busy() {
            ForwardError::Busy(waited)
        } else {
            ForwardError::NoSessionInTime(waited)
        });
        for _ in 0..self.waiting.close_late(&too_late) {
            self.notices.lost_for(&too_late);
        }
    }

    /// Whether others have all of an old agent.
    fn is_busy(&self) -> bool {
        match &self.behind {
            Behind::Tunnel(tunnel) => tunnel.is_taken(),
            Behind::Nothing(_) | Behind::Opening(_) => self.one_each.is_some() && !self.beside.has_room(),
        }
    }

    fn phase(&self, phase: ForwardPhase) {
        self.state.send_modify(|state| state.phase = phase);
    }

    /// Brings the counts up to date.
    fn count(&mut self) {
        let (waiting, taken) = (self.waiting.len(), self.taken);
        let Self {
            state,
            behind,
            beside,
            ..
        } = self;
        state.send_if_modified(|state| {
            let before = state.traffic;
            state.traffic.open = waiting;
            state.traffic.taken = taken;
            if let Behind::Tunnel(tunnel) = behind {
                state.traffic.open += tunnel.connections();
                tunnel.count_into(&mut state.traffic);
            }
            state.traffic.open += beside.connections();
            beside.count_into(&mut state.traffic);
            state.traffic != before
        });
    }
}

/// What is told of a session that was to be ended: nothing, where AWS knows.
fn kept_by_aws(end: ForwardError) -> Option<Arc<ForwardError>> {
    let is_kept = matches!(
        end,
        ForwardError::End(SessionEnd::LeftBehind) | ForwardError::Session(_)
    );
    is_kept.then(|| Arc::new(end))
}
