//! Declared forwards that run in this terminal, as other programs see them.

use std::sync::Arc;

use postern_forward::{
    BoardOrder, BoardReply, Forward, ForwardPhase, ForwardState, ReportedForward, Switchboard,
};
use postern_model::SavedForward;
use tokio_util::task::TaskTracker;

use super::planned::PlannedForward;

/// What this program is called by others.
const PROGRAM: &str = "a terminal";

/// A forward that runs here.
type OpenedForward = (Arc<PlannedForward>, Forward);

/// The switchboard of the forwards that run here, and what was declared of each, in their order.
pub(crate) struct RunningForwards {
    board: Switchboard,
    saved: Vec<SavedForward>,
    stopping: TaskTracker,
}

impl RunningForwards {
    pub(crate) fn new(board: Switchboard, saved: Vec<SavedForward>) -> Self {
        Self {
            board,
            saved,
            stopping: TaskTracker::new(),
        }
    }

    /// Waits until who had forwards stopped knows it: the end of the last one is the end of this program.
    pub(crate) async fn finish(self) {
        self.stopping.close();
        self.stopping.wait().await;
        self.board.close().await;
    }

    /// The next order of another program. Cancel safe.
    pub(crate) async fn next(&mut self) -> (BoardOrder, BoardReply) {
        self.board.next().await
    }

    /// Does what another program ordered. `forwards` are those that run, in the order of what was declared.
    pub(crate) fn obey(&self, order: BoardOrder, reply: BoardReply, forwards: &[OpenedForward]) {
        let of = |wanted: &dyn Fn(i64) -> bool| -> Vec<(ReportedForward, Forward)> {
            let pairs = self.saved.iter().zip(forwards);
            let on = pairs.filter(|(saved, (_, forward))| {
                wanted(saved.id.0) && !forward.state().borrow().phase.is_last()
            });
            let entry = |(planned, forward): &OpenedForward, saved| {
                let state = forward.state().borrow().clone();
                (entry(saved, planned, &state), forward.clone())
            };
            on.map(|(saved, opened)| entry(opened, saved)).collect()
        };
        match order {
            BoardOrder::List => {
                let all = of(&|_| true).into_iter().map(|(entry, _)| entry);
                reply.answer(PROGRAM, all.collect());
            }
            BoardOrder::Stop(ids) => {
                let stopping = of(&|id| ids.contains(&id));
                self.stopping.spawn(stop(stopping, reply));
            }
        }
    }
}

/// Answers when all of them are stopped.
async fn stop(stopping: Vec<(ReportedForward, Forward)>, reply: BoardReply) {
    for (_, forward) in &stopping {
        forward.stop();
    }
    let mut stopped = Vec::new();
    for (entry, forward) in stopping {
        // A forward that is gone without a last word is stopped too.
        let mut state = forward.state();
        let _last = state.wait_for(|state| state.phase.is_last()).await.is_ok();
        stopped.push(entry);
    }
    reply.answer(PROGRAM, stopped);
}

fn entry(saved: &SavedForward, planned: &PlannedForward, state: &ForwardState) -> ReportedForward {
    ReportedForward {
        id: saved.id.0,
        name: saved.draft.name.clone(),
        group: saved.draft.group.clone(),
        state: word(&state.phase).to_owned(),
        local: state.local.iter().map(ToString::to_string).collect(),
        through: planned.via.through().map(|through| through.node.to_string()),
        open: state.traffic.open,
    }
}

fn word(phase: &ForwardPhase) -> &'static str {
    match phase {
        ForwardPhase::Opening => "starting",
        ForwardPhase::Open => "up",
        ForwardPhase::Resuming { .. } | ForwardPhase::Replacing { .. } => "resuming",
        ForwardPhase::Asleep => "asleep",
        ForwardPhase::Stopped { .. } => "off",
        ForwardPhase::Failed(_) => "failed",
    }
}
