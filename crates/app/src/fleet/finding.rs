//! What the page asks of the fleet: it holds only the nodes that it shows.

use std::{hash::Hash, sync::Arc};

use postern_fleet::{Answers, Best, Fit, Recency, SearchIndex};
use postern_model::{NodeId, Pair};

use super::{
    completion::completion,
    found::{FleetAnswers, MOST_NODES, place},
    key::NodeKey,
    known::Fleet,
    search::number,
    watch::FleetWatch,
};
use crate::{
    clock::now_ms,
    contract::{
        BestHitView, BestRequest, BestView, CompletionView, ErrorView, FindRequest, FleetAsk, FleetFoundView,
        NodePlaceView, NodeView, PairNodesView, TargetAsk, TypedRequest, TypedView,
    },
    saved::{SavedConnections, SearchedConnections},
};

/// Searches of one world's fleet and saved connections.
pub struct Finding {
    fleet: Arc<FleetWatch>,
    saved: Arc<SavedConnections>,
}

impl Finding {
    pub(crate) fn new(fleet: &Arc<FleetWatch>, saved: &Arc<SavedConnections>) -> Self {
        Self {
            fleet: Arc::clone(fleet),
            saved: Arc::clone(saved),
        }
    }

    /// All that a keystroke in the search needs: how many match, where, what Enter means, and the nodes that are shown.
    ///
    /// # Errors
    /// Any of the store, which has the saved connections.
    pub async fn find(&self, request: &FindRequest) -> Result<FleetFoundView, ErrorView> {
        let saved = self.saved.searched().await?;
        let uses = Uses::of(&request.used);
        Ok(self.answer(&request.ask, |answers| {
            let mut view = answers.view(request);
            let connections = saved.find(&answers.made.query);
            view.connections = saved.in_order(&connections);
            view.best = best_hit(answers, &saved, &connections, &uses);
            view
        }))
    }

    /// `count` nodes (at most 500) of a pair that match, from a place on.
    #[must_use]
    pub fn nodes(&self, ask: &FleetAsk, pair: i32, from: u32, count: u32) -> PairNodesView {
        let to = from.saturating_add(count.min(MOST_NODES));
        self.answer(ask, |answers| answers.nodes(pair, from..to))
    }

    /// Those of these nodes (at most 500 are looked up) that are there.
    #[must_use]
    pub fn nodes_by_key(&self, keys: &[String]) -> Vec<NodeView> {
        let keys = keys.iter().take(place(MOST_NODES));
        let keys: Vec<NodeKey> = keys.filter_map(|key| NodeKey::parse(key)).collect();
        self.fleet
            .read(|fleet| keys.iter().filter_map(|key| fleet.node_view(key)).collect())
    }

    /// The synced node of each of these targets, where there is one.
    #[must_use]
    pub fn targets(&self, targets: &[TargetAsk]) -> Vec<Option<NodeView>> {
        self.fleet
            .read(|fleet| targets.iter().map(|target| of_target(fleet, target)).collect())
    }

    /// Where a node stands among the answers; none if it is not among them.
    #[must_use]
    pub fn place(&self, ask: &FleetAsk, key: &str) -> Option<NodePlaceView> {
        let key = NodeKey::parse(key)?;
        self.answer(ask, |answers| answers.place(&key))
    }

    /// Where letters lead that are typed in the tree.
    #[must_use]
    pub fn typed(&self, request: &TypedRequest) -> TypedView {
        self.answer(&request.ask, |answers| answers.typed(request))
    }

    /// What a question may go on with at the cursor, in UTF-16 units.
    #[must_use]
    pub fn complete(&self, text: &str, cursor: u32) -> CompletionView {
        self.fleet.search(|_, search| completion(search, text, cursor))
    }

    /// The best nodes and saved connections: by fit, then production last, then what was used lately, then by name.
    ///
    /// # Errors
    /// Any of the store.
    pub async fn best(&self, request: &BestRequest) -> Result<BestView, ErrorView> {
        let saved = self.saved.searched().await?;
        let limit = place(request.limit.min(MOST_NODES));
        let uses = Uses::of(&request.used);
        Ok(self.answer(&request.ask, |answers| {
            let connections = saved.find(&answers.made.query);
            let best = saved.index().best(&connections, &uses.connections, limit);
            BestView {
                nodes: answers.best_nodes(&uses.nodes, limit),
                matching_nodes: number(answers.made.found.matching()),
                connections: best.into_iter().map(|best| *best.key).collect(),
                matching_connections: number(connections.matching()),
            }
        }))
    }

