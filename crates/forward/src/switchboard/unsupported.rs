//! Systems on which programs cannot ask one another: no forward is known to run elsewhere.

use std::path::Path;

use super::{BoardAnswer, BoardOrder, BoardReply};
use crate::ForwardError;

/// Nobody asks.
#[derive(Debug)]
pub struct Switchboard;

impl Switchboard {
    /// Opens nothing.
    ///
    /// # Errors
    /// Never.
    pub fn open(_folder: &Path) -> Result<Self, ForwardError> {
        Ok(Self)
    }

    /// Never comes.
    pub async fn next(&mut self) -> (BoardOrder, BoardReply) {
        std::future::pending().await
    }

    /// Nobody waits.
    pub async fn close(self) {}
}

/// Nobody says anything.
pub async fn ask_running(_folder: &Path) -> Vec<BoardAnswer> {
    Vec::new()
}

/// Nothing is stopped.
pub async fn stop_running(_folder: &Path, _ids: &[i64]) -> Vec<BoardAnswer> {
    Vec::new()
}
