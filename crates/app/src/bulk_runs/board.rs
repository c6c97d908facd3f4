//! How a run stands on each of its nodes, and what of that was not told yet.

use std::{collections::BTreeSet, mem};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{
    node_run::{NodeOutcome, RunNode},
    output::KeptOutput,
};
use crate::{
    clock::{for_page, now_ms},
    contract::{BulkRunOutputView, BulkRunRowView, BulkRunStateView, BulkRunView, ErrorView},
    lock::Lock,
};

/// One run on many nodes.
#[derive(Debug)]
pub(super) struct RunBoard {
    id: u32,
    title: String,
    nodes: Vec<BoardNode>,
    stop: CancellationToken,
    told: Lock<Untold>,
    changed: Notify,
}

#[derive(Debug)]
struct BoardNode {
    node: RunNode,
    output: Lock<KeptOutput>,
    standing: Lock<RunStanding>,
}

/// How it stands on one node.
#[derive(Debug, Clone)]
struct RunStanding {
    state: BulkRunStateView,
    status: Option<u8>,
    error: Option<ErrorView>,
    started_at_ms: Option<i64>,
    ended_at_ms: Option<i64>,
}

/// What the window does not know yet.
#[derive(Debug, Default)]
struct Untold {
    nodes: BTreeSet<usize>,
    over: bool,
}

impl RunBoard {
    pub(super) fn new(id: u32, title: String, nodes: Vec<RunNode>) -> Self {
        let standing = RunStanding {
            state: BulkRunStateView::Waiting,
            status: None,
            error: None,
            started_at_ms: None,
            ended_at_ms: None,
        };
        let nodes = nodes.into_iter().map(|node| BoardNode {
            node,
            output: Lock::default(),
            standing: Lock::new(standing.clone()),
        });
        Self {
            id,
            title,
            nodes: nodes.collect(),
            stop: CancellationToken::new(),
            told: Lock::default(),
            changed: Notify::new(),
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.id
    }

    /// Every node with its number, and where its output goes.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (usize, &RunNode, &Lock<KeptOutput>)> {
        let nodes = self.nodes.iter().enumerate();
        nodes.map(|(at, one)| (at, &one.node, &one.output))
    }

    /// Is cancelled when the run is stopped.
    pub(super) fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    pub(super) fn stop(&self) {
        self.stop.cancel();
    }

    pub(super) fn is_over(&self) -> bool {
        self.told.lock().over
    }

    /// A node's turn has come. False where the run was stopped before.
    pub(super) fn begin(&self, at: usize) -> bool {
        let stopped = self.stop.is_cancelled();
        self.stand(at, |standing| {
            standing.state = if stopped {
                BulkRunStateView::Stopped
            } else {
                standing.started_at_ms = Some(now_ms());
                BulkRunStateView::Running
            };
        });
        !stopped
    }

    pub(super) fn end(&self, at: usize, outcome: NodeOutcome) {
        self.stand(at, |standing| {
            standing.ended_at_ms = Some(now_ms());
            match outcome {
                NodeOutcome::Done(status) => {
                    standing.state = BulkRunStateView::Done;
                    standing.status = status;
                }
                NodeOutcome::Failed(error) => {
                    standing.state = BulkRunStateView::Failed;
                    standing.error = Some(error);
                }
                NodeOutcome::Stopped => standing.state = BulkRunStateView::Stopped,
            }
        });
    }

    /// Nothing runs any more.
    pub(super) fn over(&self) {
        self.told.lock().over = true;
        self.changed.notify_one();
    }

    /// Something of a node is to be told.
    pub(super) fn note(&self, at: usize) {
        self.told.lock().nodes.insert(at);
        self.changed.notify_one();
    }

    /// Waits until something is to be told.
    pub(super) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// What was not told yet.
    pub(super) fn changes(&self) -> BulkRunView {
        let mut told = self.told.lock();
        let (nodes, over) = (mem::take(&mut told.nodes), told.over);
        drop(told);
        let rows = nodes
            .into_iter()
            .filter_map(|at| self.nodes.get(at))
            .map(BoardNode::view);
        self.view_of(rows.collect(), over)
    }

    /// All of it.
    pub(super) fn view(&self) -> BulkRunView {
        self.view_of(self.nodes.iter().map(BoardNode::view).collect(), self.is_over())
    }

    /// What it wrote on one node.
    pub(super) fn output(&self, key: &str) -> Option<BulkRunOutputView> {
        let node = self.nodes.iter().find(|one| one.node.key == key)?;
        Some(node.output.lock().view())
    }

    fn stand(&self, at: usize, change: impl FnOnce(&mut RunStanding)) {
        if let Some(node) = self.nodes.get(at) {
            change(&mut node.standing.lock());
        }
        self.note(at);
    }

    fn view_of(&self, rows: Vec<BulkRunRowView>, over: bool) -> BulkRunView {
        BulkRunView {
            id: self.id,
            title: self.title.clone(),
            over,
            rows,
        }
    }
}

impl BoardNode {
    fn view(&self) -> BulkRunRowView {
        let standing = self.standing.lock().clone();
        BulkRunRowView {
            key: self.node.key.clone(),
            title: self.node.title.clone(),
            state: standing.state,
            status: standing.status.map(u32::from),
            error: standing.error,
            started_at_ms: standing.started_at_ms.map(for_page),
            ended_at_ms: standing.ended_at_ms.map(for_page),
            last_line: self.output.lock().last_line(),
        }
    }
}
