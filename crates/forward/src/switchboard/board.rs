//! The end of the program that runs forwards.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use super::entrance::{BoardCaller, BoardEntrance};
use super::{BoardOrder, BoardReply};
use crate::ForwardError;

/// The longest order: numbers of forwards.
const LONGEST_ORDER: u64 = 64 * 1024;
/// How long an order may take to arrive.
const PATIENCE: Duration = Duration::from_secs(5);
/// Who asks at the same time.
const AT_ONCE: usize = 8;

/// Where other programs of this user ask for the forwards of this one. It is closed when it is dropped.
#[derive(Debug)]
pub struct Switchboard {
    orders: mpsc::Receiver<(BoardOrder, BoardReply)>,
    hearing: TaskTracker,
    _closes: DropGuard,
}

impl Switchboard {
    /// Opens it in `folder`, which is made for this user only where it is missing. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// [`ForwardError::Listen`], [`ForwardError::SharedFolder`].
    pub fn open(folder: &Path) -> Result<Self, ForwardError> {
        let entrance = BoardEntrance::open(folder)?;
        let (sender, orders) = mpsc::channel(AT_ONCE);
        let closed = CancellationToken::new();
        let hearing = TaskTracker::new();
        let listen = listen(entrance, sender, hearing.clone());
        tokio::spawn(closed.clone().run_until_cancelled_owned(listen));
        Ok(Self {
            orders,
            hearing,
            _closes: closed.drop_guard(),
        })
    }

    /// The next order. Cancel safe.
    pub async fn next(&mut self) -> (BoardOrder, BoardReply) {
        match self.orders.recv().await {
            Some(order) => order,
            None => std::future::pending().await,
        }
    }

    /// Takes no more orders, and waits until who asked before has the answer; not for ever.
    pub async fn close(mut self) {
        self.orders.close();
        self.hearing.close();
        if tokio::time::timeout(PATIENCE, self.hearing.wait()).await.is_err() {
            tracing::debug!("who asked for the forwards does not take the answer");
        }
    }
}

async fn listen(
    entrance: BoardEntrance,
    orders: mpsc::Sender<(BoardOrder, BoardReply)>,
    hearing: TaskTracker,
) {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        match entrance.accept().await {
            Ok(caller) => {
                let orders = orders.clone();
                hearing.spawn(async move {
                    if let Err(error) = hear(caller, &orders).await {
                        tracing::debug!(%error, "who asked for the forwards is gone");
                    }
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "nobody can ask for the forwards for a while");
                tokio::time::sleep(PATIENCE).await;
            }
        }
    }
}

/// One order and its answer.
async fn hear(caller: BoardCaller, orders: &mpsc::Sender<(BoardOrder, BoardReply)>) -> io::Result<()> {
    let mut line = String::new();
    let mut stream = tokio::time::timeout(PATIENCE, caller.let_in()).await??;
    let (from, mut to) = stream.split();
    let mut from = BufReader::new(from.take(LONGEST_ORDER));
    tokio::time::timeout(PATIENCE, from.read_line(&mut line)).await??;
    let order = serde_json::from_str(&line)?;
    let (reply, answer) = oneshot::channel();
    if orders.send((order, BoardReply(reply))).await.is_err() {
        return Ok(());
    }
    if let Ok(answer) = answer.await {
        let mut line = serde_json::to_vec(&answer)?;
        line.push(b'\n');
        to.write_all(&line).await?;
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use tokio::net::UnixStream;

    use super::*;
    use crate::{ReportedForward, ask_running, stop_running};

    fn running(id: i64) -> ReportedForward {
        ReportedForward {
            id,
            name: format!("forward {id}"),
            group: "Ledger".into(),
            state: "up".into(),
            local: vec!["127.0.0.1:15432".into()],
            through: None,
            open: 3,
        }
    }

    #[tokio::test]
    async fn who_asks_hears_what_runs_and_what_was_stopped() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("running");
        let mut board = Switchboard::open(&folder).unwrap();
        let answering = tokio::spawn(async move {
            let (order, reply) = board.next().await;
            assert_eq!(order, BoardOrder::List);
            reply.answer("a test", vec![running(1), running(2)]);
            let (order, reply) = board.next().await;
            assert_eq!(order, BoardOrder::Stop(vec![2]));
            reply.answer("a test", vec![running(2)]);
            board
        });
        let answers = ask_running(&folder).await;
        assert_eq!(answers.len(), 1);
        assert_eq!(
            (answers[0].program.as_str(), &answers[0].forwards),
            ("a test", &vec![running(1), running(2)])
        );
        assert_eq!(stop_running(&folder, &[2]).await[0].forwards, [running(2)]);
        drop(answering.await.unwrap());
    }

    #[tokio::test]
    async fn what_a_program_left_behind_is_no_program() {
        let home = tempfile::tempdir().unwrap();
        let stale = home.path().join("1.sock");
        drop(std::os::unix::net::UnixListener::bind(&stale).unwrap());
        std::fs::write(home.path().join("notes.txt"), "none").unwrap();
        assert!(ask_running(home.path()).await.is_empty());
        assert!(!stale.exists(), "it is taken away");
        assert!(ask_running(&home.path().join("missing")).await.is_empty());
    }

    #[tokio::test]
    async fn what_is_no_order_is_left_without_an_answer() {
        let home = tempfile::tempdir().unwrap();
        let _board = Switchboard::open(home.path()).unwrap();
        let path = home.path().join(format!("{}.sock", std::process::id()));
        for line in [&b"nonsense\n"[..], b"{\"stop\":[1", b"\xff\xff\n"] {
            let mut stream = UnixStream::connect(&path).await.unwrap();
            stream.write_all(line).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut answer = Vec::new();
            let _reset_or_closed = stream.read_to_end(&mut answer).await;
            assert!(answer.is_empty());
        }
    }
}
