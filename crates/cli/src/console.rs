//! Writing to the two standard streams. A stream that nobody reads any more is no reason to panic.

use std::io::{self, Write};

/// Writes text to standard output at once. Whether it was taken.
pub(crate) fn to_stdout(text: &str) -> bool {
    write(&mut io::stdout().lock(), text.as_bytes()).is_ok()
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
