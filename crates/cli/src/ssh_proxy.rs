//! `postern ssh-proxy`: one connection to a port of a node between the two standard streams, for ssh.

mod one_time_key;
mod send_key;

use std::process::ExitCode;
use std::sync::Arc;

use postern_forward::{ForwardError, NodeOptions, PortDestination};
use postern_model::ControlPlane;
use postern_session::Session;

use crate::arguments::SshProxyArguments;
use crate::attach::attach;
use crate::control_plane;
use crate::failure::Failure;
use crate::wording::Wording;

/// Carries the connection until either side ends it.
pub(crate) async fn ssh_proxy(arguments: SshProxyArguments) -> Result<ExitCode, Failure> {
    let control: Arc<dyn ControlPlane> = Arc::new(control_plane::of_user().await);
    let wanted = arguments.scope;
    let scope = control.resolve(wanted.profile, wanted.region).await?;
    let key = send_key::send_key(control.as_ref(), &scope, &arguments.target, &arguments.key).await?;
    let request = PortDestination::stream_request(arguments.target, arguments.port, wanted.reason);
    let request = request.map_err(|_rule| Failure::Forward(Arc::new(ForwardError::Crashed)))?;
    let (session, events) = Session::open(control, scope, request, NodeOptions::default().of_session());
    let status = attach(session, events, Wording::Stream).await;
    drop(key);
    status
}
