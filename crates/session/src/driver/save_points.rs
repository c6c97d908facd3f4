//! When the state of a session that is to survive a crash is handed to the consumer, and that it was written down.

use std::future::pending;

use postern_protocol::{DataChannel, SnapshotMark};
use tokio::sync::watch;

use crate::{SavePoint, SavedSession};

/// The save points of a journaled session, one at a time: while one is being written, what happens waits for the next.
#[derive(Debug)]
pub(super) struct SavePoints {
    /// The mark of the newest one that was written.
    written: watch::Sender<Option<SnapshotMark>>,
    changes: watch::Receiver<Option<SnapshotMark>>,
    is_under_way: bool,
    /// Input was taken behind the last one. It may wait for a link, so that the channel itself waits for nothing.
    has_new_input: bool,
}

impl SavePoints {
    pub(super) fn new() -> Self {
        let (written, changes) = watch::channel(None);
        Self {
            written,
            changes,
            is_under_way: false,
            has_new_input: false,
        }
    }

    /// Input was taken.
    pub(super) fn input_came(&mut self) {
        self.has_new_input = true;
    }

    /// Whether the next one is to be taken.
    pub(super) fn is_due(&self, channel: &DataChannel) -> bool {
        !self.is_under_way && (self.has_new_input || channel.awaits_snapshot())
    }

    /// The save point of `saved`, which is what `mark` knows.
    pub(super) fn take(&mut self, saved: SavedSession, mark: SnapshotMark) -> SavePoint {
        self.is_under_way = true;
        self.has_new_input = false;
        SavePoint::new(saved, Some((mark, self.written.clone())))
    }

    /// The next one may be taken.
    pub(super) fn done(&mut self) {
        self.is_under_way = false;
    }

    /// The mark of the save point that was written; never, where none is taken. Cancel safe.
    pub(super) async fn written(this: Option<&mut Self>) -> SnapshotMark {
        let Some(this) = this else {
            return pending().await;
        };
        loop {
            // The other end is held here too, so that it never closes.
            if this.changes.changed().await.is_err() {
                return pending().await;
            }
            if let Some(mark) = *this.changes.borrow_and_update() {
                return mark;
            }
        }
    }
}
