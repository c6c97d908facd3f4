//! The port of this computer to which the browser brings the code of a sign-in.

use std::io;
use std::net::Ipv4Addr;
use std::time::Duration;

use postern_model::display_text;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use url::Url;

/// How long a person may take.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// How long one connection may take to say what it wants.
const REQUEST_LIMIT: Duration = Duration::from_secs(5);
const LONGEST_REQUEST: usize = 16 * 1024;
/// More than a browser opens.
const MOST_CONNECTIONS: usize = 16;

const PATH: &str = "/oauth/callback";

/// A port that waits for one answer. Only programs of this computer reach it.
pub(crate) struct Callback {
    listener: TcpListener,
    port: u16,
}

/// What the browser brought.
#[derive(Debug, PartialEq, Eq)]
enum Brought {
    Code(String),
    Refusal(String),
    /// The answer to another question, or none.
    Nothing,
}

impl Callback {
    pub(crate) async fn open() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// Where the service sends the browser.
    pub(crate) fn redirect_uri(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Waits for the code that comes with `state`.
    pub(crate) async fn code(self, state: &str) -> Result<String, String> {
        let patience = tokio::time::timeout(PATIENCE, self.wait(state)).await;
        patience.unwrap_or_else(|_| Err("nobody signed in within ten minutes".into()))
    }

    /// Browsers open connections that they do not use at first: none of them keeps another one waiting.
    async fn wait(self, state: &str) -> Result<String, String> {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if connections.len() < MOST_CONNECTIONS => {
                    let Ok((socket, _)) = accepted else {
                        return Err("the port that waits for the browser was closed".into());
                    };
                    connections.spawn(heard(socket, state.to_owned()));
                }
                Some(Ok(brought)) = connections.join_next() => match brought {
                    Brought::Code(code) => return Ok(code),
                    Brought::Refusal(why) => return Err(why),
                    Brought::Nothing => {}
                },
            }
        }
    }
}

/// What one connection brings, once it was answered.
async fn heard(mut socket: TcpStream, state: String) -> Brought {
    let asked = tokio::time::timeout(REQUEST_LIMIT, request(&mut socket)).await;
    let brought = match asked {
        Ok(Some(target)) => read(&target, &state),
        Ok(None) | Err(_) => Brought::Nothing,
    };
    // The sign-in does not depend on what the browser shows.
    let _shown = tokio::time::timeout(REQUEST_LIMIT, answer(&mut socket, &brought)).await;
    brought
}

/// The target of a GET request, such as `/oauth/callback?code=…`.
async fn request(socket: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
        if bytes.len() > LONGEST_REQUEST || socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let head = String::from_utf8(bytes).ok()?;
    let target = head.strip_prefix("GET ")?.split(' ').next()?;
    Some(target.to_owned())
}

fn read(target: &str, state: &str) -> Brought {
    let url = Url::parse("http://127.0.0.1").and_then(|base| base.join(target));
    let Some(url) = url.ok().filter(|url| url.path() == PATH) else {
        return Brought::Nothing;
    };
    let of = |name: &str| {
        url.query_pairs()
            .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    };
    if of("state").as_deref() != Some(state) {
        return Brought::Nothing;
    }
    if let Some(code) = of("code") {
        return Brought::Code(code);
    }
    let why = of("error_description")
        .or_else(|| of("error"))
        .unwrap_or_default();
    Brought::Refusal(format!("the sign-in was refused ({})", display_text(&why)))
}

async fn answer(socket: &mut TcpStream, brought: &Brought) -> io::Result<()> {
    let (status, text) = match brought {
        Brought::Code(_) => (
            "200 OK",
            "You are signed in. You can close this page and go back to Postern.",
        ),
        Brought::Refusal(_) => ("200 OK", "You are not signed in. Go back to Postern to see why."),
        Brought::Nothing => ("404 Not Found", "There is nothing here."),
    };
    let body = format!("<!doctype html><meta charset=\"utf-8\"><title>Postern</title><p>{text}</p>\n");
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    socket.write_all(format!("{head}{body}").as_bytes()).await?;
    socket.shutdown().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_answer_to_our_own_question_counts() {
        let state = "s";
        assert_eq!(
            read("/oauth/callback?code=c%201&state=s", state),
            Brought::Code("c 1".into())
        );
        let denied = Brought::Refusal("the sign-in was refused (access_denied)".into());
        assert_eq!(read("/oauth/callback?error=access_denied&state=s", state), denied);
        for other in [
            "/oauth/callback?code=c&state=x",
            "/oauth/callback?error=x",
            "/favicon.ico",
            "//",
            "/?code=c&state=s",
        ] {
            assert_eq!(read(other, state), Brought::Nothing, "{other}");
        }
    }

    async fn get(port: u16, target: &str) -> String {
        let mut socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        let request = format!("GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn the_browser_is_answered_and_the_code_is_taken() {
        let callback = Callback::open().await.unwrap();
        let port = callback.port;
        let browser = async move {
            assert!(get(port, "/favicon.ico").await.starts_with("HTTP/1.1 404"));
            get(port, "/oauth/callback?code=c&state=s").await
        };
        let (code, page) = tokio::join!(callback.code("s"), browser);
        assert_eq!(code.unwrap(), "c");
        assert!(page.contains("You are signed in."), "{page}");
    }

    #[tokio::test]
    async fn a_connection_that_a_browser_opens_and_does_not_use_keeps_no_other_one_waiting() {
        let callback = Callback::open().await.unwrap();
        let port = callback.port;
        let browser = async move {
            let mut unused = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
            get(port, "/oauth/callback?code=c&state=s").await;
            let mut said = Vec::new();
            let _closed = unused.read_to_end(&mut said).await;
            said
        };
        let (code, said) = tokio::join!(callback.code("s"), browser);
        assert_eq!(code.unwrap(), "c");
        assert!(said.is_empty(), "it was waited for until it was given up");
    }
}
