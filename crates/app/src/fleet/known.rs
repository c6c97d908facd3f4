//! What is known of the fleet: the pairs of the settings, what sync says of each, and their nodes.

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

use postern_fleet::{Difference, Inventory, Listing, Node, SyncEvent, SyncPlan, Times};
use postern_model::{AgentInformation, Instance, NodeId, Pair, Target};

use super::{
    key::NodeKey,
    node_view::node_view,
    pair_state::{PairState, SyncNumber},
    rows::{Row, Rows},
};
use crate::contract::{EndpointsView, Environment, NodeView, PairView, ProfilesView};

/// What is known of every pair. Pure: readings and times come in, what changed comes out. No step takes longer because
/// the rest of the fleet is large.
#[derive(Debug, Default)]
pub(crate) struct Fleet {
    inventory: Inventory,
    rows: Rows,
    states: HashMap<i32, PairState>,
}

/// What is to be looked at again. The fleet itself says how it is now, so a thing that changed twice is named once.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Changes {
    /// Nodes that came, changed or went.
    pub(crate) nodes: BTreeSet<NodeKey>,
    /// Numbers of pairs that came, changed or went, with what sync says of them.
    pub(crate) pairs: BTreeSet<i32>,
}

/// What was read of a pair, to be kept for the next start.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CacheUpdate {
    /// [`Row::id`].
    pub(crate) row: i32,
    pub(crate) nodes: Vec<Node>,
    pub(crate) times: Times,
}

impl Changes {
    /// Of pairs only.
    pub(crate) fn of_pairs(pairs: impl IntoIterator<Item = i32>) -> Self {
        Self {
            nodes: BTreeSet::new(),
            pairs: pairs.into_iter().collect(),
        }
    }

    fn of_nodes(pair: i32, nodes: impl IntoIterator<Item = NodeId>) -> Self {
        let keys = nodes.into_iter().map(|node| NodeKey { pair, node });
        Self {
            nodes: keys.collect(),
            pairs: BTreeSet::from([pair]),
        }
    }

    /// Those, too.
    pub(crate) fn add(&mut self, other: Self) {
        self.nodes.extend(other.nodes);
        self.pairs.extend(other.pairs);
    }
}

