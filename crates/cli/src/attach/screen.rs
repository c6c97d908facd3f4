//! Output to the two standard streams, in order, by a thread of its own: a terminal that is stopped with Ctrl-S must
//! not stop the keyboard and its escapes.

use std::io;
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot};

use crate::console;

/// Writes on their way; with agents' 1 KiB at a time little is out when the user presses Ctrl-C.
const QUEUED: usize = 16;
/// How long the end waits for a reader that stopped reading.
const LAST_WRITES: Duration = Duration::from_secs(2);

/// One write.
#[derive(Debug)]
pub(crate) enum Write {
    /// To standard output.
    Out(Bytes),
    /// To standard error.
    Err(Bytes),
}

impl Write {
    /// Writes here and now. Whether it was taken: standard error always counts as taken.
    pub(crate) fn now(self) -> bool {
        match self {
            Self::Out(bytes) => console::write(&mut io::stdout().lock(), &bytes).is_ok(),
            Self::Err(bytes) => {
                let _nobody_reads = console::write(&mut io::stderr().lock(), &bytes);
                true
            }
        }
    }
}

/// The way to the screen.
#[derive(Debug)]
pub(crate) struct Screen {
    writes: mpsc::Sender<Write>,
    done: oneshot::Receiver<()>,
}

impl Screen {
    pub(crate) fn start() -> io::Result<Self> {
        let (writes, queue) = mpsc::channel(QUEUED);
        let (finished, done) = oneshot::channel();
        thread::Builder::new().name("screen".into()).spawn(move || {
            print(queue);
            let _nobody_waits = finished.send(());
        })?;
        Ok(Self { writes, done })
    }

    /// Where writes go; a send fails once standard output is closed.
    pub(crate) fn writes(&self) -> &mpsc::Sender<Write> {
        &self.writes
    }

    /// Lets the last writes out, for a moment at most.
    pub(crate) async fn finish(self) {
        drop(self.writes);
        if tokio::time::timeout(LAST_WRITES, self.done).await.is_err() {
            tracing::debug!("the last output was not taken");
        }
    }
}

/// Ends when standard output is closed; standard error may be.
fn print(mut queue: mpsc::Receiver<Write>) {
    while queue.blocking_recv().is_some_and(Write::now) {}
}
