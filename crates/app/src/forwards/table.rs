//! The declared forwards and how each stands. What still comes of a forward that was switched off changes nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use postern_model::SavedForward;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{drafts::draft_view, status::ForwardStatus};
use crate::contract::{ForwardStateView, ForwardTrafficView, ForwardView};

/// One time that a forward was switched on.
#[derive(Debug, Default)]
pub(super) struct Switched {
    /// It is switched off.
    pub(super) stop: CancellationToken,
    /// Its task is over and its port is free.
    pub(super) over: CancellationToken,
    /// Somebody signed in.
    pub(super) signed_in: Notify,
    /// The network is back.
    pub(super) retry: Notify,
}

/// All of them, by number.
#[derive(Debug, Default)]
pub(super) struct Table {
    entries: BTreeMap<i32, ForwardEntry>,
    /// Whose counts the window does not know yet.
    counted: BTreeSet<i32>,
    /// The world is being left: nothing is switched on any more.
    pub(super) closed: bool,
}

#[derive(Debug)]
struct ForwardEntry {
    saved: SavedForward,
    status: ForwardStatus,
    switched: Option<Arc<Switched>>,
}

/// What a change is to the window.
#[derive(Debug, PartialEq)]
pub(super) enum Change {
    Nothing,
    /// Counts, which are emitted together with others.
    Counts,
    /// Worth an event of its own.
    State(Box<ForwardView>),
}

impl Table {
    /// What the store holds. Those that are known stay as they stand.
    pub(super) fn set(&mut self, saved: SavedForward) -> Option<i32> {
        let id = i32::try_from(saved.id.0).ok()?;
        match self.entries.get_mut(&id) {
            Some(entry) => entry.saved = saved,
            None => {
                let entry = ForwardEntry {
                    saved,
                    status: ForwardStatus::default(),
                    switched: None,
                };
                self.entries.insert(id, entry);
            }
        }
        Some(id)
    }

    pub(super) fn remove(&mut self, id: i32) {
        self.counted.remove(&id);
        self.entries.remove(&id);
    }

    pub(super) fn saved(&self, id: i32) -> Option<SavedForward> {
        self.entries.get(&id).map(|entry| entry.saved.clone())
    }

    pub(super) fn ids(&self) -> Vec<i32> {
        self.entries.keys().copied().collect()
    }

    /// Those that are switched on when Postern starts.
    pub(super) fn starting_with_postern(&self) -> Vec<i32> {
        let starting = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.saved.draft.starts_with_postern);
        starting.map(|(id, _)| *id).collect()
    }

    /// By name.
    pub(super) fn views(&self) -> Vec<ForwardView> {
        let mut views: Vec<_> = self.entries.iter().map(|(id, entry)| entry.view(*id)).collect();
        views.sort_by_cached_key(|view| view.draft.name.to_lowercase());
        views
    }

    pub(super) fn view(&self, id: i32) -> Option<ForwardView> {
        self.entries.get(&id).map(|entry| entry.view(id))
    }

    /// Whether it runs, or is about to.
    pub(super) fn is_on(&self, id: i32) -> bool {
        self.running(id).is_some()
    }

    pub(super) fn any_on(&self) -> bool {
        self.entries.keys().any(|id| self.is_on(*id))
    }

    /// What listens on a local port.
    pub(super) fn listens(&self, id: i32, port: u16) -> bool {
        let entry = self.entries.get(&id);
        entry.is_some_and(|entry| entry.switched.is_some() && entry.status.port() == Some(port.into()))
    }

    /// The forward as it is on.
    pub(super) fn running(&self, id: i32) -> Option<Arc<Switched>> {
        let switched = self.entries.get(&id)?.switched.clone()?;
        (!switched.stop.is_cancelled()).then_some(switched)
    }

    /// Switches one on that is off: the new time, and the one before whose task may not be over yet.
    pub(super) fn switch_on(&mut self, id: i32) -> Option<(Arc<Switched>, Option<Arc<Switched>>)> {
        if self.closed || self.is_on(id) {
            return None;
        }
        let entry = self.entries.get_mut(&id)?;
        let switched = Arc::new(Switched::default());
        let before = entry.switched.replace(Arc::clone(&switched));
        entry.status = ForwardStatus::starting();
        Some((switched, before))
    }

    /// Switches one off; whether that changed anything.
    pub(super) fn switch_off(&mut self, id: i32) -> bool {
        let Some(entry) = self.entries.get_mut(&id) else {
            return false;
        };
        match &entry.switched {
            Some(switched) if !switched.stop.is_cancelled() => {
                switched.stop.cancel();
                entry.status.stopping();
                true
            }
            Some(_) => false,
            None => {
                let was = std::mem::take(&mut entry.status);
                *was.state() != ForwardStateView::Off
            }
        }
    }

    /// Changes how a forward stands, if it is still the same time that it is on.
    pub(super) fn update(
        &mut self,
        id: i32,
        switched: &Arc<Switched>,
        change: impl FnOnce(&mut ForwardStatus),
    ) -> Change {
        let Some(entry) = self.entries.get_mut(&id).filter(|entry| entry.is_at(switched)) else {
            return Change::Nothing;
        };
        if switched.stop.is_cancelled() {
            return Change::Nothing;
        }
        let before = entry.status.clone();
        change(&mut entry.status);
        if entry.status == before {
            Change::Nothing
        } else if entry.status.differs_by_counts(&before) {
            self.counted.insert(id);
            Change::Counts
        } else {
            Change::State(Box::new(entry.view(id)))
        }
    }

    /// Its task is over: it is off, or it says why it could not go on.
    pub(super) fn over(&mut self, id: i32, switched: &Arc<Switched>) -> Change {
        let Some(entry) = self.entries.get_mut(&id).filter(|entry| entry.is_at(switched)) else {
            return Change::Nothing;
        };
        entry.switched = None;
        if matches!(entry.status.state(), ForwardStateView::Failed { .. }) {
            return Change::Nothing;
        }
        entry.status = ForwardStatus::default();
        Change::State(Box::new(entry.view(id)))
    }

    /// Counts that the window does not know.
    pub(super) fn take_counts(&mut self) -> Vec<ForwardTrafficView> {
        let counted = std::mem::take(&mut self.counted);
        let entries = counted
            .into_iter()
            .filter_map(|id| Some((id, self.entries.get(&id)?)));
        entries.map(|(id, entry)| entry.status.traffic(id)).collect()
    }
}

