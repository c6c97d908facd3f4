//! A tap on the way to the simulator. What goes over it names the secrets that were in play.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Members of JSON answers and requests that hold secrets.
const MEMBERS: [&str; 12] = [
    "secretAccessKey",
    "sessionToken",
    "accessToken",
    "refreshToken",
    "clientSecret",
    "deviceCode",
    "codeVerifier",
    "code",
    "TokenValue",
    "Plaintext",
    "SecretAccessKey",
    "Token",
];

/// What one side said on one connection.
type Said = Arc<Mutex<HashMap<usize, Vec<u8>>>>;

/// Hands everything on as it is, and remembers it. The simulator tells its own address by the Host header, so clients that
/// know only the tap stay on it, with their sessions too.
pub(crate) struct Tap {
    address: SocketAddr,
    said: Said,
    accepting: JoinHandle<()>,
}

impl Tap {
    /// On a free port, in front of `to`.
    pub(crate) async fn start(to: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let said = Said::default();
        let accepting = tokio::spawn(accept(listener, to, Arc::clone(&said)));
        Self {
            address,
            said,
            accepting,
        }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Every secret that went over it, with the name of its kind.
    pub(crate) fn secrets(&self) -> Vec<(String, String)> {
        let said = self.said.lock().unwrap();
        said.values()
            .flat_map(|bytes| secrets_in(&String::from_utf8_lossy(bytes)))
            .collect()
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, to: SocketAddr, said: Said) {
    let mut number = 0;
    while let Ok((client, _)) = listener.accept().await {
        let Ok(server) = TcpStream::connect(to).await else {
            continue;
        };
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::spawn(copy(from_client, to_server, Arc::clone(&said), number));
        tokio::spawn(copy(from_server, to_client, Arc::clone(&said), number + 1));
        number += 2;
    }
}

async fn copy(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, said: Said, number: usize) {
    let mut chunk = vec![0; 64 << 10];
    while let Ok(read @ 1..) = from.read(&mut chunk).await {
        let read = &chunk[..read];
        said.lock()
            .unwrap()
            .entry(number)
            .or_default()
            .extend_from_slice(read);
        if to.write_all(read).await.is_err() {
            return;
        }
    }
    // The other direction may go on.
    let _already_gone = to.shutdown().await;
}

/// The values of what is known to be secret in JSON, XML, forms and headers.
fn secrets_in(said: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut note = |kind: &str, begin: &str, is_end: fn(char) -> bool| {
        for rest in said.split(begin).skip(1) {
            let value = rest.split(is_end).next().unwrap_or_default();
            // Words such as the name of a way to sign are no secrets.
            let is_word = value.len() <= 16 && !value.bytes().all(|byte| byte.is_ascii_digit());
            if !value.is_empty() && !is_word {
                found.push((kind.to_owned(), value.to_owned()));
            }
        }
    };
    for member in MEMBERS {
        note(member, &format!("\"{member}\":\""), |letter| letter == '"');
    }
    for element in ["SecretAccessKey", "SessionToken"] {
        note(&format!("<{element}>"), &format!("<{element}>"), |letter| {
            letter == '<'
        });
    }
    note("TokenCode", "TokenCode=", |letter| !letter.is_ascii_digit());
    note("signature", "Signature=", |letter| !letter.is_ascii_hexdigit());
    note("container token", "\r\nauthorization: ", |letter| {
        letter == '\r' || letter == ' '
    });
    note("metadata token", "x-aws-ec2-metadata-token: ", |letter| {
        letter == '\r'
    });
    found
}
