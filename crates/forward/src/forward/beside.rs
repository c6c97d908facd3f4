//! Sessions that take no new connections and live on for those that they have: wedged ones, and those for one connection.

use std::future::pending;
use std::time::Duration;

use futures_util::future::select_all;
use tokio::time::Instant;

use crate::due::at;
use crate::tunnel::{Tunnel, TunnelEvent};
use crate::{ForwardError, ForwardTraffic};

/// Sessions beside the one for new connections. AWS grants an account a few in a second.
const MOST: usize = 16;
/// How long a wedged session may stand still: its connections may be idle, or the destination held up by a debugger.
const STANDSTILL: Duration = Duration::from_mins(5);

/// Sessions that take no new connections.
#[derive(Default)]
pub(super) struct Beside(Vec<SessionAside>);

/// What happened to one of them.
pub(super) enum BesideEvent {
    /// It goes on.
    Moved,
    /// It is over.
    Over {
        /// With what it has not told of what went through it.
        tunnel: Box<Tunnel>,
        /// Why.
        error: ForwardError,
        /// How many connections were in it.
        lost: usize,
    },
}

struct SessionAside {
    tunnel: Box<Tunnel>,
    /// Of a wedged one: since when nothing moves, and how much had by then.
    stands: Option<(Instant, u64)>,
    is_left: bool,
}

impl Beside {
    pub(super) fn push(&mut self, tunnel: Box<Tunnel>) {
        let stands = (!tunnel.is_used_up()).then(|| (Instant::now(), tunnel.moved()));
        let mut aside = SessionAside {
            tunnel,
            stands,
            is_left: false,
        };
        aside.leave_where_empty();
        self.0.push(aside);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether another session can be opened while these live.
    pub(super) fn has_room(&self) -> bool {
        self.0.len() < MOST
    }

    pub(super) fn connections(&self) -> usize {
        self.0.iter().map(|aside| aside.tunnel.connections()).sum()
    }

    pub(super) fn count_into(&mut self, traffic: &mut ForwardTraffic) {
        for aside in &mut self.0 {
            aside.tunnel.count_into(traffic);
        }
    }

    pub(super) fn retry_now(&self) {
        for aside in &self.0 {
            aside.tunnel.retry_now();
        }
    }

    /// Ends all of them at AWS.
    pub(super) fn terminate_all(&mut self) {
        for aside in &mut self.0 {
            aside.leave();
        }
    }

    /// Waits for what happens to one of them; for ever where there is none. Cancel safe.
    pub(super) async fn next(&mut self) -> BesideEvent {
        if self.0.is_empty() {
            return pending().await;
        }
        let waits = self.0.iter_mut().map(|aside| Box::pin(aside.next()));
        let (event, place, _) = select_all(waits).await;
        match event {
            Some(TunnelEvent::Over { error, lost }) => {
                let tunnel = self.0.swap_remove(place).tunnel;
                BesideEvent::Over { tunnel, error, lost }
            }
            Some(_) | None => BesideEvent::Moved,
        }
    }
}

impl SessionAside {
    /// The next event; none when it was ended because it stood still. Cancel safe.
    async fn next(&mut self) -> Option<TunnelEvent> {
        let due = self.stands.map(|(since, _)| since + STANDSTILL);
        let event = tokio::select! {
            event = self.tunnel.next() => Some(event),
            () = at(due) => None,
        };
        match &event {
            Some(TunnelEvent::Unwedged) => self.stands = None,
            Some(_) => {}
            None => self.stood_still(),
        }
        self.leave_where_empty();
        event
    }

    /// Looks whether it did, and ends it then.
    fn stood_still(&mut self) {
        let moved = self.tunnel.moved();
        let has_moved = self.stands.is_some_and(|(_, before)| before != moved);
        if has_moved {
            self.stands = Some((Instant::now(), moved));
        } else {
            self.stands = None;
            self.tunnel.give_up(ForwardError::Wedged(STANDSTILL));
        }
    }

    fn leave_where_empty(&mut self) {
        if self.tunnel.connections() == 0 {
            self.leave();
        }
    }

    fn leave(&mut self) {
        if !std::mem::replace(&mut self.is_left, true) {
            self.tunnel.terminate();
        }
    }
}
