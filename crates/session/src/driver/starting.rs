//! AWS is asked for a session: there is no id yet, and what the user does is kept.

use std::sync::Arc;
use std::time::Duration;

use postern_model::{ControlError, SessionGrant, StartRequest};
use tokio::time::{Instant, sleep, timeout};

use super::core::Core;
use super::stop::Stop;
use super::termination::Termination;
use crate::{AgentPatience, SessionError, SessionState};

/// How long the agent of an instance that has just started is waited for.
pub const AGENT_WAIT: Duration = Duration::from_secs(60);
/// StartSession is cheap, but an account may not call it often.
const BETWEEN_STARTS: Duration = Duration::from_secs(3);
/// How long a StartSession under way is waited for when the user leaves, so that its session can be ended.
const START_GRACE: Duration = Duration::from_secs(10);

/// Why there is no session, and what AWS may have by then.
type NotStarted = (Stop, Termination);

/// Asks for a session, and again while the agent of a node that has just started is not up.
pub(super) async fn start(
    core: &mut Core,
    request: StartRequest,
    patience: AgentPatience,
) -> Result<SessionGrant, NotStarted> {
    core.outlet.state(SessionState::Starting);
    let (mut attempts, mut since) = (1, None);
    loop {
        let refusal = match ask(core, request.clone()).await {
            Err(refusal) if is_not_connected(&refusal.0) => refusal,
            outcome => return outcome,
        };
        let begun = match since {
            Some(begun) => begun,
            None if is_waited_for(core, &request, patience).await? => Instant::now(),
            None => return Err(refusal),
        };
        if begun.elapsed() + BETWEEN_STARTS > AGENT_WAIT {
            return Err(refusal);
        }
        since = Some(begun);
        let waited = begun.elapsed();
        core.outlet
            .state(SessionState::NotConnectedYet { attempts, waited });
        pause(core).await?;
        attempts += 1;
    }
}

fn is_not_connected(stop: &Stop) -> bool {
    matches!(
        stop,
        Stop::Failed(SessionError::Control(ControlError::TargetNotConnected { .. }))
    )
}

async fn is_waited_for(
    core: &mut Core,
    request: &StartRequest,
    patience: AgentPatience,
) -> Result<bool, NotStarted> {
    match patience {
        AgentPatience::Never => Ok(false),
        AgentPatience::Always => Ok(true),
        AgentPatience::WhereJustStarted => {
            let aws = core.aws.clone();
            let asked = core.meanwhile(aws.has_just_started(&request.target)).await;
            asked.map_err(|stop| (stop, Termination::Done))
        }
    }
}

/// Waits for the next attempt, or until somebody wants it at once.
async fn pause(core: &mut Core) -> Result<(), NotStarted> {
    let at_once = Arc::clone(&core.reasons_to_retry);
    let pause = async {
        tokio::select! {
            () = sleep(BETWEEN_STARTS) => {}
            () = at_once.notified() => {}
        }
    };
    let paused = core.meanwhile(pause).await;
    paused.map_err(|stop| (stop, Termination::Done))
}

/// Asks once.
async fn ask(core: &mut Core, request: StartRequest) -> Result<SessionGrant, NotStarted> {
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
