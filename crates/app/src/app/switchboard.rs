//! The application as other programs of the same user reach it.

use std::{
    path::Path,
    sync::{Arc, Weak},
};

use postern_forward::Switchboard;

use super::{App, Inner};
use crate::forwards::WINDOW;

impl App {
    /// Lets other programs of this user list the forwards and stop them, through a socket in `folder`, for as long as the
    /// application lives. Without it everything else works. Must be called inside a tokio runtime.
    pub fn open_switchboard(&self, folder: &Path) {
        match Switchboard::open(folder) {
            Ok(board) => drop(tokio::spawn(obey(board, Arc::downgrade(&self.inner)))),
            Err(error) => tracing::warn!(%error, "other programs cannot ask for the forwards"),
        }
    }
}

/// Hands orders to the forwards of the user's own world. In the demo there are none of these.
async fn obey(mut board: Switchboard, app: Weak<Inner>) {
    loop {
        let (order, reply) = board.next().await;
        let Some(inner) = app.upgrade() else { return };
        match inner.world.read().await.own_forwards() {
            Some(forwards) => drop(tokio::spawn(forwards.obey(order, reply))),
            None => reply.answer(WINDOW, Vec::new()),
        }
    }
}
