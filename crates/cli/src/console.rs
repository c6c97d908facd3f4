//! Writing to the two standard streams. A stream that nobody reads any more is no reason to panic.

use std::io::{self, Write};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// How long the last words of a program may take.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Writes text to standard output at once.
///
/// # Errors
/// Why it was not taken, such as a reader that has seen enough.
pub(crate) fn to_stdout(text: &str) -> io::Result<()> {
    write(&mut io::stdout().lock(), text.as_bytes())
}

/// Writes text to standard error at once.
pub(crate) fn to_stderr(text: &str) {
    let _nobody_reads = write(&mut io::stderr().lock(), text.as_bytes());
}

/// Writes bytes as they are, and flushes.
pub(crate) fn write(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(bytes)?;
    stream.flush()
}

/// Runs `say`, but does not wait long: a terminal that the user stopped must not keep the program from ending.
pub(crate) fn briefly(say: impl FnOnce() + Send + 'static) {
    let (said, done) = mpsc::channel();
    let speaker = thread::Builder::new().name("last words".into()).spawn(move || {
        say();
        let _nobody_waits = said.send(());
    });
    if speaker.is_ok() {
        let _said_or_stopped = done.recv_timeout(LAST_WORDS);
    }
}