impl Fleet {
    /// The settings changed: nodes of pairs that no longer take part leave the window. Pairs that newly take part are
    /// named, so that they can be shown from the cache and synced.
    pub(crate) fn set_rows(&mut self, rows: Vec<Row>) -> (Changes, Vec<Row>) {
        let before = std::mem::replace(&mut self.rows, Rows::new(rows));
        let mut changes = Changes::default();
        for row in before.iter().filter(|row| !self.rows.contains(row)) {
            changes.pairs.insert(row.id);
            self.states.remove(&row.id);
            if row.synced {
                changes.add(Changes::of_nodes(row.id, self.inventory.remove_pair(&row.pair)));
            }
        }
        let mut new: Vec<Row> = self
            .rows
            .iter()
            .filter(|row| !before.contains(row))
            .cloned()
            .collect();
        changes.pairs.extend(new.iter().map(|row| row.id));
        new.retain(|row| row.synced);
        (changes, new)
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
    pub(crate) fn queue(&mut self, ids: &[i32], sync: SyncNumber, only_running: bool) -> (Changes, SyncPlan) {
        let known = ids.iter().filter_map(|id| self.rows.get(*id));
        let is_idle = |row: &&Row| !self.states.get(&row.id).is_some_and(PairState::is_under_way);
        let queued: Vec<Row> = known.filter(|row| row.synced).filter(is_idle).cloned().collect();
        for row in &queued {
            self.states.entry(row.id).or_default().queued(sync);
        }
        let changes = Changes::of_pairs(queued.iter().map(|row| row.id));
        let pairs = queued.into_iter().map(|row| row.pair);
        let plan = SyncPlan::new(pairs, only_running, &self.inventory);
        (changes, plan.failed_last(|pair| self.has_failed(pair)))
    }

    fn has_failed(&self, pair: &Pair) -> bool {
        let state = self.rows.of(pair).and_then(|row| self.states.get(&row.id));
        state.is_some_and(PairState::has_failed_lately)
    }

    /// Takes what happened in a sync. What an older sync still says, or one of a pair that left the settings, changes
    /// nothing.
    pub(crate) fn advance(
        &mut self,
        event: SyncEvent,
        sync: SyncNumber,
        now_ms: i64,
    ) -> (Changes, Option<CacheUpdate>) {
        let row = self.rows.of(event.pair()).filter(|row| row.synced).cloned();
        let Some(row) = row else { return Default::default() };
        let Some(state) = self.states.get_mut(&row.id).filter(|state| state.is_of(sync)) else {
            return Default::default();
        };
        match event {
            SyncEvent::Started { .. } => state.started(),
            SyncEvent::Progress {
                progress, arrived, ..
            } => {
                state.progressed(progress);
                let difference = self.inventory.arrive(&row.pair, *arrived);
                return (changes(row.id, difference), None);
            }
            SyncEvent::Cancelled { .. } => state.cancelled(),
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
        (Changes::of_pairs([row.id]), None)
    }

    fn read(&mut self, row: &Row, listing: Listing, now_ms: i64) -> (Changes, Option<CacheUpdate>) {
        let difference = self.inventory.apply(&row.pair, listing, now_ms);
        let update = CacheUpdate {
            row: row.id,
            nodes: self.inventory.nodes(&row.pair).to_vec(),
            times: self.inventory.times(&row.pair),
        };
        (changes(row.id, difference), Some(update))
    }

    /// Takes up what AWS says of some nodes between two syncs.
    pub(crate) fn note(
        &mut self,
        pair: &Pair,
        instances: Vec<Instance>,
        agents: Option<Vec<AgentInformation>>,
    ) -> Changes {
        let row = self.rows.of(pair).filter(|row| row.synced).map(|row| row.id);
        row.map_or_else(Changes::default, |row| {
            changes(row, self.inventory.note(pair, instances, agents))
        })
    }

    /// After how long a pair whose reading failed in a way that may pass is read again by itself. None for any other pair, and
    /// where another sync was begun since.
    pub(crate) fn recovers_after(&self, id: i32, sync: SyncNumber) -> Option<Duration> {
        let state = self.states.get(&id).filter(|state| state.is_of(sync))?;
        state.recovers_after()
    }

    /// Whatever is under way no longer counts: what it still brings is not believed any more.
    pub(crate) fn abandon(&mut self) -> Changes {
        let under_way = self.states.iter_mut().filter(|(_, state)| state.is_under_way());
        Changes::of_pairs(under_way.map(|(id, state)| {
            state.abandoned();
            *id
        }))
    }

    /// The pairs that take part in sync, in the user's order.
    pub(crate) fn synced_ids(&self) -> Vec<i32> {
        self.rows.synced().map(|row| row.id).collect()
    }

    /// Those of them that failed at their last sync, wholly or in part, or are being read.
    pub(crate) fn unread_ids(&self) -> Vec<i32> {
        let mut ids = self.synced_ids();
        let is_unread = |state: &PairState| state.has_failed() || state.is_under_way();
        ids.retain(|id| self.states.get(id).is_some_and(is_unread));
        ids
    }

    /// All pairs, in the user's order.
    pub(crate) fn all_ids(&self) -> Vec<i32> {
        self.rows.iter().map(|row| row.id).collect()
    }

    /// The number of a pair that takes part in sync.
    pub(crate) fn synced_id(&self, pair: &Pair) -> Option<i32> {
        self.rows.of(pair).filter(|row| row.synced).map(|row| row.id)
    }

    pub(crate) fn row(&self, id: i32) -> Option<&Row> {
        self.rows.get(id)
    }

    /// All pairs, in the user's order.
    pub(crate) fn pair_views(&self, profiles: &ProfilesView) -> Vec<PairView> {
        let rows = self.rows.iter();
        rows.map(|row| self.view_of(row, profiles)).collect()
    }

    /// One pair with what sync says of it.
    pub(crate) fn pair_view(&self, id: i32, profiles: &ProfilesView) -> Option<PairView> {
        self.rows.get(id).map(|row| self.view_of(row, profiles))
    }

    fn view_of(&self, row: &Row, profiles: &ProfilesView) -> PairView {
        let state = self.states.get(&row.id).cloned().unwrap_or_default();
        PairView {
            id: row.id,
            profile: row.pair.profile.to_string(),
            region: row.pair.region.to_string(),
            enabled: row.enabled,
            endpoints: EndpointsView::from(&row.endpoints),
            environment: Environment::of_profile(Some(row.pair.profile.as_str())),
            // A pair that is off asks for nothing, so nothing is wrong with it.
            problem: profiles.problem_of(&row.pair.profile).filter(|_| row.enabled),
            sync: state.view(self.inventory.times(&row.pair)),
        }
    }

    /// How many nodes a pair has.
    pub(crate) fn size_of(&self, pair: i32) -> usize {
        let row = self.rows.get(pair).filter(|row| row.synced);
        row.map_or(0, |row| self.inventory.nodes(&row.pair).len())
    }

    /// Every node that is shown, with its key and its pair.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = (NodeKey, &Pair, &Node)> {
        self.rows.synced().flat_map(|row| {
            let key = |node: &Node| NodeKey {
                pair: row.id,
                node: node.id.clone(),
            };
            let nodes = self.inventory.nodes(&row.pair).iter();
            nodes.map(move |node| (key(node), &row.pair, node))
        })
    }

    /// One node, if it is still there.
    pub(crate) fn node_view(&self, key: &NodeKey) -> Option<NodeView> {
        self.find(key).map(|(_, node)| node_view(key.pair, node))
    }

    /// The nodes of a pair that takes part in sync.
    pub(crate) fn nodes_of(&self, id: i32) -> Option<(&Pair, &[Node])> {
        let row = self.rows.get(id).filter(|row| row.synced)?;
        Some((&row.pair, self.inventory.nodes(&row.pair)))
    }

    /// A node by its key, with its pair.
    pub(crate) fn find(&self, key: &NodeKey) -> Option<(&Pair, &Node)> {
        let row = self.rows.get(key.pair).filter(|row| row.synced)?;
        Some((&row.pair, self.inventory.get(&row.pair, &key.node)?))
    }

    /// The node that a session to `target` reaches, if it is synced.
    pub(crate) fn find_target(&self, pair: &Pair, target: &Target) -> Option<(NodeKey, &Node)> {
        let id = NodeId::parse(target.as_str()).ok()?;
        let row = self.rows.of(pair).filter(|row| row.synced)?;
        let node = self.inventory.get(pair, &id)?;
        let key = NodeKey {
            pair: row.id,
            node: id,
        };
        Some((key, node))
    }
}

fn changes(pair: i32, difference: Difference) -> Changes {
    let upserts = difference.upserts.into_iter().map(|node| node.id);
    Changes::of_nodes(pair, upserts.chain(difference.removals))
}
