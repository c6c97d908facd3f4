//! The fleet as the window sees it: the pairs of the settings, what sync says of each, and their nodes.

use std::collections::HashMap;

use postern_fleet::{Difference, Inventory, Listing, Node, SyncEvent, SyncPlan, Times};
use postern_model::{ControlError, NodeId, Pair, Target};

use crate::{
    clock::for_page,
    fleet_view::node_view,
    view::{Environment, ErrorView, NodeView, PairView, ProfilesView, SyncPhase, SyncView},
};

/// A pair of the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: i32,
    pub(crate) pair: Pair,
    /// As the user set it.
    pub(crate) enabled: bool,
    /// Whether it takes part in sync: it is enabled, and so is sync as a whole.
    pub(crate) synced: bool,
}

/// What is known of every pair. Pure: readings and times come in, changes for the window go out.
#[derive(Debug, Default)]
pub(crate) struct Fleet {
    inventory: Inventory,
    rows: Vec<Row>,
    states: HashMap<i32, PairState>,
}

/// What the window has to change.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Changes {
    pub(crate) upserts: Vec<NodeView>,
    pub(crate) removals: Vec<String>,
}

/// A reading to be kept for the next start.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// [`Row::id`].
    pub(crate) row: i32,
    pub(crate) nodes: Vec<Node>,
    pub(crate) times: Times,
}

/// Which sync a state belongs to, so that a late word of an older one is not believed.
pub(crate) type RunNumber = u64;

#[derive(Debug, Clone)]
struct PairState {
    phase: SyncPhase,
    nodes_read: u32,
    failed_at_ms: Option<i64>,
    error: Option<ErrorView>,
    run: RunNumber,
}

impl Fleet {
    /// The settings changed: nodes of pairs that no longer take part leave the window. Pairs that newly take part are
    /// named, so that they can be shown from the cache and synced.
    pub(crate) fn set_rows(&mut self, rows: Vec<Row>) -> (Changes, Vec<Row>) {
        let before = std::mem::replace(&mut self.rows, rows);
        let gone = before.iter().filter(|row| row.synced && !self.rows.contains(row));
        let removals = gone.flat_map(|row| forget(&mut self.inventory, row)).collect();
        let is_new = |row: &&Row| row.synced && !before.contains(row);
        let new: Vec<Row> = self.rows.iter().filter(is_new).cloned().collect();
        self.states
            .retain(|id, _| self.rows.iter().any(|row| row.id == *id && before.contains(row)));
        (
            Changes {
                upserts: Vec::new(),
                removals,
            },
            new,
        )
    }

    /// Shows what an earlier run of the program read, until something newer is known.
    pub(crate) fn restore(&mut self, row: &Row, nodes: Vec<Node>, times: Times) -> Changes {
        if !self.rows.contains(row) || self.inventory.read_at_ms(&row.pair).is_some() {
            return Changes::default();
        }
        let difference = self.inventory.restore(&row.pair, nodes, times);
        changes(row.id, difference)
    }

    /// Marks those of `ids` that take part and are not under way already; the plan reads them.
    pub(crate) fn queue(&mut self, ids: &[i32], run: RunNumber, only_running: bool) -> SyncPlan {
        let states = &self.states;
        let idle = |row: &&Row| {
            row.synced && ids.contains(&row.id) && !states.get(&row.id).is_some_and(PairState::is_under_way)
        };
        let queued: Vec<Row> = self.rows.iter().filter(idle).cloned().collect();
        for row in &queued {
            let state = self.states.entry(row.id).or_default();
            (state.phase, state.nodes_read, state.run) = (SyncPhase::Queued, 0, run);
        }
        SyncPlan::new(
            queued.into_iter().map(|row| row.pair),
            only_running,
            &self.inventory,
        )
    }

    /// What a sync told. Words of an older sync, or of a pair that left the settings, change nothing.
    pub(crate) fn advance(
        &mut self,
        event: SyncEvent,
        run: RunNumber,
        now_ms: i64,
    ) -> (Changes, Option<Reading>) {
        let pair = match &event {
            SyncEvent::Started { pair }
            | SyncEvent::Progress { pair, .. }
            | SyncEvent::Finished { pair, .. }
            | SyncEvent::Cancelled { pair } => pair,
        };
        let row = self
            .rows
            .iter()
            .find(|row| row.pair == *pair && row.synced)
            .cloned();
        let Some(row) = row else { return Default::default() };
        let Some(state) = self.states.get_mut(&row.id).filter(|state| state.run == run) else {
            return Default::default();
        };
        match event {
            SyncEvent::Started { .. } => (state.phase, state.nodes_read) = (SyncPhase::Running, 0),
            SyncEvent::Progress { nodes_read, .. } => state.nodes_read = nodes_read,
            SyncEvent::Cancelled { .. } => state.phase = SyncPhase::Cancelled,
            SyncEvent::Finished {
                result: Err(error), ..
            } => state.failed(&error, now_ms),
            SyncEvent::Finished {
                result: Ok(listing), ..
            } => {
                state.done(&listing, now_ms);
                return self.read(&row, *listing, now_ms);
            }
        }
        Default::default()
    }

