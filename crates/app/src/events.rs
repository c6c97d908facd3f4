//! The event bus: how the window learns what happened.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::{contract::AppEvent, lock::Lock};

/// Events for the window, in order. The receiver is drained by the shell all the time, so nothing piles up here; what
/// changes often is paced before it gets here.
pub type Events = mpsc::UnboundedReceiver<AppEvent>;

/// A handle that emits events: for one world, or for the application as a whole. What is emitted for a world that
/// the window does not show (not yet, or no more) goes nowhere: the window would take it for an event of the one that it
/// shows.
#[derive(Debug, Clone)]
pub(crate) struct EventBus {
    shared: Arc<EventChannel>,
    /// None is the application as a whole.
    scope: Option<u64>,
}

#[derive(Debug)]
struct EventChannel {
    events: mpsc::UnboundedSender<AppEvent>,
    scopes: Lock<Scopes>,
}

#[derive(Debug, Default)]
struct Scopes {
    active: u64,
    last: u64,
}

impl EventBus {
    /// The handle of the application as a whole, and where its events come out.
    pub(crate) fn new() -> (Self, Events) {
        let (events, receiver) = mpsc::unbounded_channel();
        let shared = Arc::new(EventChannel {
            events,
            scopes: Lock::default(),
        });
        (Self { shared, scope: None }, receiver)
    }

    /// A handle for one more world, which is not active yet.
    pub(crate) fn scoped(&self) -> Self {
        let mut scopes = self.shared.scopes.lock();
        scopes.last += 1;
        Self {
            shared: Arc::clone(&self.shared),
            scope: Some(scopes.last),
        }
    }

    /// From now on the events of this scope pass, and of no other.
    pub(crate) fn activate(&self) {
        let mut scopes = self.shared.scopes.lock();
        scopes.active = self.scope.unwrap_or(scopes.active);
        let _ = self.shared.events.send(AppEvent::WorldChanged);
    }

    /// Under the lock, so that no event of the scope before comes after the change. After the window is gone nobody has
    /// to know anything.
    pub(crate) fn emit(&self, event: AppEvent) {
        let scopes = self.shared.scopes.lock();
        if self.scope.is_none_or(|own| own == scopes.active) {
            let _ = self.shared.events.send(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::wildcard_enum_match_arm)] // These tests emit three kinds.
    fn emitted(events: &mut Events) -> Vec<&'static str> {
        std::iter::from_fn(|| events.try_recv().ok())
            .map(|event| match event {
                AppEvent::WorldChanged => "changed",
                AppEvent::FleetChanged { .. } => "fleet",
                _ => "tab",
            })
            .collect()
    }

    fn fleet() -> AppEvent {
        AppEvent::FleetChanged {
            revision: 0.0,
            pairs: Vec::new(),
        }
    }

    #[test]
    fn only_events_of_the_active_scope_pass() {
        let (application, mut events) = EventBus::new();
        let (first, second) = (application.scoped(), application.scoped());
        first.activate();
        first.emit(fleet());
        second.emit(fleet());
        application.emit(AppEvent::TabClosed { id: 1 });
        assert_eq!(emitted(&mut events), ["changed", "fleet", "tab"]);
        second.activate();
        first.emit(fleet());
        application.emit(AppEvent::TabClosed { id: 1 });
        assert_eq!(emitted(&mut events), ["changed", "tab"]);
    }
}
