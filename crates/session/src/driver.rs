//! One task per session: one loop, one socket, one pure state. The driver has no opinions of its own about messages;
//! it carries bytes and time to the data channel and its events to the consumer.
//!
//! Each phase of a session is a type that knows what is known in it: `starting` has no session yet, a `Live` session is
//! `Connected` by a link or `Resuming` one. All of them wait in `wait`.

mod aws;
mod clock;
mod connected;
mod core;
mod data_key;
mod live;
mod opening;
mod origin;
mod requests;
mod resuming;
mod save_points;
mod starting;
mod stop;
mod termination;
mod wait;

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use postern_model::SessionGrant;
use postern_protocol::Persistence;

use crate::backoff::Backoff;
use crate::leave::Leave;
use crate::outlet::Outlet;
use crate::saved::SavePoint;
use crate::system::LocalSystem;
use crate::{SessionEnd, SessionError, SessionEvent, SessionState};
use connected::Connected;
use core::{Core, Remains};
use live::Live;
use opening::{GrantedTo, OpenedLink, open};
use origin::{ArrivedSession, FirstPhase};
use resuming::Resuming;
use stop::Stop;
use termination::Termination;

pub(crate) use aws::Aws;
pub(crate) use origin::SessionOrigin;
pub(crate) use requests::Requests;
pub use starting::AGENT_WAIT;

/// The driver of one session.
pub(crate) struct Driver {
    core: Core,
    first: FirstPhase,
}

impl Driver {
    /// Must be called inside a tokio runtime.
    pub(crate) fn new(
        aws: Aws,
        system: LocalSystem,
        origin: SessionOrigin,
        persistence: Persistence,
        requests: Requests,
        outlet: Outlet,
    ) -> Self {
        let (core, first) = Core::new(aws, system, origin, persistence, requests, outlet);
        Self { core, first }
    }

    /// Lives the session to its end. A panic inside ends this session only, and AWS is told all the same.
    pub(crate) async fn run(self) {
        let Self { mut core, first } = self;
        let (stop, termination) = live(&mut core, first).await;
        finish(core, stop, termination).await;
    }
}

/// Lives the session. Answers why it stopped, and what AWS may have of it then.
async fn live(core: &mut Core, first: FirstPhase) -> (Stop, Termination) {
    core.resize();
    core.pass_on();
    let arrival = match first {
        FirstPhase::Starting(request, patience) => {
            match contain(starting::start(core, request, patience)).await {
                Ok(Ok(grant)) => ArrivedSession::Granted(grant, GrantedTo::Us),
                Ok(Err(stopped)) => return stopped,
                Err(crashed) => return (crashed, Termination::Done),
            }
        }
        FirstPhase::Arrived(arrival) => arrival,
    };
    let session = arrival.session().clone();
    let mut live = Live {
        core,
        session: session.clone(),
        backoff: Backoff::default(),
        readiness: arrival.readiness(),
    };
    let stop = contain(until_stop(&mut live, arrival)).await;
    (stop.unwrap_or_else(|crashed| crashed), Termination::Of(session))
}

/// A panic ends the session that it happens in.
async fn contain<T>(work: impl Future<Output = T>) -> Result<T, Stop> {
    let outcome = AssertUnwindSafe(work).catch_unwind().await;
    outcome.map_err(|_panic| Stop::Failed(SessionError::Crashed))
}

async fn until_stop(live: &mut Live<'_>, arrival: ArrivedSession) -> Stop {
    let Err(stop) = from_link_to_link(live, arrival).await;
    if let Stop::Left(Leave::Detach) = stop
        && let Err(sooner) = live.prepare_to_detach()
    {
        return sooner;
    }
    stop
}

async fn from_link_to_link(live: &mut Live<'_>, arrival: ArrivedSession) -> Result<Infallible, Stop> {
    let mut opened = match arrival {
        ArrivedSession::Granted(grant, granted_to) => first_link(live, grant, granted_to).await?,
        ArrivedSession::LeftByAnother(..) => Resuming::new(live, None).run().await?,
    };
    loop {
        let lost = Connected::new(live, opened).run().await?;
        opened = Resuming::new(live, Some(lost)).run().await?;
    }
}

/// The link that a grant is for; where that fails in a way that may pass, the session is resumed.
async fn first_link(
    live: &mut Live<'_>,
    grant: SessionGrant,
    granted_to: GrantedTo,
) -> Result<OpenedLink, Stop> {
    let core = &mut *live.core;
    let session = live.session.clone();
    core.outlet.state(SessionState::Opening { session });
    let opening = open(core.aws.clone(), Arc::clone(&core.dial), grant, granted_to);
    match core.meanwhile(opening).await? {
        Ok(opened) => Ok(opened),
        Err(error) if error.may_pass() || error.waits_for_credentials() => {
            Resuming::new(live, Some(error)).run().await
        }
        Err(error) => Err(Stop::Failed(error)),
    }
}

/// Ends the session at AWS where it is not over there, or hands its state to the consumer, and gives him the last event.
async fn finish(core: Core, stop: Stop, termination: Termination) {
    let is_detached = matches!(stop, Stop::Left(Leave::Detach));
    let session = termination.session().filter(|_| is_detached).cloned();
    let Remains {
        aws,
        mut outlet,
        requests,
        saved,
    } = core.end(session.as_ref());
    let (last, termination) = match (stop, saved) {
        (Stop::Ended(end), _) => (over(end), Termination::Done),
        (Stop::Failed(error), _) => failed(error, termination.first_try(&aws).await),
        (Stop::Left(_), Some(saved)) => {
            outlet.push(SessionEvent::Saved(Box::new(SavePoint::new(saved, None))));
            (SessionState::Ended(SessionEnd::Detached), Termination::Done)
        }
        (Stop::Left(_), None) => left(termination.first_try(&aws).await),
    };
    // Whoever still types hears that the session is over.
    drop(requests);
    // A consumer that reads no more, but does not leave either, must not keep the session from being ended.
    tokio::join!(outlet.finish(last), termination.go_on(&aws));
}

/// An agent that closes the session because it failed is no ordinary end.
fn over(end: SessionEnd) -> SessionState {
    match end.agent_failure() {
        Some(words) => SessionState::Failed(SessionError::Agent(words)),
        None => SessionState::Ended(end),
    }
}

fn failed(error: SessionError, termination: Termination) -> (SessionState, Termination) {
    let error = if termination.is_done() {
        error
    } else {
        SessionError::LeftBehind(Box::new(error))
    };
    (SessionState::Failed(error), termination)
}

fn left(termination: Termination) -> (SessionState, Termination) {
    let end = if termination.is_done() {
        SessionEnd::TerminatedByUser
    } else {
        SessionEnd::LeftBehind
    };
    (SessionState::Ended(end), termination)
}
