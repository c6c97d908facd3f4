//! Forwards that run in the foreground: opened together, told of, ended together.

use std::process::ExitCode;
use std::sync::Arc;

use postern_forward::{
    BoardOrder, BoardReply, Forward, ForwardError, ForwardNotice, ForwardNotices, ForwardOptions,
    ForwardPhase, ForwardState,
};
use tokio::sync::{mpsc, watch};

use super::PlannedForward;
use super::report::Reporter;
use super::running::RunningForwards;
use crate::failure::Failure;
use crate::foreground::LeaveSignals;

/// Reports under way from the forwards to the loop that prints them.
const QUEUED: usize = 64;

/// The forwards of this run.
pub(super) struct OpenedForwards {
    forwards: Vec<(Arc<PlannedForward>, Forward)>,
    reports: mpsc::Receiver<ForwardReport>,
    sender: mpsc::Sender<ForwardReport>,
}

/// What a forward tells.
struct ForwardReport {
    planned: Arc<PlannedForward>,
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
    pub(super) async fn open_all(&mut self, planned: Vec<PlannedForward>) -> Result<(), ForwardError> {
        for planned in planned {
            let (options, via) = (ForwardOptions::default(), Arc::clone(&planned.via));
            let (forward, notices) = Forward::start(&planned.declared, via, options).await?;
            let sender = self.sender.clone();
            let planned = Arc::new(planned);
            tokio::spawn(tell(Arc::clone(&planned), forward.state(), notices, sender));
            self.forwards.push((planned, forward));
        }
        Ok(())
    }

    /// Prints what happens until every forward has ended, or a signal ends them.
    pub(super) async fn until_end(
        mut self,
        signals: &mut LeaveSignals,
        mut reporter: Reporter,
        declared: &mut Option<RunningForwards>,
    ) -> Result<ExitCode, Failure> {
        let (mut left, mut failed) = (self.forwards.len(), None);
        while left > 0 {
            let report = tokio::select! {
                name = signals.next() => {
                    tracing::debug!(name, "the forwards end");
                    return self.stop_all(signals).await;
                }
                Some(report) = self.reports.recv() => report,
                ((order, reply), running) = ordered(declared) => {
                    running.obey(order, reply, &self.forwards);
                    continue;
                }
            };
            match &report.what {
                Reported::State(state) => {
                    reporter.state(&report.planned, state);
                    if let ForwardPhase::Failed(error) = &state.phase {
                        failed = Some(Arc::clone(error));
                    }
                    left -= usize::from(state.phase.is_last());
                    if left > 0
                        && let ForwardPhase::Failed(error) = &state.phase
                    {
                        reporter.failed(&report.planned, error);
                    }
                }
                Reported::Notice(notice) => reporter.notice(&report.planned, notice),
            }
        }
        match failed {
            Some(error) => Err(Failure::Forward(error)),
            // Another program stopped all of them.
            None => Ok(ExitCode::SUCCESS),
        }
    }

    /// Ends all forwards at AWS. A second signal does not wait for that.
    pub(super) async fn stop_all(mut self, signals: &mut LeaveSignals) -> Result<ExitCode, Failure> {
        let mut left = 0;
        for (_, forward) in &self.forwards {
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

/// Waits for what another program orders; for ever where none can.
async fn ordered(declared: &mut Option<RunningForwards>) -> ((BoardOrder, BoardReply), &RunningForwards) {
    match declared {
        Some(running) => (running.next().await, &*running),
        None => std::future::pending().await,
    }
}

/// Hands on what a forward tells; its last state comes last.
async fn tell(
    planned: Arc<PlannedForward>,
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
        let planned = Arc::clone(&planned);
        if sender.send(ForwardReport { planned, what }).await.is_err() {
            return;
        }
    }
}
