//! What goes over the socket of a switchboard.

use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

/// What is asked of a program that runs forwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BoardOrder {
    /// Which forwards run there.
    List,
    /// To stop these, by their numbers in the store; the answer comes when they are stopped.
    Stop(Vec<i64>),
}

/// What a program says of its forwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardAnswer {
    /// What runs them, in words, such as "the window".
    pub program: String,
    /// Its process.
    pub process: u32,
    /// All of them, or those that were stopped.
    pub forwards: Vec<ReportedForward>,
}

/// A declared forward that is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedForward {
    /// Its number in the store.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// Its group; empty for none.
    pub group: String,
    /// How it stands, in one word such as "up".
    pub state: String,
    /// Where it listens.
    pub local: Vec<String>,
    /// The node that it goes by.
    pub through: Option<String>,
    /// Connections that are open.
    pub open: usize,
}

/// Takes the answer to one order.
#[derive(Debug)]
pub struct BoardReply(pub(super) oneshot::Sender<BoardAnswer>);

impl BoardReply {
    /// Answers with these forwards, in the name of this process.
    pub fn answer(self, program: &str, forwards: Vec<ReportedForward>) {
        let answer = BoardAnswer {
            program: program.to_owned(),
            process: std::process::id(),
            forwards,
        };
        // Who asked may be gone.
        let _unheard = self.0.send(answer);
    }
}
