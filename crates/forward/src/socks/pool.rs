//! Which destinations of a proxy have a session, and which session makes room for another. It opens and closes nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::PortDestination;

/// A session to one destination, by a number that is never used twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct RouteId(u64);

/// Where a client of a destination goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PoolPlace {
    /// To the session that there is.
    There(RouteId),
    /// To a new one.
    New,
    /// To a new one, for which this one, which nobody uses, is ended.
    InsteadOf(RouteId),
    /// Nowhere: all sessions are in use.
    Full,
}

/// Which destinations have a session.
#[derive(Debug)]
pub(super) struct SessionPool {
    most: usize,
    idle_for: Duration,
    last: u64,
    routes: BTreeMap<PortDestination, PooledRoute>,
}

#[derive(Debug)]
struct PooledRoute {
    id: RouteId,
    /// Since when nobody uses it.
    idle_since: Option<Instant>,
}

impl SessionPool {
    /// For at most so many destinations at a time; a session that nobody uses is ended after a while.
    pub(super) fn new(most: usize, idle_for: Duration) -> Self {
        Self {
            most,
            idle_for,
            last: 0,
            routes: BTreeMap::new(),
        }
    }

    /// Where the next client of a destination goes.
    pub(super) fn place(&self, destination: &PortDestination) -> PoolPlace {
        if let Some(route) = self.routes.get(destination) {
            return PoolPlace::There(route.id);
        }
        if self.routes.len() < self.most {
            return PoolPlace::New;
        }
        let idle = self
            .routes
            .values()
            .filter_map(|route| Some((route.idle_since?, route.id)));
        idle.min()
            .map_or(PoolPlace::Full, |(_, id)| PoolPlace::InsteadOf(id))
    }

    /// A session to the destination is opened.
    pub(super) fn add(&mut self, destination: PortDestination) -> RouteId {
        self.last += 1;
        let id = RouteId(self.last);
        self.routes
            .insert(destination, PooledRoute { id, idle_since: None });
        id
    }

    /// Whether somebody uses the session.
    pub(super) fn note(&mut self, id: RouteId, is_used: bool, now: Instant) {
        if let Some(route) = self.routes.values_mut().find(|route| route.id == id) {
            route.idle_since = if is_used {
                None
            } else {
                Some(route.idle_since.unwrap_or(now))
            };
        }
    }

    /// The session is ended, or is over.
    pub(super) fn remove(&mut self, id: RouteId) {
        self.routes.retain(|_, route| route.id != id);
    }

    /// When the next session was idle for long enough.
    pub(super) fn next_timeout(&self) -> Option<Instant> {
        let since = self.routes.values().filter_map(|route| route.idle_since).min();
        since.map(|since| since + self.idle_for)
    }

    /// Takes out those that were idle for long enough.
    pub(super) fn take_idle(&mut self, now: Instant) -> Vec<RouteId> {
        let is_due = |route: &PooledRoute| route.idle_since.is_some_and(|since| since + self.idle_for <= now);
        let due: Vec<_> = self
            .routes
            .values()
            .filter(|route| is_due(route))
            .map(|route| route.id)
            .collect();
        due.iter().for_each(|id| self.remove(*id));
        due
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MOST: usize = 3;
    const IDLE_FOR: Duration = Duration::from_secs(300);

    fn pool() -> SessionPool {
        SessionPool::new(MOST, IDLE_FOR)
    }

    fn to(port: u16) -> PortDestination {
        PortDestination::host("db.internal", port).unwrap()
    }

    #[test]
    fn a_destination_has_one_session_for_all_of_its_clients() {
        let mut pool = pool();
        assert_eq!(pool.place(&to(1)), PoolPlace::New);
        let id = pool.add(to(1));
        assert_eq!(pool.place(&to(1)), PoolPlace::There(id));
        pool.remove(id);
        assert_eq!(pool.place(&to(1)), PoolPlace::New);
        assert_ne!(pool.add(to(1)), id);
    }

    #[test]
    fn the_one_that_was_idle_for_longest_makes_room() {
        let (mut pool, start) = (pool(), Instant::now());
        let ids: Vec<_> = (1..=3).map(|port| pool.add(to(port))).collect();
        assert_eq!(pool.place(&to(4)), PoolPlace::Full);
        pool.note(ids[1], false, start + Duration::from_secs(1));
        pool.note(ids[2], false, start + Duration::from_secs(2));
        pool.note(ids[1], false, start + Duration::from_secs(3));
        assert_eq!(pool.place(&to(4)), PoolPlace::InsteadOf(ids[1]));
        pool.note(ids[1], true, start + Duration::from_secs(4));
        assert_eq!(pool.place(&to(4)), PoolPlace::InsteadOf(ids[2]));
    }

    #[test]
    fn what_nobody_uses_is_ended_after_a_while() {
        let (mut pool, start) = (pool(), Instant::now());
        let id = pool.add(to(1));
        assert_eq!(pool.next_timeout(), None);
        pool.note(id, false, start);
        assert_eq!(pool.next_timeout(), Some(start + IDLE_FOR));
        assert!(
            pool.take_idle(start + IDLE_FOR - Duration::from_millis(1))
                .is_empty()
        );
        assert_eq!(pool.take_idle(start + IDLE_FOR), [id]);
        assert_eq!((pool.place(&to(1)), pool.next_timeout()), (PoolPlace::New, None));
    }

    proptest! {
        #[test]
        fn there_are_never_too_many_and_none_that_is_used_is_ended(clients in proptest::collection::vec((1..8_u16, any::<bool>()), 0..60)) {
            let (mut pool, start) = (pool(), Instant::now());
            let mut used = BTreeMap::new();
            for (second, (port, is_used)) in clients.into_iter().enumerate() {
                let now = start + Duration::from_secs(second as u64);
                let id = match pool.place(&to(port)) {
                    PoolPlace::There(id) => Some(id),
                    PoolPlace::New => Some(pool.add(to(port))),
                    PoolPlace::InsteadOf(other) => {
                        prop_assert_eq!(used.remove(&other), Some(false));
                        pool.remove(other);
                        Some(pool.add(to(port)))
                    }
                    PoolPlace::Full => {
                        prop_assert!(used.values().all(|is_used| *is_used));
                        None
                    }
                };
                if let Some(id) = id {
                    pool.note(id, is_used, now);
                    used.insert(id, is_used);
                }
                prop_assert!(used.len() <= MOST && used.len() == pool.routes.len());
            }
        }
    }
}