impl ForwardEntry {
    fn is_at(&self, switched: &Arc<Switched>) -> bool {
        self.switched
            .as_ref()
            .is_some_and(|own| Arc::ptr_eq(own, switched))
    }

    fn view(&self, id: i32) -> ForwardView {
        ForwardView {
            id,
            draft: draft_view(&self.saved.draft),
            state: self.status.state().clone(),
            port: self.status.port(),
            through: self.status.through().cloned(),
            traffic: self.status.traffic(id),
            problem: self.status.problem().cloned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use postern_model::{ConnectionId, DraftDestination, ForwardDraft, ForwardVia, SavedForwardId};

    use super::*;

    fn table() -> Table {
        let mut table = Table::default();
        for (id, name) in [(1, "zeta"), (2, "Alpha")] {
            let draft = ForwardDraft {
                name: name.into(),
                group: String::new(),
                via: ForwardVia::Connection(ConnectionId(1)),
                local_port: 0,
                bind_address: None,
                destination: DraftDestination::Port {
                    host: None,
                    port: NonZeroU16::MIN,
                },
                starts_with_postern: id == 2,
                is_web: false,
            };
            table.set(SavedForward {
                id: SavedForwardId(id),
                draft,
            });
        }
        table
    }

    fn state(table: &Table, id: i32) -> ForwardStateView {
        table.view(id).unwrap().state
    }

    #[test]
    fn they_are_told_by_name_and_know_which_start_by_themselves() {
        let names: Vec<_> = table().views().into_iter().map(|view| view.draft.name).collect();
        assert_eq!(names, ["Alpha", "zeta"]);
        assert_eq!(table().starting_with_postern(), [2]);
    }

    #[test]
    fn what_was_switched_off_and_on_again_hears_nothing_of_the_time_before() {
        let mut table = table();
        let (first, before) = table.switch_on(1).unwrap();
        assert!(
            before.is_none() && table.switch_on(1).is_none(),
            "it is on already"
        );
        assert!(table.switch_off(1) && !table.switch_off(1));
        assert_eq!(state(&table, 1), ForwardStateView::Stopping);
        let (second, before) = table.switch_on(1).unwrap();
        assert!(Arc::ptr_eq(&before.unwrap(), &first));
        assert_eq!(
            table.update(1, &first, ForwardStatus::waits_for_login),
            Change::Nothing
        );
        assert_eq!(table.over(1, &first), Change::Nothing);
        assert!(table.is_on(1));
        assert!(matches!(
            table.update(1, &second, ForwardStatus::waits_for_login),
            Change::State(_)
        ));
        table.switch_off(1);
        assert!(matches!(table.over(1, &second), Change::State(_)));
        assert_eq!(state(&table, 1), ForwardStateView::Off);
    }

    #[test]
    fn a_world_that_is_left_switches_nothing_on() {
        let mut table = table();
        table.closed = true;
        assert!(table.switch_on(1).is_none());
    }
}
