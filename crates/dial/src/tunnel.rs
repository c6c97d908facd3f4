//! CONNECT: what a proxy is asked for, and what its answer means (RFC 9110, 9.3.6).

use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_model::{HostPort, LoginAnswer, Proxy, ProxyError, display_text};
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

use crate::error::shown;

/// The header of an answer; proxies add a page of text to a refusal, which is not read.
const LARGEST_HEADER_BYTES: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;
const LOGIN_WANTED: u16 = 407;

/// While nobody knows whether a proxy takes a login, one connection asks and the others wait: a wrong password that is sent
/// by all of them at once would lock the account.
static FIRST_LOGIN: Mutex<()> = Mutex::const_new(());

/// Where a proxy took the login before, the others wait no longer than this: the one that asks may do so for a host that
/// does not answer.
const FIRST_ANSWER: Duration = Duration::from_secs(5);

/// Asks the proxy at the other end of `stream` to connect to `host`. Afterwards the stream is that to the host.
pub(crate) async fn tunnel<S>(
    stream: &mut S,
    proxy: &Proxy,
    host: &HostPort,
    limit: Duration,
) -> Result<(), ProxyError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    tunnel_in_turn(&FIRST_LOGIN, stream, proxy, host, limit).await
}

async fn tunnel_in_turn<S>(
    turns: &Mutex<()>,
    stream: &mut S,
    proxy: &Proxy,
    host: &HostPort,
    limit: Duration,
) -> Result<(), ProxyError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let asking = async {
        let _alone = turn(turns, proxy).await;
        check_login(proxy)?;
        let answered = ask(stream, proxy, host).await;
        match &answered {
            Err(ProxyError::LoginRefused { .. }) => proxy.login_answered(false, now()),
            Ok(()) | Err(ProxyError::Refused { .. }) => proxy.login_answered(true, now()),
            Err(_) => {}
        }
        answered
    };
    let late = |_| ProxyError::TimedOut {
        proxy: proxy.to_string(),
        step: "CONNECT",
        seconds: limit.as_secs(),
    };
    timeout(limit, asking).await.map_err(late)?
}

/// Waits for the turn to ask, and holds it. None where nobody need wait, for what others learnt meanwhile too.
async fn turn<'t>(turns: &'t Mutex<()>, proxy: &Proxy) -> Option<MutexGuard<'t, ()>> {
    let turn = match proxy.login_answer(now()) {
        LoginAnswer::Accepted => None,
        LoginAnswer::AcceptedBefore => timeout(FIRST_ANSWER, turns.lock()).await.ok(),
        LoginAnswer::Open | LoginAnswer::Refused => Some(turns.lock().await),
    };
    turn.filter(|_| proxy.login_answer(now()) != LoginAnswer::Accepted)
}

async fn ask<S>(stream: &mut S, proxy: &Proxy, host: &HostPort) -> Result<(), ProxyError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let cut = |_: io::Error| ProxyError::Cut {
        proxy: proxy.to_string(),
        host: host.to_string(),
    };
    let request = request(proxy, host);
    stream
        .write_all(request.expose_secret().as_bytes())
        .await
        .map_err(cut)?;
    stream.flush().await.map_err(cut)?;
    let mut answer = Vec::with_capacity(1024);
    loop {
        if stream.read_buf(&mut answer).await.map_err(cut)? == 0 {
            return Err(match answer.is_empty() {
                true => cut(io::ErrorKind::UnexpectedEof.into()),
                false => not_a_proxy(proxy, "its answer ends too early"),
            });
        }
        if let Some(answer) = read_answer(&answer).map_err(|why| not_a_proxy(proxy, &why))? {
            return answer.judge(proxy, host);
        }
        if answer.len() > LARGEST_HEADER_BYTES {
            return Err(not_a_proxy(proxy, "its answer does not end"));
        }
    }
}

fn request(proxy: &Proxy, host: &HostPort) -> SecretString {
    let login = authorization(proxy)
        .map(|value| format!("Proxy-Authorization: {}\r\n", value.expose_secret()))
        .unwrap_or_default();
    let version = env!("CARGO_PKG_VERSION");
    format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: postern/{version}\r\n{login}\r\n").into()
}

/// The value of `Proxy-Authorization` for a proxy with a login: Basic, which is sent without being asked for, as by all
/// other tools.
#[must_use]
pub fn authorization(proxy: &Proxy) -> Option<SecretString> {
    let password = proxy.password()?.expose_secret();
    let login = SecretString::from(format!("{}:{password}", proxy.user()?));
    Some(format!("Basic {}", STANDARD.encode(login.expose_secret())).into())
}

