//! The way of events to the window.

use tokio::sync::mpsc;

use crate::view::AppEvent;

/// Events for the window, in order. The receiver is drained by the shell all the time, so nothing piles up here; what
/// changes often is paced before it gets here.
pub type Events = mpsc::UnboundedReceiver<AppEvent>;

#[derive(Debug, Clone)]
pub(crate) struct Outbox(mpsc::UnboundedSender<AppEvent>);

impl Outbox {
    pub(crate) fn new() -> (Self, Events) {
        let (events, receiver) = mpsc::unbounded_channel();
        (Self(events), receiver)
    }

    /// After the window is gone nobody has to be told anything.
    pub(crate) fn tell(&self, event: AppEvent) {
        let _ = self.0.send(event);
    }
}
