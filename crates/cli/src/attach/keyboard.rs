//! Standard input as it comes: raw bytes on Unix, key events on a Windows console.

use std::fs::File;
use std::io::{self, Read};
use std::thread;

use tokio::sync::mpsc;

use postern_model::TerminalSize;

/// Read at once; a paste comes in several.
const CHUNK_BYTES: usize = 4096;
/// Chunks on their way; the reader waits when the session is behind.
const QUEUED: usize = 8;

/// What standard input brings.
#[derive(Debug)]
#[cfg_attr(not(windows), allow(dead_code, reason = "sizes come by a signal there"))]
pub(crate) enum KeyboardEvent {
    /// Bytes as they came.
    Bytes(Vec<u8>),
    /// The console has another size.
    Resized(TerminalSize),
}

/// Reads standard input in a thread of its own, because no system can wait for every kind of it asynchronously. The
/// channel closes at the end of the input. A thread that still waits ends with the program.
pub(crate) fn start() -> io::Result<mpsc::Receiver<KeyboardEvent>> {
    let (sender, receiver) = mpsc::channel(QUEUED);
    let reader = reader()?;
    thread::Builder::new()
        .name("keyboard".into())
        .spawn(move || reader(&sender))?;
    Ok(receiver)
}

type ReadInput = Box<dyn FnOnce(&mpsc::Sender<KeyboardEvent>) + Send>;

/// A copy of the descriptor, so that nothing is read ahead into a buffer that nobody empties.
#[cfg(unix)]
fn reader() -> io::Result<ReadInput> {
    use std::os::fd::AsFd;
    let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    Ok(Box::new(move |events| read_bytes(input, events)))
}

#[cfg(windows)]
fn reader() -> io::Result<ReadInput> {
    use std::os::windows::io::AsHandle;
    if super::terminal::is_interactive() {
        return Ok(Box::new(read_console));
    }
    let input = File::from(io::stdin().as_handle().try_clone_to_owned()?);
    Ok(Box::new(move |events| read_bytes(input, events)))
}

fn read_bytes(mut input: File, events: &mpsc::Sender<KeyboardEvent>) {
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = match input.read(&mut chunk) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            // A terminal that hung up ends like a file.
            Err(_) => 0,
        };
        let bytes = chunk.get(..read).unwrap_or_default().to_vec();
        if bytes.is_empty() || events.blocking_send(KeyboardEvent::Bytes(bytes)).is_err() {
            return;
        }
    }
}

#[cfg(windows)]
#[allow(
    clippy::wildcard_enum_match_arm,
    reason = "crossterm's events; mouse and focus are none of ours"
)]
fn read_console(events: &mpsc::Sender<KeyboardEvent>) {
    use crossterm::event::{Event, read};
    while let Ok(event) = read() {
        let sent = match event {
            Event::Key(key) => KeyboardEvent::Bytes(super::keys::bytes_of(key)),
            Event::Paste(text) => KeyboardEvent::Bytes(text.into_bytes()),
            Event::Resize(cols, rows) => {
                KeyboardEvent::Resized(TerminalSize::clamped(cols.into(), rows.into()))
            }
            _ => continue,
        };
        if events.blocking_send(sent).is_err() {
            return;
        }
    }
}
