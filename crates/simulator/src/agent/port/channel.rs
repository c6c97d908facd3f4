//! The ways between a port session and the data channel.

use bytes::Bytes;
use tokio::sync::mpsc;

use crate::agent::event::OutputKind;
use crate::agent::program::ProgramInput;

/// The plugin's ways to and from the data channel.
pub(super) struct PortChannel {
    pub(super) input: mpsc::Receiver<ProgramInput>,
    pub(super) upstream: Upstream,
}

/// The way to the client.
#[derive(Clone)]
pub(super) struct Upstream {
    pub(super) output: mpsc::Sender<(OutputKind, Bytes)>,
    pub(super) failures: mpsc::UnboundedSender<()>,
}

impl Upstream {
    /// Sends bytes when there is room; nothing when the session is over.
    pub(super) async fn send(&self, bytes: Bytes) {
        // The session may be over.
        let _ = self.output.send((OutputKind::Output, bytes)).await;
    }
}
