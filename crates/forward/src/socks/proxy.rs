//! The task of a proxy: clients on one side, a forward for each of their destinations on the other.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::admission::{SocksAdmission, SocksClient};
use super::health::{Health, is_same};
use super::pool::{PoolPlace, RouteId, SessionPool};
use super::route::Route;
use super::waiting::WaitingClients;
use crate::due::at;
use crate::entrance::Entrance;
use crate::notice::NoticeSender;
use crate::{ForwardError, ForwardOptions, ForwardPhase, ForwardState, ForwardTraffic, Via};

/// Sessions at a time: AWS counts them, and each is a process on the node.
const MOST_SESSIONS: usize = 16;
/// How long nothing is accepted when the system has no descriptor left for it.
const NO_DESCRIPTORS: Duration = Duration::from_secs(1);

/// The task of a proxy.
pub(crate) struct SocksTask {
    entrance: Entrance<SocksAdmission>,
    via: Arc<dyn Via>,
    options: ForwardOptions,
    state: watch::Sender<ForwardState>,
    notices: NoticeSender,
    pool: SessionPool,
    /// Those of the pool, and those that are being ended.
    routes: HashMap<RouteId, Route>,
    changes: FuturesUnordered<RouteChange>,
    waiting: WaitingClients,
    health: Health,
    /// Of routes that are over.
    past: ForwardTraffic,
    taken: u64,
    accepts_again: Option<Instant>,
}

/// Waits until a route stands differently; false when it will not any more.
type RouteChange = BoxFuture<'static, (RouteId, watch::Receiver<ForwardState>, bool)>;

impl SocksTask {
    pub(crate) fn new(
        entrance: Entrance<SocksAdmission>,
        via: Arc<dyn Via>,
        options: ForwardOptions,
        state: watch::Sender<ForwardState>,
        notices: NoticeSender,
    ) -> Self {
        Self {
            entrance,
            via,
            options,
            state,
            notices,
            pool: SessionPool::new(MOST_SESSIONS, options.keeps_idle_for),
            routes: HashMap::new(),
            changes: FuturesUnordered::new(),
            waiting: WaitingClients::default(),
            health: Health::default(),
            past: ForwardTraffic::default(),
            taken: 0,
            accepts_again: None,
        }
    }

    /// Runs until it is stopped.
    pub(crate) async fn run(mut self, stop: CancellationToken, retry: Arc<Notify>) {
        loop {
            self.tell(self.phase());
            let accepts = self.waiting.has_room() && self.accepts_again.is_none();
            let due = self.next_timeout();
            tokio::select! {
                () = stop.cancelled() => break,
                () = retry.notified() => self.retry(),
                Some((id, states, is_more)) = self.changes.next() => self.changed(id, states, is_more),
                accepted = self.entrance.accept(), if accepts => self.accepted(accepted),
                () = at(due) => self.time_out(),
            }
        }
        let last = self.stop().await;
        self.tell(last);
    }

    fn phase(&self) -> ForwardPhase {
        let sessions = self.routes.values().map(|route| &route.seen.phase);
        self.health.phase(sessions)
    }

    fn next_timeout(&self) -> Option<Instant> {
        let times = [
            self.pool.next_timeout(),
            self.waiting.next_timeout(),
            self.accepts_again,
        ];
        times.into_iter().flatten().min()
    }

    fn retry(&mut self) {
        self.health.forget();
        for route in self.routes.values() {
            route.forward.retry_now();
        }
    }

    fn accepted(&mut self, accepted: io::Result<Result<SocksClient, ForwardError>>) {
        match accepted {
            Ok(Ok(client)) => {
                self.taken += 1;
                if let Err(client) = self.place(client) {
                    self.waiting.push(client, self.options.wait_for_session);
                }
            }
            Ok(Err(refused)) => self.notices.lost(refused),
            Err(error) => {
                tracing::warn!(%error, "a connection cannot be accepted");
                self.accepts_again = Some(Instant::now() + NO_DESCRIPTORS);
            }
        }
    }

    /// Brings a client to the session for its destination; it comes back when it has to wait.
    fn place(&mut self, client: SocksClient) -> Result<(), SocksClient> {
        match self.pool.place(&client.destination) {
            PoolPlace::There(id) => self.give(id, client),
            PoolPlace::New => self.open_route(client),
            PoolPlace::InsteadOf(idle) => {
                self.end(idle);
                self.open_route(client)
            }
            PoolPlace::Full => Err(client),
        }
    }

