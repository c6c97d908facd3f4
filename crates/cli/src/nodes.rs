//! `postern nodes`: the nodes of the pairs that were asked for.

mod cached;
mod csv_table;
mod default_credentials;
mod found;
mod json;
mod pairs;
mod report;
mod table;

use std::io;
use std::process::ExitCode;
use std::sync::Arc;

use postern_fleet::{Field, FleetQuery, Inventory, Node, SyncEvent, SyncPlan, sync};
use postern_model::{ControlError, ControlPlane, Nodes, Pair};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::arguments::NodesArguments;
use crate::console;
use crate::control_plane;
use crate::failure::Failure;
pub(crate) use report::report;

pub(crate) use cached::cached;
pub(crate) use found::{FoundNodes, find, tell_unknown_keys};
pub(crate) use pairs::choose;

/// Progress of pairs on its way; it is passed over.
const QUEUED_EVENTS: usize = 64;

/// The exit status when some nodes could be read and others not; 1 means that nothing could be read.
const INCOMPLETE: u8 = 3;

/// What was read of all pairs.
#[derive(Debug, Default)]
pub(crate) struct FleetListing {
    nodes: Vec<(Pair, Node)>,
    /// At least one pair could be read, perhaps in part.
    has_answer: bool,
    /// Something could not be read and was reported.
    incomplete: bool,
}

/// Lists nodes. A pair that fails is reported and hides no other, and a call that fails not what the other one told.
pub(crate) async fn nodes(arguments: NodesArguments) -> Result<ExitCode, Failure> {
    let query = FleetQuery::parse(&arguments.query.join(" "));
    tell_unknown_keys(&query);
    let only_running = !arguments.all_states && !query.asks_for(Field::State);
    let fleet = listing(&arguments, only_running).await?;
    let status = match (fleet.incomplete, fleet.has_answer) {
        (false, _) => ExitCode::SUCCESS,
        (true, true) => ExitCode::from(INCOMPLETE),
        (true, false) => ExitCode::FAILURE,
    };
    let FoundNodes { mut certain, like } = find(&query, fleet.nodes, only_running);
    if certain.is_empty() && !like.is_empty() {
        console::to_stderr("postern: nothing is exactly so; these are like it\n");
        certain = like;
    }
    match console::to_stdout(&shown(&arguments, &certain, fleet.incomplete)) {
        Ok(()) => Ok(status),
        // `postern nodes | head` has what it wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::FAILURE),
        Err(error) => Err(Failure::Output(error)),
    }
}

async fn listing(arguments: &NodesArguments, only_running: bool) -> Result<FleetListing, Failure> {
    if arguments.cached {
        return Ok(FleetListing {
            nodes: cached(&arguments.profile, &arguments.region)?,
            has_answer: true,
            incomplete: false,
        });
    }
    let control: Arc<dyn ControlPlane> = Arc::new(control_plane::of_user().await);
    let chosen = choose(control, &arguments.profile, &arguments.region).await?;
    let mut fleet = read(chosen.source, chosen.pairs, only_running).await;
    fleet.incomplete |= chosen.incomplete;
    Ok(fleet)
}

fn shown(arguments: &NodesArguments, nodes: &[(Pair, Node)], incomplete: bool) -> String {
    match (arguments.json, arguments.csv, nodes.is_empty()) {
        (true, _, _) => json::render(nodes),
        (false, true, _) => csv_table::render(nodes),
        // Nobody knows whether there are none.
        (false, false, true) if incomplete => String::new(),
        (false, false, true) => "No nodes.\n".to_owned(),
        (false, false, false) => table::render(nodes),
    }
}

/// Reads the nodes of pairs. What cannot be read is named on standard error.
pub(crate) async fn read(source: Arc<dyn Nodes>, pairs: Vec<Pair>, only_running: bool) -> FleetListing {
    let plan = SyncPlan::new(pairs, only_running, &Inventory::default());
    let (events, mut received) = mpsc::channel(QUEUED_EVENTS);
    let listen = async {
        let mut fleet = FleetListing::default();
        while let Some(event) = received.recv().await {
            fleet.take(event);
        }
        fleet
    };
    tokio::join!(sync(source, plan, CancellationToken::new(), events), listen).1
}

impl FleetListing {
    /// Whether something could not be read.
    pub(crate) fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// The nodes that were read, with their pairs.
    pub(crate) fn into_nodes(self) -> Vec<(Pair, Node)> {
        self.nodes
    }

    fn take(&mut self, event: SyncEvent) {
        match event {
            SyncEvent::Started { .. } | SyncEvent::Progress { .. } | SyncEvent::Cancelled { .. } => {}
            SyncEvent::Finished {
                pair,
                result: Err(error),
            } => self.missing(&pair.to_string(), &error),
            SyncEvent::Finished {
                pair,
                result: Ok(listing),
            } => {
                self.has_answer = true;
                for (service, error) in listing.failures() {
                    self.missing(&format!("{pair}: {service} could not be read"), error);
                }
                self.nodes
                    .extend(listing.into_nodes().into_iter().map(|node| (pair.clone(), node)));
            }
        }
    }

    fn missing(&mut self, what: &str, error: &ControlError) {
        self.incomplete = true;
        report(what, error);
    }
}
