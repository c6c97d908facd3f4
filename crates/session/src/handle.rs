//! The handles of a session: what the user does goes in, what happens comes out.

use std::sync::Arc;

use bytes::Bytes;
use postern_model::{Scope, SessionControl, SessionGrant, StartRequest, TerminalSize};
use thiserror::Error;
use tokio::sync::{Notify, mpsc, watch};

use crate::driver::{Aws, Driver, Requests, SessionOrigin};
use crate::leave::{Leave, LeaveSignal, TerminateOnDrop};
use crate::outlet::{self, Inlet};
use crate::system::LocalSystem;
use crate::{SavedSession, SessionError, SessionEvent, SessionInput, SessionOptions, SessionState};

/// Pieces of input on their way to the driver; the data channel holds the rest, bounded in bytes.
const QUEUED_INPUT: usize = 4;

/// A running session. Clones are handles of the same session; when the last one or the [`SessionEvents`] is dropped,
/// the session is terminated at AWS, so that none is orphaned.
#[derive(Debug, Clone)]
pub struct Session {
    input: mpsc::Sender<SessionInput>,
    size: Arc<watch::Sender<Option<TerminalSize>>>,
    retry: Arc<Notify>,
    acknowledged: watch::Receiver<u64>,
    leave: Arc<TerminateOnDrop>,
}

/// Everything that happens in a session, in order.
#[derive(Debug)]
pub struct SessionEvents {
    events: Inlet,
    put_back: Option<SessionEvent>,
    over: bool,
}

/// The session is over and takes nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("The session is over.")]
pub struct SessionOver;

impl Session {
    /// Starts a session. Returns at once; failures arrive as [`SessionState::Failed`]. Must be called inside a tokio
    /// runtime.
    #[must_use]
    pub fn open(
        control: Arc<dyn SessionControl>,
        scope: Scope,
        start: StartRequest,
        options: SessionOptions,
    ) -> (Session, SessionEvents) {
        let origin = SessionOrigin::start(start, &options);
        Self::spawn(Aws::new(control, scope), origin, &options, LocalSystem::real())
    }

    /// Drives a session that somebody else started: the AWS CLI calls StartSession itself and hands the grant to its
    /// plugin. `target` is that of StartSession, as it was sent: an encrypted session needs it. Must be called inside a
    /// tokio runtime.
    #[must_use]
    pub fn adopt(
        control: Arc<dyn SessionControl>,
        scope: Scope,
        grant: SessionGrant,
        target: Option<String>,
        options: SessionOptions,
    ) -> (Session, SessionEvents) {
        let origin = SessionOrigin::adopt(grant, target, &options);
        Self::spawn(Aws::new(control, scope), origin, &options, LocalSystem::real())
    }

    /// Goes on with a session that another driver left, or that its process lost: it is resumed as after the loss of a
    /// link, for as long as AWS has it, so that its first state is [`SessionState::Resuming`] without an error. Once a link
    /// carries, it is [`SessionState::Ready`], as for a new session. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`SessionError::Restore`] or [`SessionError::WrongKey`] when the session does not meet the demands of `options` or its
    /// keys are missing. Nothing was asked of AWS then, and `saved` is as good as before.
    pub fn resume(
        control: Arc<dyn SessionControl>,
        scope: Scope,
        saved: &SavedSession,
        options: SessionOptions,
    ) -> Result<(Session, SessionEvents), SessionError> {
        let origin = SessionOrigin::resume(saved, &options)?;
        Ok(Self::spawn(
            Aws::new(control, scope),
            origin,
            &options,
            LocalSystem::real(),
        ))
    }

