//! Output to the two standard streams, in order, by a thread of its own: a terminal that is stopped with Ctrl-S must
//! not stop the keyboard and its escapes.

use std::collections::VecDeque;
use std::io::{self, IsTerminal};
use std::thread;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::console;

/// Writes on their way; with agents' 1 KiB at a time little is out when the user presses Ctrl-C.
const QUEUED: usize = 16;
/// Put together into one write: what a pipe takes.
const AT_ONCE_BYTES: usize = 64 * 1024;
/// Held for a reader behind a pipe.
const PIPE_BACKLOG_BYTES: usize = 8 * 1024 * 1024;

/// Bytes for one of the two standard streams.
#[derive(Debug)]
pub(crate) enum Write {
    /// To standard output.
    Out(Bytes),
    /// To standard error.
    Err(Bytes),
}

impl Write {
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn len(&self) -> usize {
        match self {
            Self::Out(bytes) | Self::Err(bytes) => bytes.len(),
        }
    }

    /// Writes here and now. Standard error always counts as taken.
    pub(crate) fn now(self) -> io::Result<()> {
        match self {
            Self::Out(bytes) => console::write(&mut io::stdout().lock(), &bytes),
            Self::Err(bytes) => {
                let _nobody_reads = console::write(&mut io::stderr().lock(), &bytes);
                Ok(())
            }
        }
    }
}

/// What waits for the screen.
#[derive(Debug)]
pub(crate) struct Backlog {
    writes: VecDeque<Write>,
    bytes: usize,
    limit_bytes: usize,
}

impl Backlog {
    /// For a person nothing may pile up, so that Ctrl-C is seen at once. For a pipe it may: an agent whose session ends
    /// gives up what it could not deliver within seconds.
    pub(crate) fn new() -> Self {
        let limit_bytes = if io::stdout().is_terminal() {
            0
        } else {
            PIPE_BACKLOG_BYTES
        };
        Self {
            writes: VecDeque::new(),
            bytes: 0,
            limit_bytes,
        }
    }

    pub(crate) fn push(&mut self, write: Write) {
        self.bytes += write.len();
        self.writes.push_back(write);
    }

    pub(crate) fn extend(&mut self, writes: impl IntoIterator<Item = Write>) {
        for write in writes {
            self.push(write);
        }
    }

    /// The next write, with the output that waits behind it: each write costs a call of the system and wakes a reader.
    pub(crate) fn pop(&mut self) -> Option<Write> {
        let write = match (self.writes.pop_front()?, self.writes.front()) {
            (Write::Out(first), Some(Write::Out(_))) => Write::Out(self.and_more(&first)),
            (alone, _) => alone,
        };
        self.bytes -= write.len();
        Some(write)
    }

    fn and_more(&mut self, first: &[u8]) -> Bytes {
        let mut together = first.to_vec();
        while let Some(Write::Out(next)) = self.writes.front()
            && together.len() + next.len() <= AT_ONCE_BYTES
        {
            together.extend_from_slice(next);
            self.writes.pop_front();
        }
        together.into()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.writes.is_empty()
    }

    /// Whether the session may bring more.
    pub(crate) fn has_room(&self) -> bool {
        self.is_empty() || self.bytes < self.limit_bytes
    }

    pub(crate) fn clear(&mut self) {
        self.writes.clear();
        self.bytes = 0;
    }
}

/// The way to the screen.
#[derive(Debug)]
pub(crate) struct Screen {
    writes: mpsc::Sender<Write>,
    done: oneshot::Receiver<io::Result<()>>,
}

impl Screen {
    pub(crate) fn start() -> io::Result<Self> {
        let (writes, queue) = mpsc::channel(QUEUED);
        let (finished, done) = oneshot::channel();
        thread::Builder::new().name("screen".into()).spawn(move || {
            let _nobody_waits = finished.send(print(queue));
        })?;
        Ok(Self { writes, done })
    }

    /// Where writes go; a send fails once standard output is closed.
    pub(crate) fn writes(&self) -> &mpsc::Sender<Write> {
        &self.writes
    }

    /// Waits until every write is out.
    ///
    /// # Errors
    /// Why standard output took no more: its reader has gone, or its disk is full.
    pub(crate) async fn finish(self, backlog: &mut Backlog) -> io::Result<()> {
        while let Some(write) = backlog.pop() {
            if self.writes.send(write).await.is_err() {
                break;
            }
        }
        drop(self.writes);
        self.done.await.unwrap_or(Ok(()))
    }
}

/// Ends when standard output is closed; standard error may be.
fn print(mut queue: mpsc::Receiver<Write>) -> io::Result<()> {
    while let Some(write) = queue.blocking_recv() {
        write.now()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn popped(writes: impl IntoIterator<Item = Write>) -> Vec<(bool, usize)> {
        let mut backlog = Backlog::new();
        backlog.extend(writes);
        let popped = std::iter::from_fn(|| backlog.pop())
            .map(|write| (matches!(write, Write::Out(_)), write.len()))
            .collect();
        assert_eq!(backlog.bytes, 0);
        popped
    }

    #[test]
    fn output_is_put_together_up_to_what_a_pipe_takes_and_never_across_an_error() {
        let out = |len: usize| Write::Out(vec![b'o'; len].into());
        let err = || Write::Err(Bytes::from_static(b"e"));
        assert_eq!(
            popped([out(1), out(2), err(), err(), out(3)]),
            [(true, 3), (false, 1), (false, 1), (true, 3)]
        );
        assert_eq!(
            popped((0..65).map(|_| out(1024))),
            [(true, AT_ONCE_BYTES), (true, 1024)]
        );
        assert_eq!(popped([out(100_000), out(1)]), [(true, 100_000), (true, 1)]);
    }

    #[test]
    fn the_order_of_bytes_stays() {
        let mut backlog = Backlog::new();
        backlog.extend((0..100_u8).map(|byte| Write::Out(vec![byte].into())));
        let Some(Write::Out(together)) = backlog.pop() else {
            panic!("output was pushed");
        };
        assert!(together.iter().copied().eq(0..100));
    }
}
