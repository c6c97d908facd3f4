//! `postern forward` and `postern socks`: local ports through sessions, in the foreground.

mod confirm;
mod opened;
mod planned;
mod report;
mod running;

use std::process::ExitCode;
use std::sync::Arc;

use postern_forward::{DeclaredForward, NodeOptions, NodeVia, TagVia, Via};
use postern_model::{ControlPlane, Scope};

use crate::arguments::{ForwardArguments, ForwardGoal, ScopeArguments, SocksArguments};
use crate::control_plane;
use crate::failure::Failure;
use crate::foreground::LeaveSignals;

pub(crate) use confirm::exposed as confirm_exposed;
use opened::OpenedForwards;
pub(crate) use planned::PlannedForward;
use report::Reporter;
pub(crate) use running::RunningForwards;

/// Opens the forwards and stays until they end.
pub(crate) async fn forward(arguments: ForwardArguments) -> Result<ExitCode, Failure> {
    let ForwardArguments {
        goal,
        declared,
        scope,
        json,
    } = arguments;
    run_declared(declared, &goal, scope, json).await
}

/// Opens the SOCKS proxy and stays until it ends.
pub(crate) async fn socks(arguments: SocksArguments) -> Result<ExitCode, Failure> {
    let SocksArguments {
        goal,
        declared,
        scope,
        json,
    } = arguments;
    run_declared(vec![declared], &goal, scope, json).await
}

async fn run_declared(
    declared: Vec<DeclaredForward>,
    goal: &ForwardGoal,
    wanted: ScopeArguments,
    json: bool,
) -> Result<ExitCode, Failure> {
    let signals = LeaveSignals::listen().map_err(Failure::Terminal)?;
    let control: Arc<dyn ControlPlane> = Arc::new(control_plane::of_user().await);
    confirm_exposed(declared.iter().map(|declared| &declared.local))?;
    let scope = control.resolve(wanted.profile, wanted.region).await?;
    let options = NodeOptions {
        reason: wanted.reason,
        ..NodeOptions::default()
    };
    let planned = declared.into_iter().map(|declared| PlannedForward {
        name: None,
        declared,
        via: via(&control, scope.clone(), goal, options.clone()),
        target: goal.target(),
    });
    run(planned.collect(), json, signals, None).await
}

/// Opens all of them, or none, and stays until they end. `declared` is given where other programs may stop them.
pub(crate) async fn run(
    planned: Vec<PlannedForward>,
    json: bool,
    mut signals: LeaveSignals,
    mut declared: Option<RunningForwards>,
) -> Result<ExitCode, Failure> {
    let mut running = OpenedForwards::default();
    let outcome = running.open_all(planned).await;
    if let Err(error) = outcome {
        running.stop_all(&mut signals).await?;
        return Err(Failure::Forward(Arc::new(error)));
    }
    let reporter = Reporter::new(json);
    let end = running.until_end(&mut signals, reporter, &mut declared).await;
    if let Some(declared) = declared {
        declared.finish().await;
    }
    end
}

/// What opens the sessions.
pub(crate) fn via(
    control: &Arc<dyn ControlPlane>,
    scope: Scope,
    goal: &ForwardGoal,
    options: NodeOptions,
) -> Arc<dyn Via> {
    let sessions = Arc::clone(control);
    match goal {
        ForwardGoal::Target(target) => Arc::new(NodeVia::new(sessions, scope, target.clone(), options)),
        ForwardGoal::Tagged(query) => {
            let nodes = Arc::clone(control);
            Arc::new(TagVia::new(sessions, nodes, scope, query.clone(), options))
        }
    }
}
