//! One order to some nodes: how far it is, as the page sees it.

use postern_model::{NodeId, NodeKind};

use crate::{
    contract::{AppEvent, ErrorView, PowerFailureView, PowerOrderView, PowerTaskView},
    events::EventBus,
    lock::Lock,
};

/// A node that is told something.
#[derive(Debug, Clone)]
pub(super) struct ToldNode {
    pub(super) key: String,
    pub(super) id: NodeId,
    pub(super) kind: NodeKind,
    /// Its name, or its id.
    pub(super) name: String,
}

/// One order. Each change is told to the page.
pub(super) struct PowerTask {
    events: EventBus,
    view: Lock<PowerTaskView>,
}

impl PowerTask {
    pub(super) fn new(id: u32, order: PowerOrderView, events: &EventBus) -> Self {
        let view = PowerTaskView {
            id,
            order,
            name: None,
            total: 0,
            done: 0,
            failures: Vec::new(),
            over: false,
        };
        Self {
            events: events.clone(),
            view: Lock::new(view),
        }
    }

    pub(super) fn view(&self) -> PowerTaskView {
        self.view.lock().clone()
    }

    /// One more node is told.
    pub(super) fn counts(&self, node: &ToldNode) {
        let mut view = self.view.lock();
        view.total += 1;
        view.name = (view.total == 1).then(|| node.name.clone());
    }

    pub(super) fn fails(&self, node: &ToldNode, error: ErrorView) {
        self.change(|view| {
            view.failures.push(PowerFailureView {
                key: node.key.clone(),
                name: node.name.clone(),
                error,
            });
        });
    }

    pub(super) fn has_done(&self, nodes: usize) {
        if nodes > 0 {
            self.change(|view| view.done += u32::try_from(nodes).unwrap_or(u32::MAX));
        }
    }

    pub(super) fn is_over(&self) {
        self.change(|view| view.over = true);
    }

    fn change(&self, change: impl FnOnce(&mut PowerTaskView)) {
        let mut view = self.view.lock();
        change(&mut view);
        self.events.emit(AppEvent::PowerChanged { task: view.clone() });
    }
}
