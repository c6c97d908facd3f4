//! The fleet that the window watches: what changed is gathered, and emitted at most ten times a second.

use std::{collections::BTreeSet, mem, sync::Arc, time::Duration};

use tokio::{
    sync::{Notify, watch},
    time::sleep,
};

use super::{
    known::{Changes, Fleet},
    page::PageFinder,
    search::{FleetSearch, number},
};
use crate::{
    contract::{AppEvent, FleetSizeView, PairSizeView, PairView, ProfilesView},
    events::EventBus,
    lock::Lock,
};

/// More often than this nobody can read, and every event redraws the sidebar.
const PAUSE: Duration = Duration::from_millis(100);

/// The fleet, and what the window does not know of it yet. An event costs what changed: the fleet is asked for the nodes
/// and pairs that did, however many others there are.
#[derive(Debug)]
pub(crate) struct FleetWatch {
    events: EventBus,
    profiles: watch::Receiver<Arc<ProfilesView>>,
    watched: Lock<Watched>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct Watched {
    fleet: Fleet,
    search: FleetSearch,
    unsent: Changes,
    page: PageFinder,
}

impl FleetWatch {
    pub(crate) fn new(events: &EventBus, profiles: watch::Receiver<Arc<ProfilesView>>) -> Self {
        Self {
            events: events.clone(),
            profiles,
            watched: Lock::default(),
            changed: Notify::new(),
        }
    }

    /// Changes the fleet and notes what the window has to know of it, in one step.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut Fleet) -> (Changes, T)) -> T {
        let mut watched = self.watched.lock();
        let Watched {
            fleet,
            search,
            unsent,
            page,
        } = &mut *watched;
        let (changes, answer) = change(fleet);
        search.follow(&changes, fleet);
        page.note(&changes);
        unsent.add(changes);
        drop(watched);
        self.changed.notify_one();
        answer
    }

    /// Asks the fleet.
    pub(crate) fn read<T>(&self, ask: impl FnOnce(&Fleet) -> T) -> T {
        ask(&self.watched.lock().fleet)
    }

    /// Asks the fleet page's finder.
    pub(super) fn find_page<T>(&self, ask: impl FnOnce(&Fleet, &mut FleetSearch, &mut PageFinder) -> T) -> T {
        let mut watched = self.watched.lock();
        let Watched {
            fleet, search, page, ..
        } = &mut *watched;
        ask(fleet, search, page)
    }

    /// Searches the fleet.
    pub(crate) fn search<T>(&self, ask: impl FnOnce(&Fleet, &mut FleetSearch) -> T) -> T {
        let mut watched = self.watched.lock();
        let Watched { fleet, search, .. } = &mut *watched;
        ask(fleet, search)
    }

    /// How many nodes there are.
    pub(crate) fn size(&self) -> FleetSizeView {
        let watched = self.watched.lock();
        FleetSizeView {
            revision: watched.search.revision(),
            pairs: sizes(&watched.fleet, watched.fleet.synced_ids()),
        }
    }

    /// The pairs of the settings with what sync says of them.
    pub(crate) fn pair_views(&self) -> Vec<PairView> {
        let profiles = self.known_profiles();
        self.read(|fleet| fleet.pair_views(&profiles))
    }

    /// One of them.
    pub(crate) fn pair_view(&self, id: i32) -> Option<PairView> {
        let profiles = self.known_profiles();
        self.read(|fleet| fleet.pair_view(id, &profiles))
    }

    /// Emits changes for ever: at once after a quiet time, then gathered.
    pub(crate) async fn emit_changes(&self) {
        let mut profiles = self.profiles.clone();
        loop {
            tokio::select! {
                () = self.changed.notified() => {}
                Ok(()) = profiles.changed() => self.every_pair_changed(),
            }
            for event in self.take_events() {
                self.events.emit(event);
            }
            sleep(PAUSE).await;
        }
    }

    fn known_profiles(&self) -> Arc<ProfilesView> {
        Arc::clone(&self.profiles.borrow())
    }

    /// What is wrong with a pair depends on the AWS files.
    fn every_pair_changed(&self) {
        let mut watched = self.watched.lock();
        let all = watched.fleet.all_ids();
        watched.unsent.pairs.extend(all);
    }

