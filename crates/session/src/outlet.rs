//! The way out to the consumer: a bounded queue, and what waits in front of it while the consumer is behind.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Notify, mpsc};

use crate::{SessionEvent, SessionState};

/// Events under way to the consumer. Agents send about 1 KiB at a time, so this is some 128 KiB of output.
pub(crate) const QUEUED_EVENTS: usize = 128;
/// The same in bytes, for agents that send more at a time: from so many on, no further event goes into the queue.
pub(crate) const QUEUED_BYTES: usize = 128 * 1024;

/// The consumer dropped its end.
#[derive(Debug)]
pub(crate) struct ConsumerGone;

/// The two ends of a new way.
pub(crate) fn way() -> (Outlet, Inlet) {
    let (sender, receiver) = mpsc::channel(QUEUED_EVENTS);
    let load = Arc::new(Load::default());
    let outlet = Outlet {
        sender,
        load: Arc::clone(&load),
        waiting: VecDeque::new(),
    };
    (outlet, Inlet { receiver, load })
}

/// The consumer's end.
#[derive(Debug)]
pub(crate) struct Inlet {
    receiver: mpsc::Receiver<SessionEvent>,
    load: Arc<Load>,
}

/// The bytes in the queue.
#[derive(Debug, Default)]
struct Load {
    bytes: AtomicUsize,
    /// There is room again.
    lighter: Notify,
}

/// Events that wait for room. While it is not empty, the driver reads nothing from the socket, so that it holds at
/// most what one reading brought.
#[derive(Debug)]
pub(crate) struct Outlet {
    sender: mpsc::Sender<SessionEvent>,
    load: Arc<Load>,
    waiting: VecDeque<SessionEvent>,
}

impl Inlet {
    /// The next event; none once the driver is gone. Cancel safe.
    pub(crate) async fn next(&mut self) -> Option<SessionEvent> {
        let event = self.receiver.recv().await?;
        self.load.take(size(&event));
        Some(event)
    }
}

impl Load {
    fn has_room(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) < QUEUED_BYTES
    }

    /// Resolves when there is room. One task only may wait.
    async fn room(&self) {
        while !self.has_room() {
            self.lighter.notified().await;
        }
    }

    fn put(&self, bytes: usize) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn take(&self, bytes: usize) {
        let before = self.bytes.fetch_sub(bytes, Ordering::Relaxed);
        if before >= QUEUED_BYTES && before - bytes < QUEUED_BYTES {
            self.lighter.notify_one();
        }
    }
}

fn size(event: &SessionEvent) -> usize {
    match event {
        SessionEvent::Output(bytes) | SessionEvent::StdErr(bytes) => bytes.len(),
        SessionEvent::Message(text) => text.len(),
        // A save point is no more than what the session holds anyway, and comes one at a time.
        SessionEvent::State(_)
        | SessionEvent::ExitCode(_)
        | SessionEvent::Flag(_)
        | SessionEvent::Saved(_) => 0,
    }
}

impl Outlet {
    /// Whether everything was handed over.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub(crate) fn push(&mut self, event: SessionEvent) {
        self.waiting.push_back(event);
    }

    pub(crate) fn state(&mut self, state: SessionState) {
        self.push(SessionEvent::State(state));
    }

    /// Like [`Outlet::state`] of a [`SessionState::Resuming`], but replaces a newest event of the same kind, so that hours
    /// of attempts with a consumer that is asleep do not pile up.
    pub(crate) fn resuming(&mut self, state: SessionState) {
        if matches!(
            self.waiting.back(),
            Some(SessionEvent::State(SessionState::Resuming { .. }))
        ) {
            self.waiting.pop_back();
        }
        self.state(state);
    }

    /// Hands over as many events as there is room for. Whether there were any.
    pub(crate) fn offer(&mut self) -> bool {
        let waiting = self.waiting.len();
        while !self.waiting.is_empty()
            && self.load.has_room()
            && let Ok(room) = self.sender.try_reserve()
        {
            if let Some(event) = self.waiting.pop_front() {
                self.load.put(size(&event));
                room.send(event);
            }
        }
        self.waiting.len() < waiting
    }

    /// Hands over the oldest event and what else there is room for, or waits for the consumer to leave when there is
    /// none. Cancel safe.
    pub(crate) async fn deliver(&mut self) -> Result<(), ConsumerGone> {
        if self.waiting.is_empty() {
            self.sender.closed().await;
            return Err(ConsumerGone);
        }
        tokio::select! {
            () = self.load.room() => {}
            () = self.sender.closed() => return Err(ConsumerGone),
        }
        let room = self.sender.reserve().await.map_err(|_| ConsumerGone)?;
        match self.waiting.pop_front() {
            Some(event) => {
                self.load.put(size(&event));
                room.send(event);
            }
            None => drop(room),
        }
        self.offer();
        Ok(())
    }

    /// Hands over everything and `last`.
    pub(crate) async fn finish(mut self, last: SessionState) {
        self.state(last);
        while !self.is_empty() && self.deliver().await.is_ok() {}
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bytes::Bytes;
    use tokio::time::timeout;

    use super::*;

    fn output(bytes: usize) -> SessionEvent {
        SessionEvent::Output(Bytes::from(vec![b'y'; bytes]))
    }

    #[tokio::test(start_paused = true)]
    async fn large_messages_fill_the_queue_by_their_bytes_and_small_ones_by_their_number() {
        for (message, fit) in [
            (256 * 1024, 1),
            (64 * 1024, 2),
            (1024, QUEUED_EVENTS),
            (0, QUEUED_EVENTS),
        ] {
            let (mut outlet, mut inlet) = way();
            for _ in 0..2 * QUEUED_EVENTS {
                outlet.push(output(message));
            }
            assert!(outlet.offer());
            assert!(!outlet.offer(), "{message}");
            assert_eq!(outlet.waiting.len(), 2 * QUEUED_EVENTS - fit, "{message}");
            inlet.next().await.unwrap();
            assert!(outlet.offer(), "{message}: what was taken makes room");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_delivery_that_waits_for_bytes_goes_on_when_they_are_taken_and_ends_with_its_consumer() {
        let (mut outlet, mut inlet) = way();
        outlet.push(output(QUEUED_BYTES));
        outlet.push(output(1));
        outlet.push(output(1));
        outlet.deliver().await.unwrap();
        let minute = Duration::from_secs(60);
        assert!(
            timeout(minute, outlet.deliver()).await.is_err(),
            "the queue is full"
        );
        let (delivered, taken) = tokio::join!(timeout(minute, outlet.deliver()), inlet.next());
        assert!(delivered.unwrap().is_ok() && taken.is_some());
        assert!(outlet.is_empty());
        outlet.push(output(QUEUED_BYTES));
        outlet.push(output(1));
        outlet.deliver().await.unwrap();
        drop(inlet);
        assert!(timeout(minute, outlet.deliver()).await.unwrap().is_err());
    }
}