    pub(crate) fn spawn(
        aws: Aws,
        origin: SessionOrigin,
        options: &SessionOptions,
        system: LocalSystem,
    ) -> (Session, SessionEvents) {
        let (input, input_end) = mpsc::channel(QUEUED_INPUT);
        let (size, size_end) = watch::channel(options.size);
        let (outlet, events) = outlet::way();
        let retry = Arc::new(Notify::new());
        let (acknowledged, acknowledged_end) = watch::channel(0);
        let leave = Arc::new(LeaveSignal::default());
        let requests = Requests {
            input: input_end,
            size: size_end,
            retry: Arc::clone(&retry),
            acknowledged,
            leave: Arc::clone(&leave),
        };
        let driver = Driver::new(aws, system, origin, options.persistence, requests, outlet);
        tokio::spawn(driver.run());
        let session = Session {
            input,
            size: Arc::new(size),
            retry,
            acknowledged: acknowledged_end,
            leave: Arc::new(TerminateOnDrop::new(leave)),
        };
        let events = SessionEvents {
            events,
            put_back: None,
            over: false,
        };
        (session, events)
    }

    /// Types `bytes`. Waits while the session holds as much unacknowledged input as it may; order is kept.
    ///
    /// # Errors
    /// [`SessionOver`] after the end; the bytes went nowhere.
    pub async fn send_input(&self, bytes: Bytes) -> Result<(), SessionOver> {
        let input = SessionInput::Bytes(bytes);
        self.input.send(input).await.map_err(|_| SessionOver)
    }

    /// Sends a flag of a port session ([`crate::flag`]), behind the input before it and in front of what is typed later.
    /// Waits like [`Session::send_input`]. In a session of another kind it goes nowhere.
    ///
    /// # Errors
    /// [`SessionOver`] after the end; the flag went nowhere.
    pub async fn send_flag(&self, flag: u32) -> Result<(), SessionOver> {
        let input = SessionInput::Flag(flag);
        self.input.send(input).await.map_err(|_| SessionOver)
    }

    /// Tells the agent the terminal's size. Only the newest of several quick changes is sent.
    pub fn resize(&self, size: TerminalSize) {
        self.size.send_if_modified(|current| {
            let before = current.replace(size);
            before != *current
        });
    }

    /// How many bytes of input the agent has acknowledged, flags not counted; it closes with the session. Who has sent more
    /// than that knows how much is on its way, and an agent that hangs by a number that stays.
    #[must_use]
    pub fn acknowledged(&self) -> watch::Receiver<u64> {
        self.acknowledged.clone()
    }

    /// Ends the session: TerminateSession at AWS, then [`SessionState::Ended`].
    pub fn terminate(&self) {
        self.leave.leave(Leave::Terminate);
    }

    /// Leaves the session as it is, so that another driver can go on with it: its state is the last
    /// [`SessionEvent::Saved`], then comes [`SessionState::Ended`] with [`SessionEnd::Detached`]. All events in front are
    /// part of what is left; nothing that was typed is lost. A session that nobody could go on with, because it is not ready
    /// yet or was opened without a [`crate::Persistence`], is terminated instead.
    ///
    /// [`SessionEnd::Detached`]: crate::SessionEnd::Detached
    pub fn detach(&self) {
        self.leave.leave(Leave::Detach);
    }

    /// The network or the credentials are back: resumes at once instead of at the next attempt's time, and asks a link
    /// that seems to be up whether it is.
    pub fn retry_now(&self) {
        self.retry.notify_one();
    }
}

impl SessionEvents {
    /// The next event; `None` after [`SessionState::Ended`] or [`SessionState::Failed`]. Cancel safe. A consumer that
    /// does not call this holds back the agent: nothing is read from the socket until it does.
    pub async fn next(&mut self) -> Option<SessionEvent> {
        if let Some(event) = self.put_back.take() {
            return Some(event);
        }
        if self.over {
            return None;
        }
        // Only a driver that was torn away with its runtime ends without a last state.
        let event = self
            .events
            .next()
            .await
            .unwrap_or(SessionEvent::State(SessionState::Failed(SessionError::Crashed)));
        self.over = event.is_last();
        Some(event)
    }

    /// Makes an event that was taken the next one again, for another consumer: what a session is for shows itself when it is
    /// ready, and may be somebody else's.
    pub fn put_back(&mut self, event: SessionEvent) {
        self.put_back = Some(event);
    }
}
