//! Why a request is refused, and the answer that says so.

use thiserror::Error;

/// So much of what a client said is shown.
const SHOWN_CHARS: usize = 100;

/// Why a request of a forward that browsers use is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WebRefusal {
    /// It is meant for another host, as with DNS rebinding.
    #[error("it is meant for {0:?}, which is not this forward")]
    ForeignHost(String),
    /// It names no host, or several.
    #[error("it names no host, or more than one")]
    NoHost,
    /// A page of another site sent it.
    #[error("a page of another site sent it ({0})")]
    ForeignOrigin(String),
    /// It is nothing that can be looked at.
    #[error("it is no HTTP of version 1, and nothing else goes through a forward that is marked as web")]
    NotHttp,
    /// It is encrypted.
    #[error("it is encrypted (TLS), and a forward that is marked as web must be able to read it")]
    Tls,
    /// It is HTTP of another version.
    #[error("it is HTTP of another version than 1.0 and 1.1")]
    OtherVersion,
    /// Its head is too long.
    #[error("its head is too long")]
    HeadTooLong,
    /// It does not say clearly where it ends.
    #[error("it does not say clearly where it ends")]
    Framing,
    /// Its client goes on in another protocol without waiting.
    #[error("more came before the answer to its upgrade")]
    BeforeUpgrade,
}

impl WebRefusal {
    pub(crate) fn foreign_host(host: &str) -> Self {
        Self::ForeignHost(shown(host))
    }

    pub(crate) fn foreign_origin(origin: &str) -> Self {
        Self::ForeignOrigin(shown(origin))
    }

    /// What the user can do about it, one sentence.
    pub(crate) fn next_step(&self) -> &'static str {
        match self {
            Self::ForeignHost(_) | Self::NoHost => "Open the forward as localhost with its port.",
            Self::ForeignOrigin(_) => {
                "Nothing need be done, unless that page is yours: then the forward must not be marked as web."
            }
            Self::NotHttp | Self::Tls | Self::OtherVersion | Self::BeforeUpgrade => {
                "Take the mark of a web forward away if browsers are not what uses it."
            }
            Self::HeadTooLong => "Delete the cookies of localhost in the browser.",
            Self::Framing => "Look at the program that sent it.",
        }
    }

    /// What its client is told: a whole HTTP answer.
    pub(crate) fn answer(&self) -> Vec<u8> {
        let status = match self {
            Self::ForeignHost(_) | Self::NoHost => "421 Misdirected Request",
            Self::ForeignOrigin(_) => "403 Forbidden",
            Self::NotHttp | Self::Tls | Self::Framing | Self::BeforeUpgrade => "400 Bad Request",
            Self::OtherVersion => "505 HTTP Version Not Supported",
            Self::HeadTooLong => "431 Request Header Fields Too Large",
        };
        text(
            status,
            &format!("Postern refused this request: {self}. It did not reach the node.\n"),
        )
    }
}

/// A whole answer of plain text, behind which the connection ends.
pub(crate) fn text(status: &str, body: &str) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n\
Cache-Control: no-store\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    (head + body).into_bytes()
}

fn shown(text: &str) -> String {
    text.chars()
        .take(SHOWN_CHARS)
        .filter(|c| !c.is_control())
        .collect()
}
