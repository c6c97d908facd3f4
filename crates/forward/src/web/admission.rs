//! The first request of a browser's connection, before anything of it goes on its way.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::timeout;

use super::connection::WebConnection;
use super::guard::HttpGuard;
use super::site::WebSite;
use crate::PortDestination;
use crate::entrance::Admission;
use crate::local::{LocalSocket, LocalStream};
use crate::notice::NoticeSender;

/// How long a connection may be silent. Browsers open some in advance and open others when they were closed.
const PATIENCE: Duration = Duration::from_secs(60);

/// How browsers come in.
pub(crate) struct WebAdmission {
    port: Option<u16>,
    destination: PortDestination,
    notices: NoticeSender,
}

impl WebAdmission {
    /// Into a forward with this local port, if it has one, to this destination.
    pub(crate) fn new(port: Option<u16>, destination: PortDestination, notices: NoticeSender) -> Self {
        Self {
            port,
            destination,
            notices,
        }
    }
}

impl Admission for WebAdmission {
    type Admitted = LocalStream;

    fn admit(&self, socket: LocalSocket) -> BoxFuture<'static, Option<LocalStream>> {
        let site = WebSite::new(self.port, self.destination.clone(), socket.local_address());
        let connection = WebConnection::new(HttpGuard::new(site));
        let stream = LocalStream::web(socket, connection, self.notices.clone());
        async move {
            let has_request = timeout(PATIENCE, stream.has_request()).await.unwrap_or(false);
            has_request.then_some(stream)
        }
        .boxed()
    }
}
