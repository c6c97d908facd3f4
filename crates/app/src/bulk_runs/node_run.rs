//! A command or document on one node, from its session to its exit status.

use std::{sync::Arc, time::Duration};

use postern_exec::{ExecError, ExecPlan, ExecRequest, NodeShell, RunningCommand, Trailer, known_document};
use postern_model::{ControlPlane, DocumentName, Scope, StartRequest, Target};
use postern_session::{Session, SessionEnd, SessionEvent, SessionEvents, SessionOptions, SessionState};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::output::KeptOutput;
use crate::{contract::ErrorView, lock::Lock};

/// AWS's own document for a command without a terminal.
const COMMAND_DOCUMENT: &str = "AWS-StartNonInteractiveCommand";
/// How long a command may take to end once it was stopped: its shell kills it after 5 s.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// What is run, checked.
#[derive(Debug, Clone)]
pub(super) enum BulkWork {
    /// A line of the node's shell.
    Line(String),
    /// A document with its parameters.
    Document(DocumentName, Vec<(String, Vec<String>)>),
}

/// Where it is run.
#[derive(Debug, Clone)]
pub(super) struct RunNode {
    pub(super) key: String,
    pub(super) title: String,
    pub(super) scope: Scope,
    pub(super) target: Target,
    pub(super) shell: NodeShell,
}

/// How it ended.
#[derive(Debug)]
pub(super) enum NodeOutcome {
    /// With an exit status, where the document gives one.
    Done(Option<u8>),
    Failed(ErrorView),
    Stopped,
}

/// One run on one node.
pub(super) struct NodeRun {
    pub(super) control: Arc<dyn ControlPlane>,
    pub(super) node: RunNode,
    pub(super) work: BulkWork,
    pub(super) reason: Option<String>,
    pub(super) stop: CancellationToken,
}

impl NodeRun {
    /// Runs it to its end; what it writes is added to `output` as it comes, and `told` is called each time.
    pub(super) async fn run(&self, output: &Lock<KeptOutput>, told: impl Fn()) -> NodeOutcome {
        let planning = self.stop.run_until_cancelled(self.plan());
        let (request, trailer) = match planning.await {
            None => return NodeOutcome::Stopped,
            Some(Err(error)) => return NodeOutcome::Failed(error),
            Some(Ok(plan)) => plan,
        };
        let control = Arc::clone(&self.control);
        let (session, events) = Session::open(
            control,
            self.node.scope.clone(),
            request,
            SessionOptions::default(),
        );
        let mut command = RunningCommand::new(session, trailer);
        let end = self.follow(&mut command, events, output, told).await;
        let mut kept = output.lock();
        command.finish().iter().for_each(|rest| kept.add(rest));
        kept.is_missing = matches!(self.work, BulkWork::Line(_)) && command.missing_output().is_some();
        drop(kept);
        self.outcome(&command, end)
    }

    /// What the session is asked for, and how its exit status is found.
    async fn plan(&self) -> Result<(StartRequest, Trailer), ErrorView> {
        let mark = Uuid::new_v4().simple().to_string();
        let (document, parameters, trailer) = match &self.work {
            BulkWork::Document(document, parameters) => {
                (document.clone(), parameters.clone(), Trailer::new(&mark))
            }
            BulkWork::Line(line) => {
                let document = DocumentName::parse(COMMAND_DOCUMENT)
                    .map_err(|error| ErrorView::bad_field("document", &error))?;
                let known = known_document(self.control.as_ref(), &self.node.scope, &document).await?;
                let request = ExecRequest {
                    command: vec![line.clone()],
                    shell: self.node.shell,
                    separate: false,
                    parameters: Vec::new(),
                };
                let plan = ExecPlan::make(&document, known.as_ref(), request, &mark)
                    .map_err(|error| unfit(&error))?;
                (document, plan.parameters, plan.trailer)
            }
        };
        let request = StartRequest {
            target: self.node.target.clone(),
            document: Some(document),
            parameters,
            reason: self.reason.clone(),
        };
        Ok((request, trailer))
    }

    async fn follow(
        &self,
        command: &mut RunningCommand,
        mut events: SessionEvents,
        output: &Lock<KeptOutput>,
        told: impl Fn(),
    ) -> Result<SessionEnd, ErrorView> {
        let mut end = Err(no_end());
        loop {
            let next = match self.stop.run_until_cancelled(events.next()).await {
                Some(next) => next,
                None => {
                    command.leave();
                    return timeout(ENDS_WITHIN, until_end(events)).await.unwrap_or(end);
                }
            };
            let Some(event) = next else { return end };
            if let SessionEvent::State(state) = &event
                && let Some(over) = end_of(state)
            {
                end = over;
            }
            match command.take(event) {
                Ok(Some(bytes)) => {
                    output.lock().add(&bytes);
                    told();
                }
                Ok(None) => {}
                Err(error) => {
                    command.leave();
                    end = Err(unfit(&error));
                }
            }
        }
    }

    fn outcome(&self, command: &RunningCommand, end: Result<SessionEnd, ErrorView>) -> NodeOutcome {
        if self.stop.is_cancelled() {
            return NodeOutcome::Stopped;
        }
        match end {
            Err(error) => NodeOutcome::Failed(error),
            Ok(end) => match (command.exit_status(&end), &self.work) {
                (Ok(status), _) => NodeOutcome::Done(Some(status)),
                // A document's own command line says nothing of a status where the outputs come together.
                (Err(_), BulkWork::Document(..)) => NodeOutcome::Done(None),
                (Err(error), BulkWork::Line(_)) => NodeOutcome::Failed(unfit(&error)),
            },
        }
    }
}

/// The end that a state tells of, or why there was none.
fn end_of(state: &SessionState) -> Option<Result<SessionEnd, ErrorView>> {
    match state {
        SessionState::Ended(end) => Some(Ok(end.clone())),
        SessionState::Failed(error) => Some(Err(ErrorView::from(error))),
        SessionState::Starting
        | SessionState::NotConnectedYet { .. }
        | SessionState::Opening { .. }
        | SessionState::Waiting { .. }
        | SessionState::Ready { .. }
        | SessionState::Resuming { .. }
        | SessionState::Resumed
        | SessionState::Paused
        | SessionState::Unpaused => None,
    }
}

async fn until_end(mut events: SessionEvents) -> Result<SessionEnd, ErrorView> {
    let mut end = Err(no_end());
    while let Some(event) = events.next().await {
        if let SessionEvent::State(state) = &event
            && let Some(over) = end_of(state)
        {
            end = over;
        }
    }
    end
}

fn no_end() -> ErrorView {
    ErrorView::new(
        "no-end",
        "Nothing was heard of the end of this session.",
        "Run it again on this node.",
    )
}

fn unfit(error: &ExecError) -> ErrorView {
    let next_step = match error {
        ExecError::NoStatus { .. } => "Look at its output, then run it again on this node.",
        ExecError::Nul => "Leave that character out.",
        ExecError::CannotSeparate { .. }
        | ExecError::NotForCommands { .. }
        | ExecError::NotACommand
        | ExecError::NoCommandParameter { .. }
        | ExecError::CommandTwice { .. } => "Choose a document for commands without a terminal.",
    };
    ErrorView::new("not-run", error.to_string(), next_step)
}
