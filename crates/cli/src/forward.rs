//! `postern forward`: local ports through sessions, in the foreground.

mod confirm;
mod report;

use std::process::ExitCode;
use std::sync::Arc;

use postern_forward::{
    DeclaredForward, Forward, ForwardError, ForwardNotice, ForwardNotices, ForwardOptions, ForwardPhase,
    ForwardState, NodeVia, Via,
};
use postern_model::ControlPlane;
use tokio::sync::{mpsc, watch};

use crate::arguments::ForwardArguments;
use crate::control_plane;
use crate::failure::Failure;
use crate::foreground::LeaveSignals;
use report::Reporter;

/// Reports under way from the forwards to the loop that prints them.
const QUEUED: usize = 64;

/// Opens the forwards and stays until they end.
pub(crate) async fn forward(arguments: ForwardArguments) -> Result<ExitCode, Failure> {
    let mut signals = LeaveSignals::listen().map_err(Failure::Terminal)?;
    let declared = arguments.forwards();
    confirm::exposed(&declared)?;
    let control: Arc<dyn ControlPlane> = Arc::new(control_plane::of_user().await);
    let wanted = arguments.scope;
    let scope = control.resolve(wanted.profile, wanted.region).await?;
    let via = Arc::new(NodeVia::new(
        control,
        scope,
        arguments.target.clone(),
        wanted.reason,
    ));
    let mut running = OpenedForwards::default();
    let reporter = Reporter::new(arguments.target, arguments.json);
    let outcome = running.open_all(&declared, via).await;
    if let Err(error) = outcome {
        running.stop_all(&mut signals).await?;
        return Err(Failure::Forward(Arc::new(error)));
    }
    running.until_end(&mut signals, reporter).await
}

/// The forwards of this run.
struct OpenedForwards {
    forwards: Vec<Forward>,
    reports: mpsc::Receiver<ForwardReport>,
    sender: mpsc::Sender<ForwardReport>,
}

/// What a forward tells, with its place among the forwards.
struct ForwardReport {
    declared: DeclaredForward,
    what: Reported,
}

/// What a forward tells.
enum Reported {
    State(ForwardState),
    Notice(ForwardNotice),
}

impl Default for OpenedForwards {
    fn default() -> Self {
        let (sender, reports) = mpsc::channel(QUEUED);
        Self {
            forwards: Vec::new(),
            reports,
            sender,
        }
    }
}

impl OpenedForwards {
    /// Opens all local ends, or none for good.
    async fn open_all(
        &mut self,
        declared: &[DeclaredForward],
        via: Arc<dyn Via>,
    ) -> Result<(), ForwardError> {
        for declared in declared {
            let options = ForwardOptions::default();
            let (forward, notices) = Forward::start(declared, Arc::clone(&via), options).await?;
            let sender = self.sender.clone();
            tokio::spawn(tell(declared.clone(), forward.state(), notices, sender));
            self.forwards.push(forward);
        }
        Ok(())
    }

    /// Prints what happens until every forward has ended, or a signal ends them.
    async fn until_end(
        mut self,
        signals: &mut LeaveSignals,
        mut reporter: Reporter,
    ) -> Result<ExitCode, Failure> {
        let (mut left, mut failed) = (self.forwards.len(), None);
        while left > 0 {
            let report = tokio::select! {
                name = signals.next() => {
                    tracing::debug!(name, "the forwards end");
                    return self.stop_all(signals).await;
                }
                Some(report) = self.reports.recv() => report,
            };
            match &report.what {
                Reported::State(state) => {
                    reporter.state(&report.declared, state);
                    if let ForwardPhase::Failed(error) = &state.phase {
                        failed = Some(Arc::clone(error));
                    }
                    left -= usize::from(state.phase.is_last());
                    if left > 0
                        && let ForwardPhase::Failed(error) = &state.phase
                    {
                        reporter.failed(&report.declared, error);
                    }
                }
                Reported::Notice(notice) => reporter.notice(&report.declared, notice),
            }
        }
        Err(Failure::Forward(
            failed.unwrap_or(Arc::new(ForwardError::Crashed)),
        ))
    }

    /// Ends all forwards at AWS. A second signal does not wait for that.
    async fn stop_all(mut self, signals: &mut LeaveSignals) -> Result<ExitCode, Failure> {
        let mut left = 0;
        for forward in &self.forwards {
            left += usize::from(!forward.state().borrow().phase.is_last());
            forward.stop();
        }
        let mut kept = false;
        while left > 0 {
            let report = tokio::select! {
                _ = signals.next() => return Err(Failure::LeftAtOnce),
                Some(report) = self.reports.recv() => report,
            };
            if let Reported::State(state) = report.what {
                kept |= matches!(state.phase, ForwardPhase::Stopped { error: Some(_) });
                left -= usize::from(state.phase.is_last());
            }
        }
        if kept {
            Err(Failure::LeftBehind { signal: None })
        } else {
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Hands on what a forward tells; its last state comes last.
async fn tell(
    declared: DeclaredForward,
    mut states: watch::Receiver<ForwardState>,
    mut notices: ForwardNotices,
    sender: mpsc::Sender<ForwardReport>,
) {
    loop {
        let what = tokio::select! {
            Some(notice) = notices.next() => Reported::Notice(notice),
            changed = states.changed() => match changed {
                Ok(()) => Reported::State(states.borrow_and_update().clone()),
                Err(_over) => return,
            },
        };
        let declared = declared.clone();
        if sender.send(ForwardReport { declared, what }).await.is_err() {
            return;
        }
    }
}