pub(crate) fn now() -> std::time::Instant {
    tokio::time::Instant::now().into_std()
}

/// A whole header.
struct Answer {
    status: u16,
    /// What it asks for, without parameters.
    schemes: Vec<String>,
    /// Whether something follows the header of a success, where the host has not been spoken to.
    has_more: bool,
}

/// The answer once its header is whole.
fn read_answer(bytes: &[u8]) -> Result<Option<Answer>, String> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut answer = httparse::Response::new(&mut headers);
    let end = match answer.parse(bytes) {
        Ok(httparse::Status::Complete(end)) => end,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(error) => return Err(display_text(&error.to_string())),
    };
    let asked = answer
        .headers
        .iter()
        .filter(|header| header.name.eq_ignore_ascii_case("proxy-authenticate"));
    Ok(Some(Answer {
        status: answer.code.unwrap_or_default(),
        schemes: asked.flat_map(|header| schemes(header.value)).collect(),
        has_more: end < bytes.len(),
    }))
}

/// Whether the login may be sent: one that was refused is left alone for a while.
///
/// # Errors
/// [`ProxyError::LoginRefused`].
pub fn check_login(proxy: &Proxy) -> Result<(), ProxyError> {
    if proxy.login_answer(now()) == LoginAnswer::Refused {
        return Err(login_refused(proxy));
    }
    Ok(())
}

/// What a proxy's answer to a request means that was handed to it whole. A refused login is remembered, so that it is not
/// sent again by every request. `challenges` are the values of `Proxy-Authenticate`.
///
/// # Errors
/// The same as of a refused CONNECT, if the answer is the proxy's own: [`ProxyError::LoginRefused`],
/// [`ProxyError::LoginMissing`] or [`ProxyError::LoginUnknown`].
pub fn check_forwarded<'a>(
    proxy: &Proxy,
    status: u16,
    challenges: impl Iterator<Item = &'a [u8]>,
) -> Result<(), ProxyError> {
    if status != LOGIN_WANTED {
        proxy.login_answered(true, now());
        return Ok(());
    }
    let answer = Answer {
        status,
        schemes: challenges.flat_map(schemes).collect(),
        has_more: false,
    };
    let error = answer.asks_for_login(proxy);
    if matches!(error, ProxyError::LoginRefused { .. }) {
        proxy.login_answered(false, now());
    }
    Err(error)
}

/// The schemes of a challenge, without their parameters.
fn schemes(challenge: &[u8]) -> Vec<String> {
    let text = display_text(&String::from_utf8_lossy(challenge));
    let first_word = |part: &str| part.split_whitespace().next().map(ToOwned::to_owned);
    let is_name = |word: &String| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    text.split(',').filter_map(first_word).filter(is_name).collect()
}

impl Answer {
    fn judge(self, proxy: &Proxy, host: &HostPort) -> Result<(), ProxyError> {
        match self.status {
            200..300 if self.has_more => Err(not_a_proxy(proxy, "it speaks before the host can")),
            200..300 => Ok(()),
            LOGIN_WANTED => Err(self.asks_for_login(proxy)),
            status => Err(ProxyError::Refused {
                proxy: proxy.to_string(),
                host: host.to_string(),
                status,
            }),
        }
    }

    fn asks_for_login(self, proxy: &Proxy) -> ProxyError {
        let takes_basic = self.schemes.is_empty()
            || self
                .schemes
                .iter()
                .any(|scheme| scheme.eq_ignore_ascii_case("basic"));
        match proxy.user() {
            _ if !takes_basic => ProxyError::LoginUnknown {
                proxy: proxy.to_string(),
                schemes: self.schemes.join(", "),
            },
            Some(_) => login_refused(proxy),
            None => ProxyError::LoginMissing {
                proxy: proxy.to_string(),
            },
        }
    }
}

fn login_refused(proxy: &Proxy) -> ProxyError {
    ProxyError::LoginRefused {
        proxy: proxy.to_string(),
        user: display_text(proxy.user().unwrap_or_default()),
    }
}

fn not_a_proxy(proxy: &Proxy, why: &str) -> ProxyError {
    ProxyError::NotAProxy {
        proxy: proxy.to_string(),
        detail: why.to_owned(),
    }
}

/// DNS or TCP on the way to the proxy itself failed.
pub(crate) fn unreachable(proxy: &Proxy, error: &io::Error) -> ProxyError {
    ProxyError::Unreachable {
        proxy: proxy.to_string(),
        detail: shown(error),
    }
}

#[cfg(test)]
mod tests;
