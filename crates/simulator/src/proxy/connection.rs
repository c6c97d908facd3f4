//! One connection of a client: checked, and joined with the server that it asks for.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::head::Head;

/// What a proxy does with requests that come from now on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ProxyBehaviour {
    /// Serves them.
    #[default]
    Serve,
    /// Answers with this status, such as 403 or 502.
    Refuse(u16),
    /// Reads them and says nothing.
    Hang,
    /// Closes the connection without a word.
    Close,
}

/// What all connections of a proxy share.
#[derive(Debug)]
pub(super) struct ProxyShared {
    state: Mutex<ProxyState>,
}

#[derive(Debug, Default)]
pub(super) struct ProxyState {
    /// The user and the password that it wants.
    pub(super) login: Option<(String, String)>,
    pub(super) behaviour: ProxyBehaviour,
    pub(super) routes: HashMap<String, SocketAddr>,
    /// Cancelled when everything that is open is cut.
    pub(super) open: CancellationToken,
    /// What was asked for and let through, in order.
    pub(super) served: Vec<String>,
    pub(super) living: usize,
    pub(super) refused_logins: usize,
}

impl ProxyShared {
    pub(super) fn new(login: Option<(String, String)>) -> Self {
        let state = ProxyState {
            login,
            ..ProxyState::default()
        };
        Self {
            state: Mutex::new(state),
        }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, ProxyState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves one connection to its end. Errors are those of a peer that has gone, and nobody's concern.
    pub(super) async fn serve(&self, mut client: TcpStream) -> io::Result<()> {
        let Some(head) = Head::read(&mut client).await? else {
            return Ok(());
        };
        if !self.admits(&head) {
            return refuse(
                &mut client,
                407,
                "Proxy-Authenticate: Basic realm=\"simulator\"\r\n",
            )
            .await;
        }
        let behaviour = self.state().behaviour;
        match behaviour {
            ProxyBehaviour::Serve => self.join(client, &head).await,
            ProxyBehaviour::Refuse(status) => refuse(&mut client, status, "").await,
            ProxyBehaviour::Hang => client.read_to_end(&mut Vec::new()).await.map(drop),
            ProxyBehaviour::Close => Ok(()),
        }
    }

    fn admits(&self, head: &Head) -> bool {
        let mut state = self.state();
        let admitted = state.login.is_none() || head.login() == state.login;
        state.refused_logins += usize::from(!admitted);
        admitted
    }

    async fn join(&self, mut client: TcpStream, head: &Head) -> io::Result<()> {
        let Some((authority, path)) = destination(head) else {
            return refuse(&mut client, 400, "").await;
        };
        let Some(address) = self.address(&authority) else {
            return refuse(&mut client, 403, "").await;
        };
        let Ok(mut server) = TcpStream::connect(address).await else {
            return refuse(&mut client, 502, "").await;
        };
        match path {
            Some(path) => server.write_all(head.for_server(&path).as_bytes()).await?,
            None => {
                client
                    .write_all(b"HTTP/1.1 200 Connection established\r\n\r\n")
                    .await?
            }
        }
        let open = self.opened(authority);
        let ended = tokio::select! {
            copied = copy_bidirectional(&mut client, &mut server) => copied.map(drop),
            () = open.cancelled() => Ok(()),
        };
        self.state().living -= 1;
        ended
    }

    fn opened(&self, authority: String) -> CancellationToken {
        let mut state = self.state();
        state.served.push(authority);
        state.living += 1;
        state.open.clone()
    }

    /// Where a name leads: to where a test says, or to this computer.
    fn address(&self, authority: &str) -> Option<SocketAddr> {
        if let Some(address) = self.state().routes.get(authority) {
            return Some(*address);
        }
        let (host, port) = authority.rsplit_once(':')?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let address: IpAddr = if host.eq_ignore_ascii_case("localhost") {
            IpAddr::from([127, 0, 0, 1])
        } else {
            host.parse().ok()?
        };
        let port = port.parse().ok()?;
        address.is_loopback().then_some(SocketAddr::new(address, port))
    }
}

/// Host and port, and for a request in absolute form the path.
fn destination(head: &Head) -> Option<(String, Option<String>)> {
    if head.method == "CONNECT" {
        return Some((head.target.clone(), None));
    }
    let url = Url::parse(&head.target)
        .ok()
        .filter(|url| url.scheme() == "http")?;
    let authority = format!("{}:{}", url.host_str()?, url.port_or_known_default()?);
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    Some((authority, Some(path)))
}

async fn refuse(client: &mut TcpStream, status: u16, header: &str) -> io::Result<()> {
    let reason = axum::http::StatusCode::from_u16(status).ok();
    let reason = reason
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Refused");
    let text =
        format!("HTTP/1.1 {status} {reason}\r\n{header}content-length: 0\r\nconnection: close\r\n\r\n");
    client.write_all(text.as_bytes()).await?;
    client.shutdown().await
}
