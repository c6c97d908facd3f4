//! What changed in the fleet, gathered so that the window hears of it at most ten times a second.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
    time::Duration,
};

use tokio::{sync::Notify, time::sleep};

use crate::{
    events::EventBus,
    fleet::Changes,
    lock::Lock,
    view::{AppEvent, NodeView, PairView},
};

/// More often than this nobody can read, and every telling redraws the sidebar.
const PAUSE: Duration = Duration::from_millis(100);

/// Changes that the window has not heard of.
#[derive(Debug, Default)]
pub(crate) struct FleetNews {
    pending: Lock<Pending>,
    stir: Notify,
}

#[derive(Debug, Default)]
struct Pending {
    upserts: BTreeMap<String, NodeView>,
    removals: BTreeSet<String>,
    pairs: bool,
}

impl FleetNews {
    /// Nodes changed, and with them their pair. The later word about a node wins.
    pub(crate) fn changed(&self, changes: Changes) {
        let mut pending = self.pending.lock();
        for key in changes.removals {
            pending.upserts.remove(&key);
            pending.removals.insert(key);
        }
        for node in changes.upserts {
            pending.removals.remove(&node.key);
            pending.upserts.insert(node.key.clone(), node);
        }
        pending.pairs = true;
        drop(pending);
        self.stir.notify_one();
    }

    /// What sync says of the pairs changed.
    pub(crate) fn pairs_changed(&self) {
        self.changed(Changes::default());
    }

    /// Tells the window for ever: at once after a quiet time, then gathered.
    pub(crate) async fn deliver(&self, bus: &EventBus, pairs: impl Fn() -> Vec<PairView>) {
        loop {
            self.stir.notified().await;
            for event in self.take(&pairs) {
                bus.emit(event);
            }
            sleep(PAUSE).await;
        }
    }

    fn take(&self, pairs: impl Fn() -> Vec<PairView>) -> Vec<AppEvent> {
        let Pending {
            upserts,
            removals,
            pairs: has_pairs,
        } = mem::take(&mut *self.pending.lock());
        let mut events = Vec::new();
        if !upserts.is_empty() || !removals.is_empty() {
            let (upserts, removals) = (upserts.into_values().collect(), removals.into_iter().collect());
            events.push(AppEvent::FleetChanged { upserts, removals });
        }
        if has_pairs {
            events.push(AppEvent::PairsChanged { pairs: pairs() });
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::Events;

    fn removal(key: &str) -> Changes {
        Changes {
            upserts: Vec::new(),
            removals: vec![key.into()],
        }
    }

    async fn next_removals(events: &mut Events) -> Vec<String> {
        loop {
            if let AppEvent::FleetChanged { removals, .. } = events.recv().await.unwrap() {
                return removals;
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_word_goes_at_once_and_the_following_ones_together() {
        let (bus, mut events) = EventBus::new();
        let news = std::sync::Arc::new(FleetNews::default());
        let teller = std::sync::Arc::clone(&news);
        tokio::spawn(async move { teller.deliver(&bus, Vec::new).await });
        let start = tokio::time::Instant::now();
        news.changed(removal("1/a"));
        assert_eq!(next_removals(&mut events).await, ["1/a"]);
        assert_eq!(start.elapsed(), Duration::ZERO);
        for key in ["1/b", "1/c", "1/d"] {
            news.changed(removal(key));
        }
        assert_eq!(next_removals(&mut events).await, ["1/b", "1/c", "1/d"]);
        // The timer of the paused clock has a resolution of one millisecond.
        assert!(start.elapsed() >= PAUSE && start.elapsed() <= PAUSE + Duration::from_millis(1));
    }
}
