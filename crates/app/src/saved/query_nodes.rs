//! The nodes that answer a saved connection's query.

use std::sync::Arc;

use postern_fleet::FleetQuery;
use postern_model::{Connection, ConnectionGoal, EffectiveConnection, Inherited, Origin, Pair};

use crate::{
    contract::ErrorView,
    fleet::{FleetWatch, NodeKey},
};

/// Asks the fleet.
pub(crate) struct QueryNodes {
    fleet: Arc<FleetWatch>,
}

impl QueryNodes {
    pub(crate) fn new(fleet: &Arc<FleetWatch>) -> Self {
        Self {
            fleet: Arc::clone(fleet),
        }
    }

    /// The node that is meant, where only one can be.
    ///
    /// # Errors
    /// `no-node-answers`, `several-nodes-answer`.
    pub(crate) fn the_one(
        &self,
        connection: &Connection,
        effective: &EffectiveConnection,
    ) -> Result<NodeKey, ErrorView> {
        let mut keys = self.keys(connection, effective);
        match (keys.pop(), keys.len()) {
            (Some(key), 0) => Ok(key),
            (Some(_), others) => Err(several(others + 1)),
            (None, _) => Err(none(connection)),
        }
    }

    /// All that answer. A profile or Region that the connection or a group sets leaves only nodes of that; the defaults of the
    /// settings do not, because a query is asked of the whole fleet.
    fn keys(&self, connection: &Connection, effective: &EffectiveConnection) -> Vec<NodeKey> {
        let ConnectionGoal::Query { query, .. } = &connection.draft.goal else {
            return Vec::new();
        };
        let query = FleetQuery::parse(query);
        self.fleet.read(|fleet| {
            let nodes = fleet
                .nodes()
                .filter(|(_, pair, node)| is_wanted(pair, effective) && query.matches(pair, node));
            nodes.map(|(key, _, _)| key).collect()
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
    let name = postern_model::display_text(&connection.draft.name);
    ErrorView::new(
        "no-node-answers",
        format!("No node of the fleet answers the query of {name}."),
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