    fn open_route(&mut self, client: SocksClient) -> Result<(), SocksClient> {
        let destination = client.destination.clone();
        let via = self.via.another().unwrap_or_else(|| Arc::clone(&self.via));
        let notices = self.notices.clone();
        let route = Route::start(destination.clone(), via, self.options, notices);
        let id = self.pool.add(destination);
        self.changes.push(next_change(id, route.forward.state()));
        self.routes.insert(id, route);
        self.give(id, client)
    }

    /// One that is over, of which the news is still to come, is no place for clients: they come back.
    fn give(&mut self, id: RouteId, client: SocksClient) -> Result<(), SocksClient> {
        self.pool.note(id, true, Instant::now());
        match self.routes.get_mut(&id) {
            Some(route) => route.take(client),
            None => Err(client),
        }
    }

    /// Ends a session; until that is done it is one more than there may be.
    fn end(&mut self, id: RouteId) {
        self.pool.remove(id);
        if let Some(route) = self.routes.get(&id) {
            route.forward.stop();
        }
    }

    fn changed(&mut self, id: RouteId, mut states: watch::Receiver<ForwardState>, is_more: bool) {
        let seen = states.borrow_and_update().clone();
        let is_last = seen.phase.is_last() || !is_more;
        let is_asleep = matches!(seen.phase, ForwardPhase::Asleep);
        self.health.note(&seen.phase);
        if let ForwardPhase::Failed(error) = &seen.phase {
            self.notices.lost_for(error);
        }
        if let Some(route) = self.routes.get_mut(&id) {
            route.seen = seen;
            self.pool.note(id, route.is_used(), Instant::now());
            let may_end = is_asleep && !route.is_used();
            if is_last {
                self.over(id);
            } else {
                self.changes.push(next_change(id, states));
                if may_end {
                    self.end(id);
                }
            }
        }
        self.place_waiting();
    }

    fn over(&mut self, id: RouteId) {
        self.pool.remove(id);
        if let Some(route) = self.routes.remove(&id) {
            self.past.sent_bytes += route.seen.traffic.sent_bytes;
            self.past.received_bytes += route.seen.traffic.received_bytes;
        }
    }

    fn place_waiting(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.offer(|client| self.place(client));
        self.waiting = waiting;
    }

    fn time_out(&mut self) {
        let now = Instant::now();
        if self.accepts_again.is_some_and(|at| at <= now) {
            self.accepts_again = None;
        }
        for id in self.pool.take_idle(now) {
            self.end(id);
        }
        for _ in 0..self
            .waiting
            .turn_away_late(&ForwardError::ProxyFull(MOST_SESSIONS))
        {
            self.notices.lost(ForwardError::ProxyFull(MOST_SESSIONS));
        }
        self.place_waiting();
    }

    /// Ends all sessions at AWS; meanwhile nothing is accepted.
    async fn stop(&mut self) -> ForwardPhase {
        self.waiting = WaitingClients::default();
        for route in self.routes.values() {
            route.forward.stop();
        }
        let mut kept = None;
        while !self.routes.is_empty()
            && let Some((id, mut states, is_more)) = self.changes.next().await
        {
            let seen = states.borrow_and_update().clone();
            if let ForwardPhase::Stopped { error: Some(error) } = &seen.phase {
                kept = Some(Arc::clone(error));
            }
            let is_last = seen.phase.is_last() || !is_more;
            if let Some(route) = self.routes.get_mut(&id) {
                route.seen = seen;
            }
            if is_last {
                self.over(id);
            } else {
                self.changes.push(next_change(id, states));
            }
        }
        ForwardPhase::Stopped { error: kept }
    }

    /// Tells how the proxy stands, where that is new.
    fn tell(&mut self, phase: ForwardPhase) {
        let traffic = self.traffic();
        let session = self.routes.values().find_map(|route| route.seen.session.clone());
        self.state.send_if_modified(|state| {
            let is_new = state.traffic != traffic || !is_same(&state.phase, &phase);
            state.traffic = traffic;
            state.phase = phase;
            state.session = session.or(state.session.take());
            is_new
        });
    }

    fn traffic(&self) -> ForwardTraffic {
        let mut all = self.past;
        all.taken = self.taken;
        all.open = self.waiting.len();
        for route in self.routes.values() {
            let traffic = &route.seen.traffic;
            all.open += traffic.open;
            all.sent_bytes += traffic.sent_bytes;
            all.received_bytes += traffic.received_bytes;
        }
        all
    }
}

fn next_change(id: RouteId, mut states: watch::Receiver<ForwardState>) -> RouteChange {
    async move {
        let is_more = states.changed().await.is_ok();
        (id, states, is_more)
    }
    .boxed()
}
