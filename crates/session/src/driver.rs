//! One task per session: one loop, one socket, one pure state. The driver has no opinions of its own about messages;
//! it carries bytes and time to the data channel and its events to the consumer.

mod away;
mod clock;
mod encryption;
mod farewell;
mod opening;
mod up;

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use postern_model::{ControlError, ControlPlane, Scope, SessionGrant, SessionId, StartRequest};
use postern_protocol::{ChannelEvent, DataChannel, Moment, Size};

use crate::backoff::Backoff;
use crate::dial::Dial;
use crate::handle::Wishes;
use crate::network::NetworkUps;
use crate::outlet::{ConsumerGone, Outlet};
use crate::wake::{WakeWatch, WallClock};
use crate::{SessionEnd, SessionError, SessionEvent, SessionState};
use away::Away;
use clock::Clock;
pub(crate) use encryption::Encryption;
use farewell::Farewell;
use opening::{GrantedTo, open};

/// How long ending a session at AWS may take; the user waits for it when a window closes.
const TERMINATE_WITHIN: Duration = Duration::from_secs(5);
/// How long a StartSession under way is waited for when the user leaves, so that its session can be ended.
const START_GRACE: Duration = Duration::from_secs(10);

/// Where a session comes from.
pub(crate) enum Origin {
    Start(StartRequest),
    Adopt(SessionGrant),
}

/// Why the loop stops.
enum Stop {
    /// The session is over.
    Ended(SessionEnd),
    /// It cannot go on.
    Failed(SessionError),
    /// The user, or everybody who held a handle, left.
    Left,
}

/// Everything that one session is.
pub(crate) struct Driver {
    aws: Aws,
    dial: Arc<dyn Dial>,
    wake: WakeWatch,
    network: NetworkUps,
    channel: DataChannel,
    encryption: Encryption,
    wishes: Wishes,
    outlet: Outlet,
    clock: Clock,
    backoff: Backoff,
    session: Option<SessionId>,
    /// Input that the data channel had no room for.
    unsent: Bytes,
    was_ready: bool,
    /// Set while the session is being resumed.
    away: Option<Away>,
    /// A StartSession that had not answered when everybody left.
    late_start: Option<BoxFuture<'static, Result<SessionGrant, ControlError>>>,
}

/// What lies outside of the program, but for AWS.
pub(crate) struct Outside {
    pub(crate) dial: Arc<dyn Dial>,
    pub(crate) wall: WallClock,
    pub(crate) network: NetworkUps,
}

/// The control plane as one scope.
#[derive(Clone)]
pub(crate) struct Aws {
    control: Arc<dyn ControlPlane>,
    scope: Scope,
}

impl Driver {
    pub(crate) fn new(
        control: Arc<dyn ControlPlane>,
        scope: Scope,
        outside: Outside,
        encryption: Encryption,
        wishes: Wishes,
        outlet: Outlet,
    ) -> Self {
        Self {
            aws: Aws { control, scope },
            dial: outside.dial,
            wake: WakeWatch::new(outside.wall),
            network: outside.network,
            channel: DataChannel::new(encryption.channel_config(), rand::random()),
            encryption,
            wishes,
            outlet,
            clock: Clock::new(),
            backoff: Backoff::default(),
            session: None,
            unsent: Bytes::new(),
            was_ready: false,
            away: None,
            late_start: None,
        }
    }

    /// Lives the session to its end. A panic inside ends this session only, and AWS is told all the same.
    pub(crate) async fn run(mut self, origin: Origin) {
        let stop = match AssertUnwindSafe(self.live(origin)).catch_unwind().await {
            Ok(Err(stop)) => stop,
            Ok(Ok(never)) => match never {},
            Err(_) => Stop::Failed(SessionError::Crashed),
        };
        let (last, farewell) = match stop {
            Stop::Ended(end) => (over(end), Farewell::Said),
            Stop::Failed(error) => {
                let farewell = self.terminate().await;
                let error = match farewell {
                    Farewell::Said => error,
                    Farewell::To(_) | Farewell::ToComing(_) => SessionError::LeftBehind(Box::new(error)),
                };
                (SessionState::Failed(error), farewell)
            }
            Stop::Left => {
                let farewell = self.terminate().await;
                let end = match farewell {
                    Farewell::Said => SessionEnd::TerminatedByUser,
                    Farewell::To(_) | Farewell::ToComing(_) => SessionEnd::LeftBehind,
                };
                (SessionState::Ended(end), farewell)
            }
        };
        let Self {
            aws, wishes, outlet, ..
        } = self;
        // Whoever still types hears that the session is over.
        drop(wishes);
        // A consumer that reads no more, but does not leave either, must not keep AWS from being told.
        tokio::join!(outlet.finish(last), farewell.say(&aws));
    }

    async fn live(&mut self, origin: Origin) -> Result<Infallible, Stop> {
        self.resize();
        let (grant, granted_to) = match origin {
            Origin::Adopt(grant) => (grant, GrantedTo::Another),
            Origin::Start(request) => (self.start(request).await?, GrantedTo::Us),
        };
        let session = grant.session.clone();
        self.session = Some(session.clone());
        self.outlet.state(SessionState::Opening {
            session: session.clone(),
        });
        let first = open(self.aws.clone(), Arc::clone(&self.dial), grant, granted_to);
        let mut opened = match self.meanwhile(first).await? {
            Ok(opened) => opened,
            Err(error) if error.may_pass() || error.waits_for_credentials() => {
                self.resume(&session, error).await?
            }
            Err(error) => return Err(Stop::Failed(error)),
        };
        loop {
            let error = self.stay(&session, opened).await?;
            opened = self.resume(&session, error).await?;
        }
    }

