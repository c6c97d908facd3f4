//! `postern connect`: a session in the user's terminal.

use std::process::ExitCode;
use std::sync::Arc;

use postern_model::{ControlPlane, StartRequest};
use postern_session::{AgentPatience, Session, SessionOptions};

use crate::arguments::ConnectArguments;
use crate::attach::{attach, initial_size};
use crate::control_plane;
use crate::failure::Failure;
use crate::wording::Wording;

/// Opens the session and stays until it ends.
pub(crate) async fn connect(arguments: ConnectArguments) -> Result<ExitCode, Failure> {
    let control: Arc<dyn ControlPlane> = Arc::new(control_plane::of_user().await);
    let wanted = arguments.session;
    let parameters = wanted.parameters();
    let scope = control.resolve(wanted.profile, wanted.region).await?;
    let request = StartRequest {
        target: arguments.target,
        document: arguments.document,
        parameters,
        reason: wanted.reason,
    };
    let options = SessionOptions {
        size: Some(initial_size()),
        encryption: wanted.encryption,
        patience: AgentPatience::WhereJustStarted,
        ..SessionOptions::default()
    };
    let (session, events) = Session::open(control, scope, request, options);
    attach(session, events, Wording::Postern).await
}
