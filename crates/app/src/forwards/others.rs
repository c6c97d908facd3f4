//! The forwards of the window, as other programs of the same user list and stop them.

use std::sync::Arc;

use postern_forward::{BoardOrder, BoardReply, ReportedForward};

use super::{declared::Forwards, table::Switched};
use crate::contract::{ForwardStateView, ForwardView};

/// What the window is called by others.
pub(crate) const WINDOW: &str = "the window";

impl Forwards {
    /// Does what another program ordered, and answers when it is done.
    pub(crate) async fn obey(self: Arc<Self>, order: BoardOrder, reply: BoardReply) {
        let forwards = match order {
            BoardOrder::List => self.on(|_| true).into_iter().map(|(entry, _)| entry).collect(),
            BoardOrder::Stop(ids) => self.stop(&ids).await,
        };
        reply.answer(WINDOW, forwards);
    }

    /// Those that were stopped.
    async fn stop(&self, ids: &[i64]) -> Vec<ReportedForward> {
        let stopping = self.on(|id| ids.contains(&id.into()));
        let numbers = stopping
            .iter()
            .filter_map(|(entry, _)| i32::try_from(entry.id).ok());
        numbers.for_each(|id| self.switch_off(id));
        let mut stopped = Vec::new();
        for (entry, switched) in stopping {
            switched.over.cancelled().await;
            stopped.push(entry);
        }
        stopped
    }

    fn on(&self, wanted: impl Fn(i32) -> bool) -> Vec<(ReportedForward, Arc<Switched>)> {
        let table = self.table.lock();
        let views = table.views().into_iter().filter(|view| wanted(view.id));
        views
            .filter_map(|view| Some((entry(&view), table.running(view.id)?)))
            .collect()
    }
}

fn entry(view: &ForwardView) -> ReportedForward {
    let host = view.draft.bind_address.as_deref().unwrap_or("localhost");
    let local = view.port.map(|port| format!("{host}:{port}"));
    ReportedForward {
        id: view.id.into(),
        name: view.draft.name.clone(),
        group: view.draft.group.clone(),
        state: word(&view.state).to_owned(),
        local: local.into_iter().collect(),
        through: view.through.as_ref().map(|through| through.node.clone()),
        open: usize::try_from(view.traffic.open).unwrap_or(usize::MAX),
    }
}

fn word(state: &ForwardStateView) -> &'static str {
    match state {
        ForwardStateView::Off => "off",
        ForwardStateView::Starting { .. } => "starting",
        ForwardStateView::Up { .. } => "up",
        ForwardStateView::Resuming { .. } => "resuming",
        ForwardStateView::Asleep => "asleep",
        ForwardStateView::Stopping => "stopping",
        ForwardStateView::Failed { .. } => "failed",
    }
}