    async fn start(&mut self, request: StartRequest) -> Result<SessionGrant, Stop> {
        self.outlet.state(SessionState::Starting);
        let aws = self.aws.clone();
        let mut call = async move { aws.control.start_session(&aws.scope, &request).await }.boxed();
        match self.meanwhile(&mut call).await {
            Ok(Ok(grant)) => Ok(grant),
            Ok(Err(error)) => Err(Stop::Failed(error.into())),
            Err(stop) => {
                // The session may exist at AWS already: its id is needed to end it.
                match tokio::time::timeout(START_GRACE, &mut call).await {
                    Ok(Ok(grant)) => self.session = Some(grant.session),
                    Ok(Err(_)) => {}
                    Err(_) => self.late_start = Some(call),
                }
                Err(stop)
            }
        }
    }

    /// Ends the session at AWS, if there is one. Its shell would otherwise run on until AWS's idle limit. Answers what
    /// is left to do.
    async fn terminate(&mut self) -> Farewell {
        let Some(session) = &self.session else {
            return self.late_start.take().map_or(Farewell::Said, Farewell::ToComing);
        };
        let call = self.aws.control.terminate_session(&self.aws.scope, session);
        match tokio::time::timeout(TERMINATE_WITHIN, call).await {
            Ok(Ok(())) => return Farewell::Said,
            Ok(Err(error)) => tracing::warn!(%session, code = error.code(), "TerminateSession failed"),
            Err(_) => tracing::warn!(%session, "TerminateSession took too long"),
        }
        Farewell::To(session.clone())
    }

    fn now(&self) -> Moment {
        self.clock.moment()
    }

    /// Tells the data channel the newest size.
    fn resize(&mut self) {
        let now = self.now();
        let size = *self.wishes.size.borrow_and_update();
        self.channel.resize(
            now,
            Size {
                cols: size.cols().into(),
                rows: size.rows().into(),
            },
        );
    }

    /// Takes what was typed. A size that was set before it goes before it.
    fn type_in(&mut self, bytes: Option<Bytes>) {
        if self.wishes.size.has_changed().unwrap_or(false) {
            self.resize();
        }
        self.unsent = bytes.unwrap_or_default();
        self.pass_on();
    }

    /// Hands typed bytes to the data channel; what it has no room for waits here, and holds back the next.
    fn pass_on(&mut self) {
        let now = self.now();
        while !self.unsent.is_empty() {
            let taken = self.channel.send_input(now, &self.unsent).min(self.unsent.len());
            if taken == 0 {
                break;
            }
            let _ = self.unsent.split_to(taken);
        }
    }

    fn held_bytes(&self) -> usize {
        self.channel.held_input() + self.unsent.len()
    }

    /// Moves the data channel's events to the consumer's queue, and sees the end among them.
    fn gather(&mut self, session: &SessionId) -> Result<(), Stop> {
        while let Some(event) = self.channel.poll_event() {
            match event {
                ChannelEvent::Ready { session_type, .. } => {
                    self.was_ready = true;
                    self.outlet.state(SessionState::Ready {
                        session: session.clone(),
                        session_type,
                        encryption: self.encryption.told(),
                    });
                }
                ChannelEvent::DataKeyWanted(wanted) => {
                    let asked = self.encryption.ask(&self.aws, session, wanted);
                    asked.map_err(|error| self.refuse_key(error))?;
                }
                ChannelEvent::Output(bytes) => self.outlet.push(SessionEvent::Output(bytes)),
                ChannelEvent::StdErr(bytes) => self.outlet.push(SessionEvent::StdErr(bytes)),
                ChannelEvent::ExitCode(code) => self.outlet.push(SessionEvent::ExitCode(code)),
                ChannelEvent::CustomerMessage(text) => self.outlet.push(SessionEvent::Message(text)),
                // Flags belong to port sessions.
                ChannelEvent::Flag(flag) => tracing::debug!(flag, "flag in a session without ports"),
                ChannelEvent::Paused => self.outlet.state(SessionState::Paused),
                ChannelEvent::Unpaused => self.outlet.state(SessionState::Unpaused),
                ChannelEvent::Closed { output } => return Err(Stop::Ended(SessionEnd::Closed { output })),
                ChannelEvent::Failed(error) => return Err(Stop::Failed(error.into())),
            }
        }
        Ok(())
    }
}

/// An agent that closes the session because it failed is no ordinary end.
fn over(end: SessionEnd) -> SessionState {
    match end.agent_failure() {
        Some(words) => SessionState::Failed(SessionError::Agent(words)),
        None => SessionState::Ended(end),
    }
}

impl From<ConsumerGone> for Stop {
    fn from(_: ConsumerGone) -> Self {
        Stop::Left
    }
}

impl Aws {
    async fn resume(&self, session: &SessionId) -> Result<SessionGrant, ControlError> {
        self.control.resume_session(&self.scope, session).await
    }
}