    fn answer<T>(&self, ask: &FleetAsk, show: impl FnOnce(&FleetAnswers<'_>) -> T) -> T {
        self.fleet.search(|fleet, search| {
            let made = search.search(ask);
            show(&FleetAnswers {
                fleet,
                search,
                made: &made,
            })
        })
    }
}

impl FleetAnswers<'_> {
    fn best_nodes(&self, recency: &Recency<NodeKey>, limit: usize) -> Vec<NodeView> {
        let best = self.search.index().best(&self.made.found, recency, limit);
        best.into_iter()
            .filter_map(|best| self.fleet.node_view(best.key))
            .collect()
    }
}

/// What was used, most recent first, as the page says it.
struct Uses {
    nodes: Recency<NodeKey>,
    connections: Recency<i32>,
}

impl Uses {
    /// The page knows the order only, which is all that decides.
    fn of(used: &[String]) -> Self {
        let now = now_ms();
        let uses = used
            .iter()
            .zip(0_i64..)
            .map(|(key, place)| (key.as_str(), now - place * 60_000));
        let nodes = uses
            .clone()
            .filter_map(|(key, at)| Some((NodeKey::parse(key.strip_prefix("n:")?)?, at)));
        let connections = uses
            .clone()
            .filter_map(|(key, at)| Some((key.strip_prefix("c:")?.parse().ok()?, at)));
        Self {
            nodes: Recency::of_uses(nodes, now),
            connections: Recency::of_uses(connections, now),
        }
    }
}

/// The best answer of one kind.
struct Candidate<K> {
    key: K,
    fit: Fit,
    /// Whether it is the only one, or the only one of that whole name.
    sure: bool,
}

impl<K> Candidate<K> {
    fn is_exact(&self) -> bool {
        self.fit == Fit::EXACT
    }
}

fn candidate<G: Clone + Ord, K: Clone + Eq + Hash>(
    index: &SearchIndex<G, K>,
    found: &Answers<G>,
    recency: &Recency<K>,
) -> Option<Candidate<K>> {
    let sure = index.sure(found);
    let best = index.best(found, recency, 1);
    let Best { key, fit } = *best.first()?;
    Some(Candidate {
        key: sure.unwrap_or(key).clone(),
        fit,
        sure: sure.is_some(),
    })
}

/// Of nodes and saved connections together nothing is sure where both have the name, or both have answers and neither the name.
fn best_hit(
    answers: &FleetAnswers<'_>,
    saved: &SearchedConnections,
    connections: &Answers<()>,
    uses: &Uses,
) -> Option<BestHitView> {
    let node = candidate(answers.search.index(), &answers.made.found, &uses.nodes);
    let connection = candidate(saved.index(), connections, &uses.connections);
    let node_hit = |node: &Candidate<NodeKey>, sure| BestHitView {
        key: format!("n:{}", node.key),
        sure,
        place: answers.place(&node.key),
    };
    let connection_hit = |connection: &Candidate<i32>, sure| BestHitView {
        key: format!("c:{}", connection.key),
        sure,
        place: None,
    };
    match (node, connection) {
        (None, None) => None,
        (Some(node), None) => Some(node_hit(&node, node.sure)),
        (None, Some(connection)) => Some(connection_hit(&connection, connection.sure)),
        (Some(node), Some(connection)) => {
            let sure = node.is_exact() != connection.is_exact();
            Some(if node.fit < connection.fit {
                node_hit(&node, sure && node.sure)
            } else {
                connection_hit(&connection, sure && connection.sure)
            })
        }
    }
}

fn of_target(fleet: &Fleet, ask: &TargetAsk) -> Option<NodeView> {
    let id = NodeId::parse(&ask.target).ok()?;
    let is_meant = |pair: &Pair| {
        ask.profile
            .as_deref()
            .is_none_or(|profile| pair.profile.as_str() == profile)
            && ask
                .region
                .as_deref()
                .is_none_or(|region| pair.region.as_str() == region)
    };
    let mut pairs = fleet.synced_ids().into_iter();
    pairs.find_map(|pair| {
        let key = NodeKey {
            pair,
            node: id.clone(),
        };
        fleet.find(&key).filter(|(pair, _)| is_meant(pair))?;
        fleet.node_view(&key)
    })
}
