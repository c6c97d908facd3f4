//! What the streams of a multiplexed port session share: the receive buffer above all.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::{Notify, mpsc};

use super::channel::Upstream;
use super::smux::StreamFrame;

/// The receive buffer of all streams together.
const RECEIVE_BUFFER_BYTES: i64 = 4 * 1024 * 1024;

/// What the streams of a session share.
pub(super) struct MuxSession {
    pub(super) upstream: Upstream,
    streams: Mutex<HashMap<u32, OpenStream>>,
    /// Room in the receive buffer; a frame may overdraw it.
    room: AtomicI64,
    freed: Notify,
    /// Whether the client said anything since the last look.
    heard: AtomicBool,
}

struct OpenStream {
    /// None when the client has ended the stream.
    data: Option<mpsc::UnboundedSender<Bytes>>,
    unread: usize,
}

/// A stream that the client began.
pub(super) struct NewStream {
    pub(super) id: u32,
    pub(super) data: mpsc::UnboundedReceiver<Bytes>,
}

impl MuxSession {
    /// Without streams.
    pub(super) fn new(upstream: Upstream) -> Self {
        Self {
            upstream,
            streams: Mutex::default(),
            room: AtomicI64::new(RECEIVE_BUFFER_BYTES),
            freed: Notify::new(),
            heard: AtomicBool::new(false),
        }
    }

    /// The connection of a stream took so many bytes.
    pub(super) fn delivered(&self, id: u32, bytes: usize) {
        if let Some(stream) = self.streams().get_mut(&id) {
            stream.unread -= bytes.min(stream.unread);
            self.free(bytes);
        }
    }

    /// Ends a stream towards the client and forgets what of it was not read.
    pub(super) async fn end(&self, id: u32) {
        self.upstream.send(StreamFrame::End(id).encode()).await;
        let ended = self.streams().remove(&id);
        self.free(ended.map_or(0, |stream| stream.unread));
    }

    /// What a frame of the client says is done.
    pub(super) async fn take(&self, frame: StreamFrame, accepts: &mpsc::Sender<NewStream>) {
        self.heard.store(true, Ordering::SeqCst);
        match frame {
            StreamFrame::Begin(id) => {
                if let Some(stream) = self.begin(id) {
                    // The other end is there as long as this one.
                    let _ = accepts.send(stream).await;
                }
            }
            StreamFrame::End(id) => {
                if let Some(stream) = self.streams().get_mut(&id) {
                    stream.data = None;
                }
            }
            StreamFrame::Data(id, data) => self.take_data(id, data),
            StreamFrame::Alive => {}
        }
    }

    /// None when there is such a stream already.
    fn begin(&self, id: u32) -> Option<NewStream> {
        let mut streams = self.streams();
        if streams.contains_key(&id) {
            return None;
        }
        let (sender, data) = mpsc::unbounded_channel();
        let open = OpenStream {
            data: Some(sender),
            unread: 0,
        };
        streams.insert(id, open);
        Some(NewStream { id, data })
    }

    /// What belongs to no stream is thrown away.
    fn take_data(&self, id: u32, data: Bytes) {
        let mut streams = self.streams();
        let Some(stream) = streams.get_mut(&id) else {
            return;
        };
        let length = data.len();
        if stream.data.as_ref().is_some_and(|queue| queue.send(data).is_ok()) {
            stream.unread += length;
            self.room.fetch_sub(tokens(length), Ordering::SeqCst);
        }
    }

    fn free(&self, bytes: usize) {
        self.room.fetch_add(tokens(bytes), Ordering::SeqCst);
        self.freed.notify_one();
    }

    /// Whether the client said nothing since this was asked last, although it was listened to.
    pub(super) fn is_silent(&self) -> bool {
        !self.heard.swap(false, Ordering::SeqCst) && self.has_room()
    }

    fn has_room(&self) -> bool {
        self.room.load(Ordering::SeqCst) > 0
    }

    /// Returns when the next frame may be read.
    pub(super) async fn wait_for_room(&self) {
        while !self.has_room() {
            self.freed.notified().await;
        }
    }

    /// The real agent notices a broken protocol when it next has something to send; without a stream it never does.
    pub(super) async fn wait_for_output(&self) {
        if self.streams().is_empty() {
            std::future::pending().await
        }
    }

    fn streams(&self) -> MutexGuard<'_, HashMap<u32, OpenStream>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn tokens(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
