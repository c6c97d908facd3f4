//! AWS is asked for a session: there is no id yet, and what the user does is kept.

use std::time::Duration;

use postern_model::{SessionGrant, StartRequest};
use tokio::time::timeout;

use super::core::Core;
use super::stop::Stop;
use super::termination::Termination;
use crate::SessionState;

/// How long a StartSession under way is waited for when the user leaves, so that its session can be ended.
const START_GRACE: Duration = Duration::from_secs(10);

/// Asks for a session. Where that stops, also says what AWS may have by then.
pub(super) async fn start(
    core: &mut Core,
    request: StartRequest,
) -> Result<SessionGrant, (Stop, Termination)> {
    core.outlet.state(SessionState::Starting);
    let mut call = core.aws.start(request);
    match core.meanwhile(&mut call).await {
        Ok(Ok(grant)) => Ok(grant),
        Ok(Err(error)) => Err((Stop::Failed(error.into()), Termination::Done)),
        // The session may exist at AWS already: its id is needed to end it.
        Err(stop) => Err(match timeout(START_GRACE, &mut call).await {
            Ok(Ok(grant)) => (stop, Termination::Of(grant.session)),
            Ok(Err(_)) => (stop, Termination::Done),
            Err(_) => (stop, Termination::OfUnanswered(call)),
        }),
    }
}
