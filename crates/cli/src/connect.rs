//! `postern connect`: a session in the user's terminal.

mod asking;
mod picking;

use std::process::ExitCode;
use std::sync::Arc;

use postern_model::{ControlPlane, StartRequest, Target};
use postern_session::{AgentPatience, Session, SessionOptions};

use crate::arguments::ConnectArguments;
use crate::attach::{attach, initial_size};
use crate::control_plane;
use crate::failure::Failure;
use crate::wording::Wording;
use picking::Destination;

/// Opens the session and stays until it ends.
pub(crate) async fn connect(arguments: ConnectArguments) -> Result<ExitCode, Failure> {
    let control: Arc<dyn ControlPlane> = Arc::new(control_plane::of_user().await);
    let Destination {
        target,
        profile,
        region,
    } = destination(&control, &arguments).await?;
    let wanted = arguments.session;
    let scope = control.resolve(profile, region).await?;
    let request = StartRequest {
        target,
        document: arguments.document,
        parameters: wanted.parameters(),
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

/// A target that was named is taken as it is; whatever else was typed is a question.
async fn destination(
    control: &Arc<dyn ControlPlane>,
    arguments: &ConnectArguments,
) -> Result<Destination, Failure> {
    let named = match &arguments.query[..] {
        [word] => Target::parse(word).ok(),
        _ => None,
    };
    match named {
        Some(target) => Ok(Destination {
            target,
            profile: arguments.session.profile.clone(),
            region: arguments.session.region.clone(),
        }),
        None => picking::pick_node(control, arguments).await,
    }
}
