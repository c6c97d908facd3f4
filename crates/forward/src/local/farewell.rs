//! The last words to a client whose connection is refused.

use std::io::{self, IoSlice};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::socket::LocalSocket;

/// How long the client may take to hear them.
const PATIENCE: Duration = Duration::from_secs(2);
const SCRATCH_BYTES: usize = 4096;
/// What it may still send meanwhile; it is thrown away.
const MOST_READS: usize = 256;

/// Writes the words and ends the connection in order, in a task of its own. What the client still sends is read: closing a
/// socket with unread bytes resets it, and the words would be lost.
pub(super) fn say(socket: Arc<LocalSocket>, words: Vec<u8>) {
    tokio::spawn(async move {
        if let Ok(Err(error)) = timeout(PATIENCE, say_and_wait(&socket, &words)).await {
            tracing::debug!(%error, "a client that does not wait for the answer");
        }
    });
}

async fn say_and_wait(socket: &LocalSocket, mut words: &[u8]) -> io::Result<()> {
    while !words.is_empty() {
        socket.writable().await;
        match socket.try_write(&[IoSlice::new(words)]) {
            Ok(count) => words = words.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    socket.end_output();
    let mut scratch = [0; SCRATCH_BYTES];
    for _ in 0..MOST_READS {
        socket.readable().await;
        match socket.try_read(&mut scratch) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Turns a client away with these words, or without any.
pub(crate) fn refuse(socket: LocalSocket, words: Vec<u8>) {
    if !words.is_empty() {
        say(Arc::new(socket), words);
    }
}
