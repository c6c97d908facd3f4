//! The proxy that tests start, ask and order about.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::connection::{ProxyBehaviour, ProxyShared};

/// A proxy that listens on a free port of loopback until it is dropped.
///
/// It takes CONNECT, and requests for `http://` addresses in absolute form. Names lead to loopback only: to where
/// [`ConnectProxy::route`] says, or nowhere.
#[derive(Debug)]
pub struct ConnectProxy {
    address: SocketAddr,
    shared: Arc<ProxyShared>,
    listening: JoinHandle<()>,
}

impl ConnectProxy {
    /// A proxy that anybody may use.
    ///
    /// # Errors
    /// When nothing may listen on loopback.
    pub async fn start() -> io::Result<Self> {
        Self::listen(None).await
    }

    /// A proxy that wants this user and password, and answers 407 to everybody else.
    ///
    /// # Errors
    /// When nothing may listen on loopback.
    pub async fn start_with_login(user: &str, password: &str) -> io::Result<Self> {
        Self::listen(Some((user.to_owned(), password.to_owned()))).await
    }

    async fn listen(login: Option<(String, String)>) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(ProxyShared::new(login));
        let listening = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self {
            address,
            shared,
            listening,
        })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The value for `HTTPS_PROXY`, without user and password.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The value for `HTTPS_PROXY`, with user and password where it wants them.
    #[must_use]
    pub fn url_with_login(&self) -> String {
        let login = self.shared.state().login.clone();
        match &login {
            Some((user, password)) => {
                let coded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
                format!(
                    "http://{}:{}@{}",
                    coded(user).replace('+', "%20"),
                    coded(password).replace('+', "%20"),
                    self.address
                )
            }
            None => self.url(),
        }
    }

    /// From now on `authority`, such as `ssm.eu-central-1.amazonaws.com:443`, leads to this address.
    pub fn route(&self, authority: &str, to: SocketAddr) {
        self.shared.state().routes.insert(authority.to_owned(), to);
    }

    /// From now on it wants this user and password. What is open stays open.
    pub fn change_login(&self, user: &str, password: &str) {
        self.shared.state().login = Some((user.to_owned(), password.to_owned()));
    }

    /// What becomes of requests that come from now on. What is open stays open.
    pub fn behave(&self, behaviour: ProxyBehaviour) {
        self.shared.state().behaviour = behaviour;
    }

    /// Cuts everything that is open, without a goodbye to either side; answers how much that was.
    pub fn cut(&self) -> usize {
        let mut state = self.shared.state();
        std::mem::take(&mut state.open).cancel();
        state.living
    }

    /// Host and port of every request that was let through, in order.
    #[must_use]
    pub fn served(&self) -> Vec<String> {
        self.shared.state().served.clone()
    }

    /// How many connections through it are open.
    #[must_use]
    pub fn living(&self) -> usize {
        self.shared.state().living
    }

    /// How many requests were answered with 407.
    #[must_use]
    pub fn refused_logins(&self) -> usize {
        self.shared.state().refused_logins
    }
}

impl Drop for ConnectProxy {
    fn drop(&mut self) {
        self.listening.abort();
        self.cut();
    }
}

