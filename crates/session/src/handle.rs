//! The handles of a session: what the user does goes in, what happens comes out.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use postern_model::{ControlPlane, EncryptionPolicy, Scope, SessionGrant, StartRequest, TerminalSize};
use thiserror::Error;
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::dial::TcpDial;
use crate::driver::{Driver, Encryption, Origin, Outside};
use crate::network;
use crate::outlet::{self, Inlet};
use crate::{SessionError, SessionEvent, SessionState};

/// Chunks of input on their way to the driver; the data channel holds the rest, bounded in bytes.
const QUEUED_INPUT: usize = 4;

/// A running session. Clones are handles of the same session; when the last one or the [`SessionEvents`] is dropped,
/// the session is terminated at AWS, so that none is orphaned.
#[derive(Debug, Clone)]
pub struct Session {
    input: mpsc::Sender<Bytes>,
    size: Arc<watch::Sender<TerminalSize>>,
    retry: Arc<Notify>,
    leave: Arc<DropGuard>,
}

/// Everything that happens in a session, in order.
#[derive(Debug)]
pub struct SessionEvents {
    events: Inlet,
    over: bool,
}

/// What the user wants of a session besides the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionOptions {
    /// The terminal's size.
    pub size: TerminalSize,
    /// The demand on encryption.
    pub encryption: EncryptionPolicy,
}

/// The session is over and takes nothing more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("The session is over.")]
pub struct SessionOver;

/// The driver's ends of a session's handles.
#[derive(Debug)]
pub(crate) struct Wishes {
    pub(crate) input: mpsc::Receiver<Bytes>,
    pub(crate) size: watch::Receiver<TerminalSize>,
    pub(crate) retry: Arc<Notify>,
    pub(crate) leave: CancellationToken,
}

impl Session {
    /// Starts a session. Returns at once; failures arrive as [`SessionState::Failed`]. Must be called inside a tokio
    /// runtime.
    #[must_use]
    pub fn open(
        control: Arc<dyn ControlPlane>,
        scope: Scope,
        start: StartRequest,
        options: SessionOptions,
    ) -> (Session, SessionEvents) {
        let encryption = Encryption::new(options.encryption, Some(start.target.to_string()));
        let origin = Origin::Start(start);
        Self::spawn(control, scope, origin, options.size, encryption, Outside::real())
    }

    /// Drives a session that somebody else started: the AWS CLI calls StartSession itself and hands the grant to its
    /// plugin. `target` is that of StartSession, as it was sent: an encrypted session needs it. Must be called inside a
    /// tokio runtime.
    #[must_use]
    pub fn adopt(
        control: Arc<dyn ControlPlane>,
        scope: Scope,
        grant: SessionGrant,
        target: Option<String>,
        options: SessionOptions,
    ) -> (Session, SessionEvents) {
        let encryption = Encryption::new(options.encryption, target);
        let origin = Origin::Adopt(grant);
        Self::spawn(control, scope, origin, options.size, encryption, Outside::real())
    }

    pub(crate) fn spawn(
        control: Arc<dyn ControlPlane>,
        scope: Scope,
        origin: Origin,
        size: TerminalSize,
        encryption: Encryption,
        outside: Outside,
    ) -> (Session, SessionEvents) {
        let (input, input_end) = mpsc::channel(QUEUED_INPUT);
        let (sizes, size_end) = watch::channel(size);
        let (outlet, events_end) = outlet::way();
        let retry = Arc::new(Notify::new());
        let leave = CancellationToken::new();
        let wishes = Wishes {
            input: input_end,
            size: size_end,
            retry: Arc::clone(&retry),
            leave: leave.clone(),
        };
        let driver = Driver::new(control, scope, outside, encryption, wishes, outlet);
        tokio::spawn(driver.run(origin));
        let session = Session {
            input,
            size: Arc::new(sizes),
            retry,
            leave: Arc::new(leave.drop_guard()),
        };
        (
            session,
            SessionEvents {
                events: events_end,
                over: false,
            },
        )
    }

    /// Types `bytes`. Waits while the session holds as much unacknowledged input as it may; order is kept.
    ///
    /// # Errors
    /// [`SessionOver`] after the end; the bytes went nowhere.
    pub async fn send_input(&self, bytes: Bytes) -> Result<(), SessionOver> {
        self.input.send(bytes).await.map_err(|_| SessionOver)
    }

    /// Tells the agent the terminal's size. Only the newest of several quick changes is sent.
    pub fn resize(&self, size: TerminalSize) {
        self.size.send_if_modified(|current| {
            let changed = *current != size;
            *current = size;
            changed
        });
    }

    /// Ends the session: TerminateSession at AWS, then [`SessionState::Ended`].
    pub fn terminate(&self) {
        self.leave.token().cancel();
    }

    /// The network or the credentials are back: resumes at once instead of at the next attempt's time, and asks a link
    /// that seems to be up whether it is.
    pub fn retry_now(&self) {
        self.retry.notify_one();
    }
}

impl Outside {
    fn real() -> Self {
        Self {
            dial: Arc::new(TcpDial),
            wall: Arc::new(SystemTime::now),
            network: network::follow(),
        }
    }
}

impl SessionEvents {
    /// The next event; `None` after [`SessionState::Ended`] or [`SessionState::Failed`]. Cancel safe. A consumer that
    /// does not call this holds back the agent: nothing is read from the socket until it does.
    pub async fn next(&mut self) -> Option<SessionEvent> {
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
}