    fn read(&mut self, row: &Row, listing: Listing, now_ms: i64) -> (Changes, Option<Reading>) {
        let difference = self.inventory.apply(&row.pair, listing, now_ms);
        let nodes = self.inventory.nodes(&row.pair).to_vec();
        let reading = Reading {
            row: row.id,
            nodes,
            times: self.inventory.times(&row.pair),
        };
        (changes(row.id, difference), Some(reading))
    }

    /// The pairs of the settings, in the user's order.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Whatever is under way no longer counts: its words are not believed any more.
    pub(crate) fn abandon(&mut self) {
        for state in self.states.values_mut().filter(|state| state.is_under_way()) {
            (state.phase, state.run) = (SyncPhase::Cancelled, 0);
        }
    }

    /// A pair with what sync says of it.
    pub(crate) fn pair_view(&self, row: &Row, profiles: &ProfilesView) -> PairView {
        PairView {
            id: row.id,
            profile: row.pair.profile.to_string(),
            region: row.pair.region.to_string(),
            enabled: row.enabled,
            environment: Environment::of_profile(Some(row.pair.profile.as_str())),
            // A pair that is off asks for nothing, so nothing is wrong with it.
            problem: profiles.problem_of(&row.pair.profile).filter(|_| row.enabled),
            sync: self.sync_view(row),
        }
    }

    fn sync_view(&self, row: &Row) -> SyncView {
        let state = self.states.get(&row.id).cloned().unwrap_or_default();
        let times = self.inventory.times(&row.pair);
        SyncView {
            phase: state.phase,
            nodes_read: state.nodes_read,
            data_at_ms: times.instances.or(times.agents).map(for_page),
            agents_at_ms: times.agents.map(for_page),
            failed_at_ms: state.failed_at_ms.map(for_page),
            error: state.error,
        }
    }

    /// Every node that is shown.
    pub(crate) fn node_views(&self) -> Vec<NodeView> {
        let synced = self.rows.iter().filter(|row| row.synced);
        synced
            .flat_map(|row| {
                self.inventory
                    .nodes(&row.pair)
                    .iter()
                    .map(|node| node_view(row.id, node))
            })
            .collect()
    }

    /// The key and name of the node that a session to `target` reaches, if it is synced.
    pub(crate) fn find_target(&self, pair: &Pair, target: &Target) -> Option<(String, &Node)> {
        let node = NodeId::parse(target.as_str()).ok()?;
        let row = self.rows.iter().find(|row| row.pair == *pair && row.synced)?;
        Some((node_key(row.id, &node), self.inventory.get(&row.pair, &node)?))
    }

    /// A node by its key, with its pair.
    pub(crate) fn find(&self, key: &str) -> Option<(&Pair, &Node)> {
        let (pair, node) = key.split_once('/')?;
        let (pair, node): (i32, NodeId) = (pair.parse().ok()?, NodeId::parse(node).ok()?);
        let row = self.rows.iter().find(|row| row.id == pair && row.synced)?;
        Some((&row.pair, self.inventory.get(&row.pair, &node)?))
    }
}

/// The key of a node in the window.
pub(crate) fn node_key(pair: i32, node: &NodeId) -> String {
    format!("{pair}/{node}")
}

fn forget(inventory: &mut Inventory, row: &Row) -> Vec<String> {
    inventory
        .remove_pair(&row.pair)
        .iter()
        .map(|node| node_key(row.id, node))
        .collect()
}

fn changes(pair: i32, difference: Difference) -> Changes {
    Changes {
        upserts: difference
            .upserts
            .iter()
            .map(|node| node_view(pair, node))
            .collect(),
        removals: difference
            .removals
            .iter()
            .map(|node| node_key(pair, node))
            .collect(),
    }
}

impl Default for PairState {
    fn default() -> Self {
        Self {
            phase: SyncPhase::Never,
            nodes_read: 0,
            failed_at_ms: None,
            error: None,
            run: 0,
        }
    }
}

impl PairState {
    fn is_under_way(&self) -> bool {
        matches!(self.phase, SyncPhase::Queued | SyncPhase::Running)
    }

    fn failed(&mut self, error: &ControlError, now_ms: i64) {
        self.phase = SyncPhase::Failed;
        self.failed_at_ms = Some(now_ms);
        self.error = Some(error.into());
    }

    fn done(&mut self, listing: &Listing, now_ms: i64) {
        let complete = listing.is_complete();
        self.phase = if complete {
            SyncPhase::Done
        } else {
            SyncPhase::Partial
        };
        self.failed_at_ms = (!complete).then_some(now_ms);
        self.error = what_is_missing(listing);
    }
}

/// Which call failed and why; where both did, the second one is the detail.
fn what_is_missing(listing: &Listing) -> Option<ErrorView> {
    let mut failures = listing.failures().map(|(service, error)| {
        let view = ErrorView::from(error);
        let message = format!("{service} could not be read: {}", view.message);
        ErrorView { message, ..view }
    });
    let (first, second) = (failures.next()?, failures.next());
    Some(match second {
        Some(second) => ErrorView {
            detail: Some(second.message),
            ..first
        },
        None => first,
    })
}
