//! Why the data channel's socket is not there, and what to do about it.

use std::path::PathBuf;

use postern_model::{ProxyError, ended};
use thiserror::Error;

/// Why the data channel's socket is not there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinkError {
    /// The address cannot be put into an HTTP request.
    #[error("The stream address at {host} cannot be used: {}", ended(detail))]
    BadAddress {
        /// Where it points.
        host: String,
        /// What is wrong.
        detail: String,
    },
    /// DNS or TCP failed.
    #[error("{host} cannot be reached: {}", ended(detail))]
    Unreachable {
        /// Where the data channel is.
        host: String,
        /// What the system said.
        detail: String,
    },
    /// The connection or one of its handshakes took too long.
    #[error("{host} did not answer within {seconds} seconds ({step}).")]
    TimedOut {
        /// Where the data channel is.
        host: String,
        /// `connect`, `TLS` or `WebSocket`.
        step: &'static str,
        /// The limit.
        seconds: u64,
    },
    /// A proxy on the way did not connect.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// The certificates to trust cannot be read.
    #[error("The certificates in {} cannot be read: {}", path.as_ref().map_or("the system's store".to_owned(), |p| p.display().to_string()), ended(detail))]
    Certificates {
        /// The configured file, or the system's store.
        path: Option<PathBuf>,
        /// What is wrong.
        detail: String,
    },
    /// TLS failed.
    #[error("No secure connection to {host}: {}", ended(detail))]
    Tls {
        /// Where the data channel is.
        host: String,
        /// What rustls said.
        detail: String,
    },
    /// The gateway answered the upgrade with something else.
    #[error("{host} refused the data channel with HTTP status {status}.")]
    Refused {
        /// Where the data channel is.
        host: String,
        /// For example 403.
        status: u16,
    },
    /// The answer to the upgrade is not a WebSocket's.
    #[error("{host} does not speak WebSocket: {}", ended(detail))]
    NotWebSocket {
        /// Where the data channel is.
        host: String,
        /// What is wrong.
        detail: String,
    },
    /// The gateway closed the socket; AWS does that about every hour.
    #[error("AWS closed the link{}.", close_words(*code, reason))]
    Closed {
        /// The close code, if there was a close frame.
        code: Option<u16>,
        /// Its text, safe to show.
        reason: String,
    },
    /// The socket broke.
    #[error("The link broke: {}", ended(detail))]
    Broken {
        /// What the system said.
        detail: String,
    },
    /// The peer sent more than any agent does in one message.
    #[error("The link was dropped: a message was larger than {limit_bytes} bytes.")]
    TooLarge {
        /// The limit.
        limit_bytes: usize,
    },
    /// Pings were not answered.
    #[error("The link is dead: pings are not answered.")]
    Silent,
}

impl LinkError {
    /// What the user can do about it.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::BadAddress { .. } => "Check the endpoint setting of the AWS configuration.",
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Broken { .. } | Self::Silent => {
                "Check the network of this computer, its VPN and firewall."
            }
            Self::Proxy(error) => error.next_step(),
            Self::Certificates { .. } => {
                "Correct AWS_CA_BUNDLE or ca_bundle, or the system's certificate store."
            }
            Self::Tls { .. } => {
                "If a proxy inspects traffic here, set AWS_CA_BUNDLE to its certificate; else check the endpoint setting."
            }
            Self::Refused {
                status: 401 | 403, ..
            } => {
                "Ask for a policy that allows ssmmessages:OpenDataChannel, and check the clock of this computer."
            }
            Self::Refused { .. } | Self::NotWebSocket { .. } => {
                "Check the endpoint setting and any proxy between this computer and AWS."
            }
            Self::Closed { .. } => "Wait: the session is resumed as long as AWS has it.",
            Self::TooLarge { .. } => "Check that the endpoint is really AWS.",
        }
    }

    /// Whether trying again may help without anybody doing anything.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::BadAddress { .. }
            | Self::Certificates { .. }
            | Self::Tls { .. }
            | Self::NotWebSocket { .. } => false,
            Self::Proxy(error) => error.may_pass(),
            Self::Refused { status, .. } => *status >= 500 || matches!(status, 408 | 425 | 429),
            Self::Unreachable { .. }
            | Self::TimedOut { .. }
            | Self::Closed { .. }
            | Self::Broken { .. }
            | Self::TooLarge { .. }
            | Self::Silent => true,
        }
    }
}

fn close_words(code: Option<u16>, reason: &str) -> String {
    match (code, reason.is_empty()) {
        (None, _) => String::new(),
        (Some(code), true) => format!(" (code {code})"),
        (Some(code), false) => format!(" (code {code}, {reason})"),
    }
}
