//! `postern exec`: a command without a terminal, with the exit status of the command.

mod run;
mod status;

use std::process::ExitCode;
use std::sync::Arc;

use postern_exec::{ExecPlan, ExecRequest, document_that_separates, known_document};
use postern_model::{ControlPlane, StartRequest};
use postern_session::{AgentPatience, Session, SessionOptions};
use uuid::Uuid;

use crate::arguments::ExecArguments;
use crate::console;
use crate::control_plane;
use crate::failure::Failure;

pub(crate) use status::of_failure;

/// Runs the command, or prints the document for it.
pub(crate) async fn exec(arguments: ExecArguments) -> Result<ExitCode, Failure> {
    let Some(target) = arguments.target.filter(|_| !arguments.print_document) else {
        console::to_stdout(&document_that_separates()).map_err(Failure::Output)?;
        return Ok(ExitCode::SUCCESS);
    };
    let control: Arc<dyn ControlPlane> = Arc::new(control_plane::of_user().await);
    let wanted = arguments.session;
    let command = ExecRequest {
        command: arguments.command,
        shell: arguments.shell.into(),
        separate: arguments.separate,
        parameters: wanted.parameters(),
    };
    let scope = control.resolve(wanted.profile, wanted.region).await?;
    let known = known_document(control.as_ref(), &scope, &arguments.document).await?;
    let mark = Uuid::new_v4().simple().to_string();
    let ExecPlan { parameters, trailer } =
        ExecPlan::make(&arguments.document, known.as_ref(), command, &mark)?;
    let request = StartRequest {
        target,
        document: Some(arguments.document),
        parameters,
        reason: wanted.reason,
    };
    let options = SessionOptions {
        encryption: wanted.encryption,
        patience: AgentPatience::WhereJustStarted,
        ..SessionOptions::default()
    };
    let (session, events) = Session::open(control, scope, request, options);
    run::run(session, events, trailer).await
}