async fn accept(listener: TcpListener, shared: Arc<ProxyShared>) {
    loop {
        let Ok((client, _)) = listener.accept().await else {
            continue;
        };
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            if let Err(error) = shared.serve(client).await {
                tracing::debug!(%error, "a connection through the proxy ended");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    use super::*;

    /// A server that answers each connection with what it got, in capitals.
    async fn echo() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            loop {
                let (mut socket, _) = listener.accept().await.unwrap();
                tokio::spawn(async move {
                    let mut buffer = [0; 1024];
                    while let Ok(count @ 1..) = socket.read(&mut buffer).await {
                        let _gone = socket.write_all(&buffer[..count].to_ascii_uppercase()).await;
                    }
                });
            }
        });
        address
    }

    async fn ask(proxy: &ConnectProxy, text: &str) -> (TcpStream, String) {
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut buffer = [0; 1024];
        let count = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut buffer))
            .await
            .unwrap()
            .unwrap_or(0);
        (stream, String::from_utf8_lossy(&buffer[..count]).into_owned())
    }

    fn status(answer: &str) -> &str {
        answer.split(' ').nth(1).unwrap_or("none")
    }

    #[tokio::test]
    async fn a_tunnel_needs_the_password_and_is_counted_until_it_is_cut() {
        let server = echo().await;
        let proxy = ConnectProxy::start_with_login("us er", "p@ss").await.unwrap();
        assert!(
            proxy
                .url_with_login()
                .starts_with("http://us%20er:p%40ss@127.0.0.1:")
        );
        let (_, answer) = ask(&proxy, &format!("CONNECT {server} HTTP/1.1\r\n\r\n")).await;
        assert!(answer.contains("Proxy-Authenticate: Basic"), "{answer}");
        let wrong = "CONNECT a:1 HTTP/1.1\r\nProxy-Authorization: Basic dTpw\r\n\r\n";
        assert_eq!(status(&ask(&proxy, wrong).await.1), "407");
        assert_eq!((proxy.refused_logins(), proxy.served().len()), (2, 0));

        let login = "Proxy-Authorization: Basic dXMgZXI6cEBzcw==";
        let good = format!("CONNECT {server} HTTP/1.1\r\n{login}\r\n\r\n");
        let (mut tunnel, answer) = ask(&proxy, &good).await;
        assert_eq!(status(&answer), "200");
        tunnel.write_all(b"hello").await.unwrap();
        let mut echoed = [0; 5];
        tunnel.read_exact(&mut echoed).await.unwrap();
        assert_eq!(&echoed, b"HELLO");
        assert_eq!((proxy.living(), proxy.served()), (1, vec![server.to_string()]));
        assert_eq!(proxy.cut(), 1);
        assert_eq!(tunnel.read(&mut echoed).await.unwrap_or(0), 0, "it is closed");
        assert_eq!(
            status(&ask(&proxy, &good).await.1),
            "200",
            "a new one can be opened"
        );
        proxy.change_login("us er", "changed");
        assert_eq!(status(&ask(&proxy, &good).await.1), "407");
    }

    #[tokio::test]
    async fn names_lead_where_they_are_routed_and_never_outside() {
        let (server, proxy) = (echo().await, ConnectProxy::start().await.unwrap());
        let connect = |authority: &str| format!("CONNECT {authority} HTTP/1.1\r\n\r\n");
        let name = "ssm.eu-central-1.amazonaws.com:443";
        assert_eq!(status(&ask(&proxy, &connect(name)).await.1), "403");
        proxy.route(name, server);
        assert_eq!(status(&ask(&proxy, &connect(name)).await.1), "200");
        for refused in ["10.0.0.1:443", "example.com:80", "[2001:db8::1]:1", "nonsense"] {
            assert_eq!(
                status(&ask(&proxy, &connect(refused)).await.1),
                "403",
                "{refused}"
            );
        }
        let plain =
            format!("GET http://{server}/a?b HTTP/1.1\r\nHost: x\r\nProxy-Connection: keep-alive\r\n\r\n");
        let (_, answer) = ask(&proxy, &plain).await;
        assert!(
            answer.starts_with("GET /A?B HTTP/1.1\r\nCONNECTION: CLOSE\r\nHOST: X\r\n\r\n"),
            "{answer}"
        );
    }

    #[tokio::test]
    async fn it_refuses_hangs_and_closes_on_command() {
        let (server, proxy) = (echo().await, ConnectProxy::start().await.unwrap());
        let connect = format!("CONNECT {server} HTTP/1.1\r\n\r\n");
        proxy.behave(ProxyBehaviour::Refuse(502));
        assert_eq!(status(&ask(&proxy, &connect).await.1), "502");
        proxy.behave(ProxyBehaviour::Close);
        assert_eq!(ask(&proxy, &connect).await.1, "");
        proxy.behave(ProxyBehaviour::Hang);
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        stream.write_all(connect.as_bytes()).await.unwrap();
        let silence = tokio::time::timeout(Duration::from_millis(200), stream.read(&mut [0])).await;
        assert!(silence.is_err(), "it says nothing");
        proxy.behave(ProxyBehaviour::Serve);
        assert_eq!(status(&ask(&proxy, &connect).await.1), "200");
    }
}
