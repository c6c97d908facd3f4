//! One WebSocket of a client, from the upgrade to its close.

use axum::extract::ws::WebSocket;

use crate::cloud::Cloud;

/// Serves the data channel of `session` on a socket whose upgrade was signed. Returns when the socket is done.
pub(crate) async fn data_channel(state: Cloud, session: String, socket: WebSocket) {
    let _ = (state, session, socket);
}
