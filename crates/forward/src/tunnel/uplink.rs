//! The way into a session's input: one piece at a time, and how much has arrived.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use postern_session::{Session, SessionInput, SessionOver, flag};
use tokio::sync::watch;

/// The way into a session's input.
pub(super) struct Uplink {
    session: Session,
    acknowledged: watch::Receiver<u64>,
    /// A piece that the session has no place for yet.
    sending: Option<BoxFuture<'static, Result<(), SessionOver>>>,
}

impl Uplink {
    pub(super) fn new(session: Session) -> Self {
        Self {
            acknowledged: session.acknowledged(),
            session,
            sending: None,
        }
    }

    /// Whether the last piece has gone.
    pub(super) fn is_idle(&self) -> bool {
        self.sending.is_none()
    }

    /// Gives the session a piece, behind the one before.
    pub(super) fn send(&mut self, input: SessionInput) {
        let session = self.session.clone();
        let mut sending = async move {
            match input {
                SessionInput::Bytes(bytes) => session.send_input(bytes).await,
                SessionInput::Flag(flag) => session.send_flag(flag).await,
            }
        }
        .boxed();
        // As a rule there is a place. An error means that the session is over, which its last event tells.
        if (&mut sending).now_or_never().is_none() {
            self.sending = Some(sending);
        }
    }

    /// How many bytes the agent has acknowledged.
    pub(super) fn acknowledged(&self) -> u64 {
        *self.acknowledged.borrow()
    }

    /// Waits until a piece has gone or more was acknowledged. Cancel safe.
    pub(super) async fn moved(&mut self) {
        let Self {
            acknowledged,
            sending,
            ..
        } = self;
        let sent = async {
            match sending {
                Some(sending) => {
                    let _over = sending.await;
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = sent => self.sending = None,
            Ok(()) = acknowledged.changed() => {}
        }
    }

    /// Ends the session: the agent is told in its own way, and AWS, which gets through where the agent takes nothing.
    pub(super) fn terminate(&self) {
        let flag = self.session.send_flag(flag::TERMINATE_SESSION);
        let _full_or_over = flag.now_or_never();
        self.session.terminate();
    }

    pub(super) fn retry_now(&self) {
        self.session.retry_now();
    }
}
