//! One local connection of a tunnel: what waits to be written, and which of its sides have ended.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::ForwardError;
use crate::local::LocalStream;

/// Pieces that are written at once.
const PIECES_AT_ONCE: usize = 64;

/// One local connection.
pub(super) struct LocalConnection {
    stream: Arc<LocalStream>,
    /// Ends the waits for the socket, which hold it, with the connection.
    alive: CancellationToken,
    _ends_waits: DropGuard,
    output: VecDeque<Bytes>,
    /// The socket has no room, and somebody waits for some.
    is_full: bool,
    input_has_ended: bool,
    remote: RemoteSide,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RemoteSide {
    Open,
    /// The destination has ended; its output is not written yet.
    Ended,
    /// And the local side was told.
    Told,
}

/// Waits until a socket is ready, by what its connection is called; none when that is gone.
pub(super) type SocketWait<I> = BoxFuture<'static, Option<(I, WaitKind)>>;

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitKind {
    /// Something to read.
    Input,
    /// Room to write.
    Room,
}

/// What a read brought.
pub(super) enum ReadOutcome {
    Bytes(Bytes),
    /// Nothing yet.
    Nothing,
    End,
    /// The connection was reset.
    Gone,
}

/// What became of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WriteOutcome {
    /// Everything is written, and more may come.
    Done,
    /// Some is left until there is room.
    Full,
    /// Everything is written, and the local side was told that nothing follows. It may still send.
    OutputEnded,
    /// The same, and the local side has ended as well.
    BothEnded,
    /// The connection was reset.
    Gone,
}

impl LocalConnection {
    pub(super) fn new(stream: LocalStream) -> Self {
        stream.carried();
        let alive = CancellationToken::new();
        Self {
            stream: Arc::new(stream),
            _ends_waits: alive.clone().drop_guard(),
            alive,
            output: VecDeque::new(),
            is_full: false,
            input_has_ended: false,
            remote: RemoteSide::Open,
        }
    }

    pub(super) fn stream(&self) -> &LocalStream {
        &self.stream
    }

    /// A wait for the socket. One of each kind at a time.
    pub(super) fn wait_for<I: Send + 'static>(&self, id: I, kind: WaitKind) -> SocketWait<I> {
        let (stream, alive) = (Arc::clone(&self.stream), self.alive.clone());
        let wait = async move {
            let ready = async {
                match kind {
                    WaitKind::Input => stream.readable().await,
                    WaitKind::Room => stream.writable().await,
                }
            };
            tokio::select! {
                () = alive.cancelled() => None,
                () = ready => Some((id, kind)),
            }
        };
        wait.boxed()
    }

    /// Takes output; whether it can be written now.
    pub(super) fn push_output(&mut self, bytes: Bytes) -> bool {
        self.output.push_back(bytes);
        !self.is_full
    }

    /// The destination has ended; all its output came before.
    pub(super) fn remote_ended(&mut self) {
        if self.remote == RemoteSide::Open {
            self.remote = RemoteSide::Ended;
        }
    }

    /// The wait for room is over.
    pub(super) fn has_room(&mut self) {
        self.is_full = false;
    }

    /// Whether the destination has ended, so that what the local side still sends goes nowhere.
    pub(super) fn is_over(&self) -> bool {
        self.remote != RemoteSide::Open
    }

    /// Whether the local side knows of that.
    pub(super) fn is_told(&self) -> bool {
        self.remote == RemoteSide::Told
    }

    /// Reads what is there.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> ReadOutcome {
        match self.stream.try_read(buffer) {
            Ok(0) => {
                self.input_has_ended = true;
                ReadOutcome::End
            }
            Ok(count) => ReadOutcome::Bytes(Bytes::copy_from_slice(buffer.get(..count).unwrap_or_default())),
            Err(error) if is_temporary(&error) => ReadOutcome::Nothing,
            Err(_reset) => ReadOutcome::Gone,
        }
    }

    /// Writes what there is room for: how many bytes, and what became of the rest.
    pub(super) fn write(&mut self) -> (usize, WriteOutcome) {
        let mut written = 0;
        while !self.is_full && !self.output.is_empty() {
            let pieces: Vec<IoSlice<'_>> = self
                .output
                .iter()
                .take(PIECES_AT_ONCE)
                .map(|bytes| IoSlice::new(bytes))
                .collect();
            match self.stream.try_write(&pieces) {
                Ok(count) => {
                    written += count;
                    self.drop_written(count);
                }
                Err(error) if is_temporary(&error) => {
                    self.is_full = true;
                    return (written, WriteOutcome::Full);
                }
                Err(_reset) => return (written, WriteOutcome::Gone),
            }
        }
        if self.is_full || self.remote != RemoteSide::Ended {
            return (written, WriteOutcome::Done);
        }
        self.remote = RemoteSide::Told;
        self.stream.end_output();
        let outcome = if self.input_has_ended {
            WriteOutcome::BothEnded
        } else {
            WriteOutcome::OutputEnded
        };
        (written, outcome)
    }

    fn drop_written(&mut self, mut count: usize) {
        while let Some(first) = self.output.front_mut() {
            if count < first.len() {
                return first.advance(count);
            }
            count -= first.len();
            self.output.pop_front();
        }
    }

    /// When it is dropped its program sees an error, not an end.
    pub(super) fn reset(&self) {
        self.stream.reset();
    }

    /// The same, and a program that waits for an answer is told why.
    pub(super) fn fail(&self, why: &ForwardError) {
        self.stream.fail(why);
    }
}

fn is_temporary(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}
