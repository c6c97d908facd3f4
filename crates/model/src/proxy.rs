//! A company's proxy, and which hosts are reached through it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;
use url::Url;

use crate::HostPort;

/// A login that was refused once, twice, and more often in a row is left alone for so many minutes: directories lock
/// accounts after a few wrong passwords in half an hour. A session that waits is still tried before AWS forgets it.
const LEAVE_ALONE_MINUTES: [u64; 3] = [1, 5, 15];

/// A login that was taken is as good as known for so long. Later the password may have been changed.
const RECENT: Duration = Duration::from_secs(5);

/// An HTTP proxy that connects through (CONNECT).
#[derive(Clone)]
pub struct Proxy {
    place: HostPort,
    is_encrypted: bool,
    login: Option<Arc<ProxyLogin>>,
}

/// Who asks a proxy, and what is known of how it answered.
struct ProxyLogin {
    user: String,
    password: SecretString,
    memory: Mutex<Memory>,
}

#[derive(Clone, Copy)]
enum Memory {
    Nothing,
    Accepted { at: Instant },
    Refused { at: Instant, times: usize },
}

/// What a proxy said of a login so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginAnswer {
    /// It was not asked yet, or its refusal is long ago: one question at a time.
    Open,
    /// It took the login a moment ago.
    Accepted,
    /// It took the login, but that is a while ago: one question first.
    AcceptedBefore,
    /// It refused it not long ago, and is not asked again now.
    Refused,
}

/// Why a text is no proxy. None of them repeats the text, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidProxy {
    /// It cannot be parsed.
    #[error(
        "it is not an address such as http://proxy.example:8080 (percent-encode special characters of a password)"
    )]
    NotAnAddress,
    /// Its scheme is one of SOCKS.
    #[error("it is a SOCKS proxy, and Postern uses HTTP proxies only (http:// or https://)")]
    Socks,
    /// Its scheme is another one.
    #[error("its scheme is neither http nor https")]
    Scheme,
}

impl Proxy {
    /// Parses `[scheme://][user[:password]@]host[:port]`. Without a scheme it is `http`, without a port the scheme's own,
    /// both as for the AWS CLI.
    ///
    /// # Errors
    /// [`InvalidProxy`].
    pub fn parse(text: &str) -> Result<Self, InvalidProxy> {
        let text = text.trim();
        let url = match text.split_once("://") {
            Some(_) => Url::parse(text),
            None => Url::parse(&format!("http://{}", text.trim_start_matches('/'))),
        };
        let url = url.map_err(|_| InvalidProxy::NotAnAddress)?;
        let is_encrypted = match url.scheme() {
            "http" => false,
            "https" => true,
            scheme if scheme.starts_with("socks") => return Err(InvalidProxy::Socks),
            _ => return Err(InvalidProxy::Scheme),
        };
        let is_bare = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
        let place = HostPort::of_url(&url).filter(|_| is_bare);
        let proxy = Self {
            place: place.ok_or(InvalidProxy::NotAnAddress)?,
            is_encrypted,
            login: None,
        };
        if url.username().is_empty() && url.password().is_none() {
            return Ok(proxy);
        }
        let password = decoded(url.password().unwrap_or_default());
        Ok(proxy.with_login(&decoded(url.username()), password.into()))
    }

    /// The same with a user and a password.
    #[must_use]
    pub fn with_login(self, user: &str, password: SecretString) -> Self {
        let login = ProxyLogin {
            user: user.to_owned(),
            password,
            memory: Mutex::new(Memory::Nothing),
        };
        Self {
            login: Some(Arc::new(login)),
            ..self
        }
    }

    /// Where it is.
    #[must_use]
    pub fn place(&self) -> &HostPort {
        &self.place
    }

    /// Whether TLS is spoken with the proxy itself.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.is_encrypted
    }

    /// The user, if there is one.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.login.as_ref().map(|login| login.user.as_str())
    }

    /// The password of that user.
    #[must_use]
    pub fn password(&self) -> Option<&SecretString> {
        self.login.as_ref().map(|login| &login.password)
    }

    /// What the proxy said of its login so far, as that counts now. Clones share it. A proxy without a login has nothing to refuse.
    #[must_use]
    pub fn login_answer(&self, now: Instant) -> LoginAnswer {
        let Some(login) = &self.login else {
            return LoginAnswer::Accepted;
        };
        match *login.memory.lock().unwrap_or_else(PoisonError::into_inner) {
            Memory::Nothing => LoginAnswer::Open,
            Memory::Accepted { at } if now.saturating_duration_since(at) < RECENT => LoginAnswer::Accepted,
            Memory::Accepted { .. } => LoginAnswer::AcceptedBefore,
            Memory::Refused { at, times } if now.saturating_duration_since(at) < leave_alone(times) => {
                LoginAnswer::Refused
            }
            Memory::Refused { .. } => LoginAnswer::Open,
        }
    }

    /// Remembers whether the proxy took its login.
    pub fn login_answered(&self, accepted: bool, now: Instant) {
        if let Some(login) = &self.login {
            let mut memory = login.memory.lock().unwrap_or_else(PoisonError::into_inner);
            *memory = match *memory {
                _ if accepted => Memory::Accepted { at: now },
                Memory::Refused { times, .. } => Memory::Refused {
                    at: now,
                    times: times.saturating_add(1),
                },
                Memory::Accepted { .. } | Memory::Nothing => Memory::Refused { at: now, times: 1 },
            };
        }
    }
}

/// How long a login is left alone that was refused so many times in a row.
fn leave_alone(times: usize) -> Duration {
    let [first, second, later] = LEAVE_ALONE_MINUTES;
    let minutes = match times {
        0 | 1 => first,
        2 => second,
        _ => later,
    };
    Duration::from_secs(60 * minutes)
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// For people: never with the user or the password.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.place.fmt(f)
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({})", self.place)
    }
}

impl PartialEq for Proxy {
    fn eq(&self, other: &Self) -> bool {
        let password = |proxy: &Self| proxy.password().map(|text| text.expose_secret().to_owned());
        (&self.place, self.is_encrypted, self.user()) == (&other.place, other.is_encrypted, other.user())
            && password(self) == password(other)
    }
}

impl Eq for Proxy {}

#[cfg(test)]
mod tests;
