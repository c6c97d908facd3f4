//! From a question to the node that a session is opened to.

use std::sync::Arc;

use postern_fleet::{FleetQuery, Node, Picked, pick};
use postern_model::{ControlPlane, Pair, ProfileName, Region, Target};

use super::asking;
use crate::arguments::ConnectArguments;
use crate::failure::Failure;
use crate::nodes::{self, FoundNodes};

/// So many names that are like a question are told.
const TOLD: usize = 5;

/// Where a session is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destination {
    pub(super) target: Target,
    /// None means the default credentials.
    pub(super) profile: Option<ProfileName>,
    pub(super) region: Option<Region>,
}

/// Finds nodes, applies the rule, and asks where it says so or production is meant.
///
/// # Errors
/// [`Failure::NoNode`], [`Failure::SeveralNodes`], [`Failure::ConnectNotConfirmed`], and why nothing could be read.
pub(super) async fn pick_node(
    control: &Arc<dyn ControlPlane>,
    arguments: &ConnectArguments,
) -> Result<Destination, Failure> {
    let question = arguments.query.join(" ");
    let query = FleetQuery::parse(&question);
    nodes::tell_unknown_keys(&query);
    let known = candidates(control, arguments).await?;
    let FoundNodes { certain, like } = nodes::find(&query, known, true);
    let all: Vec<&Node> = certain.iter().map(|(_, node)| node).collect();
    let (pair, node) = match pick(arguments.pick, &all) {
        Picked::One(place) => certain.get(place),
        Picked::Choice(places) => asking::choose(&question, &certain, &places)?,
        // There is no such rule here.
        Picked::All(places) => places.first().and_then(|place| certain.get(*place)),
        Picked::Nothing => None,
    }
    .ok_or_else(|| Failure::NoNode {
        question: question.clone(),
        like: names(&like),
    })?;
    if pair.profile.is_production() && !arguments.yes {
        asking::confirm(pair, node)?;
    }
    Ok(destination(arguments, pair, node))
}

async fn candidates(
    control: &Arc<dyn ControlPlane>,
    arguments: &ConnectArguments,
) -> Result<Vec<(Pair, Node)>, Failure> {
    let profiles: Vec<ProfileName> = arguments.session.profile.iter().cloned().collect();
    let regions: Vec<Region> = arguments.session.region.iter().cloned().collect();
    if arguments.cached {
        return Ok(nodes::cached(&profiles, &regions)?);
    }
    let pairs = nodes::choose(Arc::clone(control), &profiles, &regions).await?;
    Ok(nodes::read(pairs.source, pairs.pairs, true).await.into_nodes())
}

/// Nodes that were read with the default credentials are reached with them; those of the window with their pair's.
fn destination(arguments: &ConnectArguments, pair: &Pair, node: &Node) -> Destination {
    let profile = arguments.session.profile.clone();
    let of_pair = || arguments.cached.then(|| pair.profile.clone());
    Destination {
        target: node.id.clone().into(),
        profile: profile.or_else(of_pair),
        region: Some(pair.region.clone()),
    }
}

fn names(nodes: &[(Pair, Node)]) -> Vec<String> {
    let mut names: Vec<String> = nodes.iter().map(|(_, node)| asking::title(node)).collect();
    names.dedup();
    names.truncate(TOLD);
    names
}
