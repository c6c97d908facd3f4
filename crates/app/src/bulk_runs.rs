//! A command or document on many nodes at once: so many at a time, each in a session of its own, and what came of it.

mod board;
mod node_run;
mod output;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, stream};
use postern_exec::NodeShell;
use postern_fleet::Node;
use postern_model::{ControlPlane, DocumentName, Pair, Platform, Scope, Target, display_text};
use tokio::time::sleep;

use crate::{
    background::Background,
    contract::{AppEvent, BulkRunDraft, BulkRunOutputView, BulkRunView, BulkRunWhat, ErrorView},
    events::EventBus,
    fields::{parse, parse_parameters, parse_reason},
    fleet::{FleetWatch, NodeKey},
    lock::Lock,
};
use board::RunBoard;
use node_run::{BulkWork, NodeRun, RunNode};

/// Nodes that run it at a time.
const AT_ONCE: usize = 8;
/// More nodes than this are for Systems Manager's own Run Command.
const MOST_NODES: usize = 500;
/// More often than this nobody can read.
const PAUSE: Duration = Duration::from_millis(250);

/// The runs of one world: the last one is kept, until another is begun.
pub struct BulkRuns {
    control: Arc<dyn ControlPlane>,
    fleet: Arc<FleetWatch>,
    background: Background,
    events: EventBus,
    last_id: AtomicU32,
    last: Lock<Option<Arc<RunBoard>>>,
}

impl BulkRuns {
    pub(crate) fn new(
        control: &Arc<dyn ControlPlane>,
        fleet: &Arc<FleetWatch>,
        background: &Background,
        events: &EventBus,
    ) -> Self {
        Self {
            control: Arc::clone(control),
            fleet: Arc::clone(fleet),
            background: background.clone(),
            events: events.clone(),
            last_id: AtomicU32::new(0),
            last: Lock::default(),
        }
    }

    /// Begins a run and answers with it; what becomes of it is told by events.
    ///
    /// # Errors
    /// `run-underway`, `no-nodes`, `too-many-nodes`, `bad-command`, `bad-document`, `bad-parameters`, `bad-reason`.
    pub fn start(&self, draft: &BulkRunDraft) -> Result<BulkRunView, ErrorView> {
        let work = work_of(&draft.what)?;
        let reason = parse_reason(draft.reason.as_deref())?;
        let nodes = self.nodes(&draft.keys)?;
        let mut last = self.last.lock();
        if last.as_ref().is_some_and(|run| !run.is_over()) {
            return Err(underway());
        }
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let board = Arc::new(RunBoard::new(id, title_of(&draft.what), nodes));
        *last = Some(Arc::clone(&board));
        drop(last);
        let view = board.view();
        self.background.spawn_until_closed(run_all(
            Arc::clone(&self.control),
            Arc::clone(&board),
            work,
            reason,
        ));
        self.background
            .spawn_until_closed(tell(board, self.events.clone()));
        Ok(view)
    }

    /// The last run; none if there was none.
    pub fn last(&self) -> Option<BulkRunView> {
        self.last.lock().as_ref().map(|run| run.view())
    }

    /// What it wrote on one node; nothing of a run that was replaced by another.
    pub fn output(&self, id: u32, key: &str) -> BulkRunOutputView {
        let last = self.last.lock();
        let run = last.as_ref().filter(|run| run.id() == id);
        run.and_then(|run| run.output(key)).unwrap_or_default()
    }

    /// Ends the commands that run, and begins no others.
    pub fn stop(&self, id: u32) {
        if let Some(run) = self.last.lock().as_ref().filter(|run| run.id() == id) {
            run.stop();
        }
    }

    /// Whether a command would end with the program.
    pub(crate) fn any_running(&self) -> bool {
        self.last.lock().as_ref().is_some_and(|run| !run.is_over())
    }

    /// Nodes that are gone meanwhile are left out.
    fn nodes(&self, keys: &[String]) -> Result<Vec<RunNode>, ErrorView> {
        if keys.len() > MOST_NODES {
            return Err(too_many(keys.len()));
        }
        let nodes: Vec<RunNode> = self.fleet.read(|fleet| {
            let found = keys.iter().filter_map(|key| {
                let (pair, node) = fleet.find(&NodeKey::parse(key)?)?;
                Some(run_node(key, pair, node))
            });
            found.collect()
        });
        if nodes.is_empty() {
            Err(no_nodes())
        } else {
            Ok(nodes)
        }
    }
}

fn run_node(key: &str, pair: &Pair, node: &Node) -> RunNode {
    RunNode {
        key: key.to_owned(),
        title: if node.name.is_empty() {
            node.id.to_string()
        } else {
            node.name.clone()
        },
        scope: Scope::from(pair.clone()),
        target: Target::from(node.id.clone()),
        shell: match node.platform {
            Some(Platform::Windows) => NodeShell::Powershell,
            Some(Platform::Linux | Platform::MacOs) | None => NodeShell::Sh,
        },
    }
}

fn work_of(what: &BulkRunWhat) -> Result<BulkWork, ErrorView> {
    match what {
        BulkRunWhat::Command { line } if line.trim().is_empty() => Err(no_command()),
        BulkRunWhat::Command { line } => Ok(BulkWork::Line(line.clone())),
        BulkRunWhat::Document { document, parameters } => Ok(BulkWork::Document(
            parse("document", DocumentName::parse, document)?,
            parse_parameters(parameters)?,
        )),
    }
}

fn title_of(what: &BulkRunWhat) -> String {
    match what {
        BulkRunWhat::Command { line } => display_text(line),
        BulkRunWhat::Document { document, .. } => display_text(document),
    }
}

async fn run_all(
    control: Arc<dyn ControlPlane>,
    board: Arc<RunBoard>,
    work: BulkWork,
    reason: Option<String>,
) {
    let run_at = |node: &RunNode| NodeRun {
        control: Arc::clone(&control),
        node: node.clone(),
        work: work.clone(),
        reason: reason.clone(),
        stop: board.stopping(),
    };
    let runs = board.nodes().map(|(at, node, output)| (at, run_at(node), output));
    stream::iter(runs)
        .for_each_concurrent(AT_ONCE, |(at, run, output)| {
            let board = &board;
            async move {
                if board.begin(at) {
                    board.end(at, run.run(output, || board.note(at)).await);
                }
            }
        })
        .await;
    board.over();
}

/// Emits what changed: at once after a quiet time, then gathered, until the run is over.
async fn tell(board: Arc<RunBoard>, events: EventBus) {
    loop {
        board.changed().await;
        let run = board.changes();
        let over = run.over;
        events.emit(AppEvent::BulkRunChanged { run });
        if over {
            return;
        }
        sleep(PAUSE).await;
    }
}

fn underway() -> ErrorView {
    ErrorView::new(
        "run-underway",
        "Another command still runs on nodes.",
        "Wait for its end, or stop it.",
    )
}

fn no_nodes() -> ErrorView {
    ErrorView::new(
        "no-nodes",
        "None of the nodes is there any more.",
        "Select other nodes.",
    )
}

fn too_many(count: usize) -> ErrorView {
    ErrorView::new(
        "too-many-nodes",
        format!("{count} nodes are selected, and a command is run on {MOST_NODES} at most."),
        "Select fewer nodes.",
    )
}

fn no_command() -> ErrorView {
    ErrorView::new(
        "bad-command",
        "The command is empty.",
        "Write what is to be run on each node.",
    )
}

#[cfg(test)]
mod tests;
