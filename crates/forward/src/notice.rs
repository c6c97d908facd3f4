//! What happened to single connections of a forward.

use std::sync::Arc;

use tokio::sync::mpsc;

use crate::ForwardError;

/// Notices under way; a flood of connections is no reason to hold them up, so those above it are dropped.
const QUEUED: usize = 256;

/// Something that happened to one connection.
#[derive(Debug, Clone)]
pub enum ForwardNotice {
    /// A connection was taken and goes on its way.
    Accepted,
    /// A connection was refused or ended before its time.
    ConnectionLost(Arc<ForwardError>),
    /// A connection waits for the end of another: the agent is too old for several at a time, and there is one session only.
    OneAtATime,
}

/// The consumer's end.
#[derive(Debug)]
pub struct ForwardNotices(mpsc::Receiver<ForwardNotice>);

/// The forward's end.
#[derive(Debug, Clone)]
pub(crate) struct NoticeSender(mpsc::Sender<ForwardNotice>);

pub(crate) fn way() -> (NoticeSender, ForwardNotices) {
    let (sender, receiver) = mpsc::channel(QUEUED);
    (NoticeSender(sender), ForwardNotices(receiver))
}

impl ForwardNotices {
    /// The next one; none once the forward is over. Cancel safe.
    pub async fn next(&mut self) -> Option<ForwardNotice> {
        self.0.recv().await
    }
}

impl NoticeSender {
    pub(crate) fn tell(&self, notice: ForwardNotice) {
        if let Err(unheard) = self.0.try_send(notice) {
            tracing::debug!(%unheard, "a notice that nobody takes");
        }
    }

    pub(crate) fn lost(&self, why: ForwardError) {
        self.lost_for(&Arc::new(why));
    }

    pub(crate) fn lost_for(&self, why: &Arc<ForwardError>) {
        self.tell(ForwardNotice::ConnectionLost(Arc::clone(why)));
    }
}
