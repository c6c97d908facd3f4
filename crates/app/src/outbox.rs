//! The way of events to the window.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::{lock::Lock, view::AppEvent};

/// Events for the window, in order. The receiver is drained by the shell all the time, so nothing piles up here; what
/// changes often is paced before it gets here.
pub type Events = mpsc::UnboundedReceiver<AppEvent>;

/// One who tells events: a workspace, or the application as a whole. What a workspace tells that the window does not
/// show (not yet, or no more) goes nowhere: the window would take it for news of the one that it shows.
#[derive(Debug, Clone)]
pub(crate) struct Outbox {
    way: Arc<Way>,
    /// None speaks for the application.
    workspace: Option<u64>,
}

#[derive(Debug)]
struct Way {
    events: mpsc::UnboundedSender<AppEvent>,
    numbers: Lock<Numbers>,
}

#[derive(Debug, Default)]
struct Numbers {
    shown: u64,
    last: u64,
}

impl Outbox {
    /// That of the application.
    pub(crate) fn new() -> (Self, Events) {
        let (events, receiver) = mpsc::unbounded_channel();
        let way = Arc::new(Way {
            events,
            numbers: Lock::default(),
        });
        (Self { way, workspace: None }, receiver)
    }

    /// That of one more workspace, which is not shown yet.
    pub(crate) fn of_new_workspace(&self) -> Self {
        let mut numbers = self.way.numbers.lock();
        numbers.last += 1;
        Self {
            way: Arc::clone(&self.way),
            workspace: Some(numbers.last),
        }
    }

    /// From now on this workspace is heard, and no other.
    pub(crate) fn show(&self) {
        let mut numbers = self.way.numbers.lock();
        numbers.shown = self.workspace.unwrap_or(numbers.shown);
        let _ = self.way.events.send(AppEvent::WorkspaceChanged);
    }

    /// Under the lock, so that no word of the workspace before comes after the change. After the window is gone nobody
    /// has to be told anything.
    pub(crate) fn tell(&self, event: AppEvent) {
        let numbers = self.way.numbers.lock();
        if self.workspace.is_none_or(|own| own == numbers.shown) {
            let _ = self.way.events.send(event);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[allow(clippy::wildcard_enum_match_arm)] // These tests tell three kinds.
    fn told(events: &mut Events) -> Vec<&'static str> {
        std::iter::from_fn(|| events.try_recv().ok())
            .map(|event| match event {
                AppEvent::WorkspaceChanged => "changed",
                AppEvent::FleetChanged { .. } => "fleet",
                _ => "tab",
            })
            .collect()
    }

    fn fleet() -> AppEvent {
        AppEvent::FleetChanged {
            upserts: Vec::new(),
            removals: Vec::new(),
        }
    }

    #[test]
    fn only_the_workspace_that_is_shown_is_heard() {
        let (application, mut events) = Outbox::new();
        let (first, second) = (application.of_new_workspace(), application.of_new_workspace());
        first.show();
        first.tell(fleet());
        second.tell(fleet());
        application.tell(AppEvent::TabClosed { id: 1 });
        assert_eq!(told(&mut events), ["changed", "fleet", "tab"]);
        second.show();
        first.tell(fleet());
        application.tell(AppEvent::TabClosed { id: 1 });
        assert_eq!(told(&mut events), ["changed", "tab"]);
    }
}
