//! `postern forwards`: the declared forwards, listed, run here, and stopped.

mod chosen;
mod kept;
mod listing;

use std::process::ExitCode;
use std::sync::Arc;

use postern_forward::{Switchboard, ask_running, stop_running};
use postern_model::{ControlPlane, SavedForward};

use crate::arguments::{ForwardsArguments, ForwardsCommand, StartArguments, StopArguments};
use crate::console;
use crate::control_plane;
use crate::failure::Failure;
use crate::foreground::LeaveSignals;
use crate::forward::{RunningForwards, confirm_exposed, run};

use chosen::chosen;
use kept::KeptForwards;

/// Lists, starts or stops declared forwards.
pub(crate) async fn forwards(arguments: ForwardsArguments) -> Result<ExitCode, Failure> {
    let kept = KeptForwards::open()?;
    match arguments.command {
        None => list(&kept, arguments.json).await,
        Some(ForwardsCommand::Start(arguments)) => start(kept, arguments).await,
        Some(ForwardsCommand::Stop(arguments)) => stop(&kept, &arguments).await,
    }
}

async fn list(kept: &KeptForwards, json: bool) -> Result<ExitCode, Failure> {
    let running = ask_running(kept.folder()).await;
    let rows = listing::rows(&kept.forwards, &running);
    let text = match (json, rows.is_empty()) {
        (true, _) => listing::json(&rows),
        (false, true) => "No forwards. Declare them in the window.\n".to_owned(),
        (false, false) => listing::table(&rows),
    };
    console::to_stdout(&text).map_err(Failure::Output)?;
    Ok(ExitCode::SUCCESS)
}

async fn start(kept: KeptForwards, arguments: StartArguments) -> Result<ExitCode, Failure> {
    let signals = LeaveSignals::listen().map_err(Failure::Terminal)?;
    let wanted: Vec<SavedForward> = chosen(&kept.forwards, &arguments.words)?
        .into_iter()
        .cloned()
        .collect();
    refuse_running(&kept, &wanted).await?;
    let control: Arc<dyn ControlPlane> = Arc::new(control_plane::of_user().await);
    let mut planned = Vec::new();
    for saved in &wanted {
        planned.push(kept.planned(saved, &control, arguments.reason.clone()).await?);
    }
    confirm_exposed(planned.iter().map(|planned| &planned.declared.local))?;
    let board = Switchboard::open(kept.folder()).map_err(|error| Failure::Forward(Arc::new(error)))?;
    run(
        planned,
        arguments.json,
        signals,
        Some(RunningForwards::new(board, wanted)),
    )
    .await
}

/// One that is on already would find its port taken, and nobody would see why.
async fn refuse_running(kept: &KeptForwards, wanted: &[SavedForward]) -> Result<(), Failure> {
    for answer in ask_running(kept.folder()).await {
        let on = |saved: &&SavedForward| answer.forwards.iter().any(|running| running.id == saved.id.0);
        if let Some(saved) = wanted.iter().find(on) {
            return Err(Failure::ForwardIsOn {
                name: saved.draft.name.clone(),
                program: answer.program,
                process: answer.process,
            });
        }
    }
    Ok(())
}

async fn stop(kept: &KeptForwards, arguments: &StopArguments) -> Result<ExitCode, Failure> {
    let wanted = chosen(&kept.forwards, &arguments.words)?;
    let ids: Vec<i64> = wanted.iter().map(|saved| saved.id.0).collect();
    let mut stopped = 0;
    for answer in stop_running(kept.folder(), &ids).await {
        for forward in answer.forwards {
            stopped += 1;
            let text = format!(
                "Stopped {} of {} (pid {}).\n",
                forward.name, answer.program, answer.process
            );
            console::to_stdout(&text).map_err(Failure::Output)?;
        }
    }
    if stopped == 0 {
        return Err(Failure::NothingIsOn);
    }
    Ok(ExitCode::SUCCESS)
}
