//! `postern exec`: a command without a terminal, with the exit status of the command.

mod command_line;
mod error;
mod outputs;
mod plan;
mod run;
mod status;
mod template;
mod trailer;

use std::process::ExitCode;
use std::sync::Arc;

use postern_aws::AwsControlPlane;
use postern_model::{ControlError, ControlPlane, DocumentName, Scope, SessionDocument, StartRequest};
use postern_session::{Session, SessionOptions};
use uuid::Uuid;

use crate::arguments::ExecArguments;
use crate::console;
use crate::failure::Failure;
use plan::{Plan, Wish};

pub(crate) use error::ExecError;
pub(crate) use status::{FAILED, of_failure, of_program};

/// Runs the command, or prints the document for it.
pub(crate) async fn exec(arguments: ExecArguments) -> Result<ExitCode, Failure> {
    let Some(target) = arguments.target.filter(|_| !arguments.print_document) else {
        console::to_stdout(&template::document()).map_err(Failure::Output)?;
        return Ok(ExitCode::SUCCESS);
    };
    let control: Arc<dyn ControlPlane> = Arc::new(AwsControlPlane::from_environment());
    let wanted = arguments.session;
    let wish = Wish {
        command: arguments.command,
        shell: arguments.shell,
        separate: arguments.separate,
        parameters: wanted.parameters(),
    };
    let scope = control.resolve(wanted.profile, wanted.region).await?;
    let known = look_up(control.as_ref(), &scope, &arguments.document).await?;
    let mark = Uuid::new_v4().simple().to_string();
    let Plan { parameters, trailer } = Plan::make(&arguments.document, known.as_ref(), wish, &mark)?;
    let request = StartRequest {
        target,
        document: Some(arguments.document),
        parameters,
        reason: wanted.reason,
    };
    let options = SessionOptions {
        encryption: wanted.encryption,
        ..SessionOptions::default()
    };
    let (session, events) = Session::open(control, scope, request, options);
    run::run(session, events, trailer).await
}

/// What is known of the document; nothing where the caller may start its sessions but not read it.
async fn look_up(
    control: &dyn ControlPlane,
    scope: &Scope,
    document: &DocumentName,
) -> Result<Option<SessionDocument>, ControlError> {
    match control.session_document(scope, document).await {
        Ok(known) => Ok(Some(known)),
        Err(ControlError::Denied { action, .. }) => {
            tracing::info!(%document, %action, "the document may not be read");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
