//! The nodes that answer a saved connection's query, and which of them is meant.

use std::sync::Arc;

use postern_fleet::{FleetQuery, Node, Picked, pick};
use postern_model::{Connection, ConnectionGoal, EffectiveConnection, Inherited, Origin, Pair, display_text};

use crate::{
    contract::ErrorView,
    fleet::{FleetWatch, NodeKey},
};

/// Asks the fleet.
pub(crate) struct QueryNodes {
    fleet: Arc<FleetWatch>,
}

/// What a connection leads to now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum QueryAnswer {
    /// This node.
    One(NodeKey),
    /// Somebody has to choose; the best first.
    Choice(Vec<NodeKey>),
    /// Every one of them.
    All(Vec<NodeKey>),
}

impl QueryNodes {
    pub(crate) fn new(fleet: &Arc<FleetWatch>) -> Self {
        Self {
            fleet: Arc::clone(fleet),
        }
    }

    /// The node that is meant, where that is one.
    ///
    /// # Errors
    /// `no-node-answers`, `several-nodes-answer`.
    pub(crate) fn the_one(
        &self,
        connection: &Connection,
        effective: &EffectiveConnection,
    ) -> Result<NodeKey, ErrorView> {
        match self.answer(connection, effective)? {
            QueryAnswer::One(key) => Ok(key),
            QueryAnswer::Choice(keys) => Err(several(keys.len())),
            QueryAnswer::All(mut keys) => match (keys.pop(), keys.len()) {
                (Some(key), 0) => Ok(key),
                (_, others) => Err(several(others + 1)),
            },
        }
    }

    /// What the connection's query and its rule say now. A profile or Region that the connection or a group sets leaves only
    /// nodes of that; the defaults of the settings do not, because a query is asked of the whole fleet.
    ///
    /// # Errors
    /// `no-node-answers`.
    pub(crate) fn answer(
        &self,
        connection: &Connection,
        effective: &EffectiveConnection,
    ) -> Result<QueryAnswer, ErrorView> {
        let ConnectionGoal::Query { query, pick: rule } = &connection.draft.goal else {
            return Err(none(connection));
        };
        let query = FleetQuery::parse(query);
        self.fleet.read(|fleet| {
            let wanted = fleet
                .nodes()
                .filter(|(_, pair, node)| is_wanted(pair, effective) && query.matches(pair, node));
            let found: Vec<(NodeKey, &Node)> = wanted.map(|(key, _, node)| (key, node)).collect();
            let nodes: Vec<&Node> = found.iter().map(|(_, node)| *node).collect();
            let key = |place: usize| found.get(place).map(|(key, _)| key.clone());
            let keys = |places: Vec<usize>| places.into_iter().filter_map(key).collect();
            match pick(*rule, &nodes) {
                Picked::Nothing => Err(none(connection)),
                Picked::One(place) => key(place).map(QueryAnswer::One).ok_or_else(|| none(connection)),
                Picked::Choice(places) => Ok(QueryAnswer::Choice(keys(places))),
                Picked::All(places) => Ok(QueryAnswer::All(keys(places))),
            }
        })
    }
}

fn is_wanted(pair: &Pair, effective: &EffectiveConnection) -> bool {
    is_or_open(effective.profile.as_ref(), &pair.profile)
        && is_or_open(effective.region.as_ref(), &pair.region)
}

fn is_or_open<T: PartialEq>(wanted: Option<&Inherited<T>>, value: &T) -> bool {
    wanted.is_none_or(|wanted| wanted.origin == Origin::Default || wanted.value == *value)
}

fn none(connection: &Connection) -> ErrorView {
    let name = display_text(&connection.draft.name);
    ErrorView::new(
        "no-node-answers",
        format!("No node that could be reached answers the query of {name}."),
        "Sync the fleet, or edit the query.",
    )
}

fn several(count: usize) -> ErrorView {
    ErrorView::new(
        "several-nodes-answer",
        format!("{count} nodes answer the query."),
        "Choose one of them.",
    )
}
