//! CallTurns that are given by rank: who comes early in its plan is done early, who cannot use its turn holds nobody up, and a Region
//! that does not answer holds few turns while others wait.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use postern_model::{Pair, ProfileName, Region};
use tokio::{sync::oneshot, time::Instant};

/// A whole page of EC2 may take seconds; what takes longer is in trouble.
const BRISK: Duration = Duration::from_secs(3);

/// So many turns, and who waits for one: the lowest rank first, then who came first.
pub(super) struct CallTurns {
    state: Mutex<TurnTable>,
}

/// What calls may be kept waiting by together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Road {
    /// The services of a Region.
    Region(Region),
    /// Whatever gives a profile its credentials.
    Credentials(ProfileName),
}

struct TurnTable {
    turns: usize,
    free: usize,
    waiting: BTreeMap<TurnPlace, WaitingCall>,
    roads: HashMap<Road, Traffic>,
    /// Pairs whose last answer came soon.
    proven: HashSet<Pair>,
    /// CallTurns of the others.
    unproven: usize,
    arrivals: u64,
}

/// Rank, and number of arrival.
type TurnPlace = (usize, u64);

struct WaitingCall {
    pair: Pair,
    road: Road,
    given: oneshot::Sender<bool>,
}

/// The calls of one road, of pairs that have not proven themselves. One more may be under way at a time with each answer that
/// came soon, and one again after one that did not.
#[derive(Debug, Clone, Copy)]
struct Traffic {
    under_way: usize,
    may_be: usize,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            under_way: 0,
            may_be: 1,
        }
    }
}

/// The right to have one call under way; dropped, it goes to the next.
pub(crate) struct Turn {
    turns: Arc<CallTurns>,
    pair: Pair,
    road: Road,
    /// Whether the pair had not proven itself when it was given.
    is_unproven: bool,
    since: Instant,
}

impl Turn {
    /// The call is over; `was_reached` if AWS answered it, with whatever.
    pub(crate) fn done(self, was_reached: bool) {
        let is_brisk = was_reached && self.since.elapsed() < BRISK;
        self.turns.state().learn(&self.pair, &self.road, is_brisk);
    }
}

impl CallTurns {
    pub(super) fn new(turns: usize) -> Self {
        Self {
            state: Mutex::new(TurnTable {
                turns,
                free: turns,
                waiting: BTreeMap::new(),
                roads: HashMap::new(),
                proven: HashSet::new(),
                unproven: 0,
                arrivals: 0,
            }),
        }
    }

    /// A turn, when there is one for `rank` on this road. Who stops waiting gives up its place.
    pub(super) async fn take(turns: &Arc<Self>, rank: usize, pair: &Pair, road: Road) -> Turn {
        let mut waiter = Self::wait(turns, rank, pair.clone(), road.clone());
        // The sender is dropped with its place only, and the place is this waiter's.
        let is_unproven = (&mut waiter.given).await.unwrap_or_default();
        waiter.is_done = true;
        Turn {
            turns: Arc::clone(turns),
            pair: pair.clone(),
            road,
            is_unproven,
            since: Instant::now(),
        }
    }

    fn wait(turns: &Arc<Self>, rank: usize, pair: Pair, road: Road) -> AwaitedTurn {
        let mut state = turns.state();
        state.arrivals += 1;
        let place = (rank, state.arrivals);
        let (sender, given) = oneshot::channel();
        let waiting = WaitingCall {
            pair,
            road: road.clone(),
            given: sender,
        };
        state.waiting.insert(place, waiting);
        state.serve();
        AwaitedTurn {
            turns: Arc::clone(turns),
            place,
            road,
            given,
            is_done: false,
        }
    }

    fn give_back(&self, road: &Road, is_unproven: bool) {
        let mut state = self.state();
        state.free += 1;
        if is_unproven {
            state.unproven -= 1;
            state.road(road).under_way -= 1;
        }
        state.serve();
    }

    fn state(&self) -> MutexGuard<'_, TurnTable> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TurnTable {
    fn road(&mut self, road: &Road) -> &mut Traffic {
        self.roads.entry(road.clone()).or_default()
    }

    fn learn(&mut self, pair: &Pair, road: &Road, is_brisk: bool) {
        let turns = self.turns;
        let traffic = self.road(road);
        traffic.may_be = if is_brisk {
            turns.min(traffic.may_be + 1)
        } else {
            1
        };
        match road {
            // Who got credentials has not come to its Region yet.
            Road::Credentials(_) => {}
            Road::Region(_) if is_brisk => drop(self.proven.insert(pair.clone())),
            Road::Region(_) => drop(self.proven.remove(pair)),
        }
    }

    /// Gives free turns to who may have them.
    fn serve(&mut self) {
        while self.free > 0
            && let Some(place) = self.next()
            && let Some(next) = self.waiting.remove(&place)
        {
            let is_unproven = !self.proven.contains(&next.pair);
            self.free -= 1;
            if is_unproven {
                self.unproven += 1;
                self.road(&next.road).under_way += 1;
            }
            // Who does not hear of it has left, and gives it back.
            let _ = next.given.send(is_unproven);
        }
    }

    /// The first pair that has proven itself; else the first whose road takes one more, while a quarter of the turns is left for
    /// proven ones; else the first at all, while half of them is.
    fn next(&self) -> Option<TurnPlace> {
        let first = |goes: &dyn Fn(&WaitingCall) -> bool| {
            let mut waiting = self.waiting.iter();
            let found = waiting.find(|(_, waiting)| goes(waiting));
            found.map(|(place, _)| *place)
        };
        let takes_one_more = |waiting: &WaitingCall| {
            let traffic = self.roads.get(&waiting.road).copied().unwrap_or_default();
            traffic.under_way < traffic.may_be
        };
        let (most, half) = ((self.turns * 3).div_ceil(4), self.turns.div_ceil(2));
        first(&|waiting| self.proven.contains(&waiting.pair))
            .or_else(|| first(&takes_one_more).filter(|_| self.unproven < most))
            .or_else(|| first(&|_| true).filter(|_| self.unproven < half))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.give_back(&self.road, self.is_unproven);
    }
}

/// Somebody who waits.
struct AwaitedTurn {
    turns: Arc<CallTurns>,
    place: TurnPlace,
    road: Road,
    given: oneshot::Receiver<bool>,
    is_done: bool,
}

impl Drop for AwaitedTurn {
    fn drop(&mut self) {
        if self.is_done {
            return;
        }
        let was_waiting = self.turns.state().waiting.remove(&self.place).is_some();
        if !was_waiting && let Ok(is_unproven) = self.given.try_recv() {
            // It was given the turn and had no time to take it.
            self.turns.give_back(&self.road, is_unproven);
        }
    }
}

#[cfg(test)]
mod tests;
