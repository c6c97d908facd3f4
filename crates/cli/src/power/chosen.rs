//! Which instances are meant: by their ids, or all that a query finds.

use std::fmt;
use std::sync::Arc;

use postern_fleet::FleetQuery;
use postern_model::{ControlPlane, Instance, InstanceState, NodeId, NodeKind, Pair, Scope, display_text};

use crate::arguments::PowerArguments;
use crate::failure::Failure;
use crate::nodes;

/// One instance that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ChosenInstance {
    pub(super) scope: Scope,
    /// What is shown as its profile, also where the default credentials are meant.
    pub(super) pair: Pair,
    pub(super) id: NodeId,
    pub(super) name: String,
    pub(super) state: InstanceState,
}

/// All that are meant, those of one scope next to each other.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) instances: Vec<ChosenInstance>,
    /// Nobody named them one by one.
    pub(super) by_query: bool,
    /// A pair could not be read and was reported.
    pub(super) incomplete: bool,
}

impl fmt::Display for ChosenInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            write!(f, "{}", self.id)
        } else {
            write!(f, "{} ({})", self.name, self.id)
        }
    }
}

/// Looks them up at AWS.
///
/// # Errors
/// [`Failure::NoInstance`], and why nothing could be read.
pub(super) async fn choose(
    control: &Arc<dyn ControlPlane>,
    arguments: &PowerArguments,
) -> Result<Chosen, Failure> {
    let ids: Option<Vec<NodeId>> = arguments
        .query
        .iter()
        .map(|word| NodeId::parse(word).ok())
        .collect();
    let chosen = match ids {
        Some(ids) => by_ids(control, arguments, &ids).await?,
        None => by_query(control, arguments).await?,
    };
    if chosen.instances.is_empty() && !chosen.incomplete {
        let question = arguments.query.join(" ");
        return Err(Failure::NoInstance { question });
    }
    Ok(chosen)
}

async fn by_ids(
    control: &Arc<dyn ControlPlane>,
    arguments: &PowerArguments,
    ids: &[NodeId],
) -> Result<Chosen, Failure> {
    let pairs = nodes::choose(Arc::clone(control), &arguments.profile, &arguments.region).await?;
    let mut instances = Vec::new();
    for pair in pairs.pairs {
        let scope = scope(arguments, &pair);
        let found = control.instances_of(&scope, ids).await?;
        instances.extend(found.into_iter().map(|found| of_instance(&scope, &pair, found)));
    }
    let missing = |id: &&NodeId| {
        !instances
            .iter()
            .any(|instance: &ChosenInstance| instance.id == **id)
    };
    if let Some(id) = ids.iter().find(missing) {
        return Err(Failure::NoInstance {
            question: id.to_string(),
        });
    }
    Ok(Chosen {
        instances,
        by_query: false,
        incomplete: pairs.incomplete,
    })
}

async fn by_query(control: &Arc<dyn ControlPlane>, arguments: &PowerArguments) -> Result<Chosen, Failure> {
    let query = FleetQuery::parse(&arguments.query.join(" "));
    let pairs = nodes::choose(Arc::clone(control), &arguments.profile, &arguments.region).await?;
    let read = nodes::read(pairs.source, pairs.pairs, false).await;
    let incomplete = pairs.incomplete || read.is_incomplete();
    let mut nodes = read.into_nodes();
    nodes.retain(|(pair, node)| node.kind == NodeKind::Ec2 && query.certainly_matches(pair, node));
    nodes.sort_by(|(a_pair, a), (b_pair, b)| (a_pair, &a.name, &a.id).cmp(&(b_pair, &b.name, &b.id)));
    let instances = nodes.into_iter().map(|(pair, node)| ChosenInstance {
        scope: scope(arguments, &pair),
        id: node.id,
        name: node.name,
        state: node.state,
        pair,
    });
    Ok(Chosen {
        instances: instances.collect(),
        by_query: true,
        incomplete,
    })
}

/// Without a profile the default credentials are meant, whatever is shown for them.
fn scope(arguments: &PowerArguments, pair: &Pair) -> Scope {
    let is_named = !arguments.profile.is_empty();
    Scope {
        profile: is_named.then(|| pair.profile.clone()),
        region: pair.region.clone(),
    }
}

fn of_instance(scope: &Scope, pair: &Pair, found: Instance) -> ChosenInstance {
    ChosenInstance {
        scope: scope.clone(),
        pair: pair.clone(),
        id: found.id,
        name: display_text(found.name.as_deref().unwrap_or_default()),
        state: found.state,
    }
}
