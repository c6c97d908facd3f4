//! The end of whoever asks.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

use super::entrance::{ENDING, connect};
use super::{BoardAnswer, BoardOrder};

/// The longest answer: thousands of forwards.
const LONGEST_ANSWER: u64 = 4 * 1024 * 1024;
/// A list is there at once; a stop waits until AWS was told.
const PATIENCE: Duration = Duration::from_secs(20);

/// What every program of this user says of its forwards. One that does not answer is left out.
pub async fn ask_running(folder: &Path) -> Vec<BoardAnswer> {
    ask_all(folder, &BoardOrder::List).await
}

/// Stops forwards, by their numbers in the store, whichever program runs them. The answers say which were stopped.
pub async fn stop_running(folder: &Path, ids: &[i64]) -> Vec<BoardAnswer> {
    ask_all(folder, &BoardOrder::Stop(ids.to_vec())).await
}

async fn ask_all(folder: &Path, order: &BoardOrder) -> Vec<BoardAnswer> {
    let asked =
        sockets(folder).into_iter().map(|socket| async move {
            let answer = tokio::time::timeout(PATIENCE, ask(&socket, order)).await;
            answer.unwrap_or_else(|late| Err(late.into())).inspect_err(|error| {
            tracing::debug!(%error, socket = %socket.display(), "a program says nothing of its forwards");
        })
        });
    let answers = futures_util::future::join_all(asked).await;
    answers.into_iter().filter_map(Result::ok).collect()
}

fn sockets(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut sockets: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == ENDING))
        .collect();
    sockets.sort();
    sockets
}

async fn ask(socket: &Path, order: &BoardOrder) -> io::Result<BoardAnswer> {
    let mut stream = match connect(socket).await {
        // Its program was killed.
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            std::fs::remove_file(socket)?;
            return Err(error);
        }
        connected => connected?,
    };
    let mut line = serde_json::to_vec(order)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    let mut answer = String::new();
    BufReader::new(stream.take(LONGEST_ANSWER))
        .read_line(&mut answer)
        .await?;
    Ok(serde_json::from_str(&answer)?)
}