    /// Under the lock, so that a change falls either before these events or into the next ones.
    fn take_events(&self) -> Vec<AppEvent> {
        let profiles = self.known_profiles();
        let mut watched = self.watched.lock();
        let Changes { nodes, pairs } = mem::take(&mut watched.unsent);
        let fleet = &watched.fleet;
        let mut events = Vec::new();
        if !nodes.is_empty() {
            let changed: BTreeSet<i32> = nodes.iter().map(|key| key.pair).collect();
            events.push(AppEvent::FleetChanged {
                revision: watched.search.revision(),
                pairs: sizes(fleet, changed),
            });
        }
        if !pairs.is_empty() {
            let (pairs, removals) = split(pairs, |id| fleet.pair_view(*id, &profiles));
            events.push(AppEvent::PairsChanged { pairs, removals });
        }
        events
    }
}

/// How many nodes these pairs have; those without are named, too.
fn sizes(fleet: &Fleet, pairs: impl IntoIterator<Item = i32>) -> Vec<PairSizeView> {
    let sizes = pairs.into_iter().map(|pair| PairSizeView {
        pair,
        nodes: number(fleet.size_of(pair)),
    });
    sizes.collect()
}

/// What is there, and the keys of what is gone.
fn split<K, V>(keys: impl IntoIterator<Item = K>, find: impl Fn(&K) -> Option<V>) -> (Vec<V>, Vec<K>) {
    let (mut present, mut gone) = (Vec::new(), Vec::new());
    for key in keys {
        match find(&key) {
            Some(view) => present.push(view),
            None => gone.push(key),
        }
    }
    (present, gone)
}

#[cfg(test)]
mod tests {
    use postern_model::{Pair, ProfileName, Region};

    use super::*;
    use crate::{events::Events, fleet::rows::Row};

    fn row(id: i32) -> Row {
        let pair = Pair {
            profile: ProfileName::parse(&format!("acme-{id}")).unwrap(),
            region: Region::parse("eu-central-1").unwrap(),
        };
        Row {
            id,
            pair,
            enabled: true,
            synced: true,
            endpoints: postern_model::EndpointOverrides::default(),
        }
    }

    fn watched() -> (Arc<FleetWatch>, Events) {
        let (bus, events) = EventBus::new();
        let none = ProfilesView {
            profiles: Vec::new(),
            error: None,
        };
        let watch = Arc::new(FleetWatch::new(
            &bus,
            watch::Sender::new(Arc::new(none)).subscribe(),
        ));
        let emitting = Arc::clone(&watch);
        tokio::spawn(async move { emitting.emit_changes().await });
        (watch, events)
    }

    fn set_rows(watch: &FleetWatch, ids: impl IntoIterator<Item = i32>) {
        watch.change(|fleet| fleet.set_rows(ids.into_iter().map(row).collect()));
    }

    async fn next_pairs(events: &mut Events) -> (Vec<i32>, Vec<i32>) {
        loop {
            if let AppEvent::PairsChanged { pairs, removals } = events.recv().await.unwrap() {
                return (pairs.iter().map(|pair| pair.id).collect(), removals);
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_change_is_emitted_at_once_and_the_following_ones_together() {
        let (watch, mut events) = watched();
        let start = tokio::time::Instant::now();
        set_rows(&watch, [1, 2, 3]);
        assert_eq!(next_pairs(&mut events).await, (vec![1, 2, 3], vec![]));
        assert_eq!(start.elapsed(), Duration::ZERO);
        set_rows(&watch, [1, 2, 3, 4]);
        set_rows(&watch, [2, 3, 4, 5]);
        assert_eq!(next_pairs(&mut events).await, (vec![4, 5], vec![1]));
        // The timer of the paused clock has a resolution of one millisecond.
        assert!(start.elapsed() >= PAUSE && start.elapsed() <= PAUSE + Duration::from_millis(1));
    }

    #[tokio::test(start_paused = true)]
    async fn an_event_names_what_changed_and_nothing_else_however_large_the_fleet() {
        let (watch, mut events) = watched();
        set_rows(&watch, 0..10_000);
        assert_eq!(next_pairs(&mut events).await.0.len(), 10_000);
        watch.change(|fleet| (fleet.queue(&[7, 11], 1, false).0, ()));
        assert_eq!(next_pairs(&mut events).await, (vec![7, 11], vec![]));
    }
}
