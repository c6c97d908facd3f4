//! What can go wrong at a proxy on the way to AWS, and what to do about it.

use thiserror::Error;

use crate::ended;

/// Why a proxy did not connect. Proxies are named by host and port; no user's password is in any of them.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ProxyError {
    /// DNS or TCP failed on the way to the proxy itself.
    #[error("The proxy {proxy} cannot be reached: {}", ended(detail))]
    Unreachable {
        /// Host and port.
        proxy: String,
        /// What the system said.
        detail: String,
    },
    /// The proxy took too long.
    #[error("The proxy {proxy} did not answer within {seconds} seconds ({step}).")]
    TimedOut {
        /// Host and port.
        proxy: String,
        /// `connect`, `TLS` or `CONNECT`.
        step: &'static str,
        /// The limit.
        seconds: u64,
    },
    /// No TLS with a proxy that is reached by `https`.
    #[error("No secure connection to the proxy {proxy}: {}", ended(detail))]
    Tls {
        /// Host and port.
        proxy: String,
        /// What rustls said.
        detail: String,
    },
    /// It wants a user and a password, and there are none.
    #[error("The proxy {proxy} asks for a user and a password.")]
    LoginMissing {
        /// Host and port.
        proxy: String,
    },
    /// It does not take the user and the password.
    #[error("The proxy {proxy} does not accept the password of {user}.")]
    LoginRefused {
        /// Host and port.
        proxy: String,
        /// The user.
        user: String,
    },
    /// It wants a login of another kind than Basic.
    #[error(
        "The proxy {proxy} asks for a login by {schemes}, and Postern knows only user and password (Basic)."
    )]
    LoginUnknown {
        /// Host and port.
        proxy: String,
        /// What it asks for, such as `Negotiate, NTLM`.
        schemes: String,
    },
    /// It does not connect to the host.
    #[error("The proxy {proxy} refused to connect to {host} (HTTP {status}).")]
    Refused {
        /// Host and port.
        proxy: String,
        /// Where it was to connect to.
        host: String,
        /// Such as 403.
        status: u16,
    },
    /// It closed the connection instead of answering.
    #[error("The proxy {proxy} closed the connection before it was through to {host}.")]
    Cut {
        /// Host and port.
        proxy: String,
        /// Where it was to connect to.
        host: String,
    },
    /// What answers there is no HTTP proxy.
    #[error("{proxy} does not answer like an HTTP proxy: {}", ended(detail))]
    NotAProxy {
        /// Host and port.
        proxy: String,
        /// What is wrong.
        detail: String,
    },
}

impl ProxyError {
    /// What the user can do about it.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Cut { .. } => {
                "Check the proxy in HTTPS_PROXY or in the settings, and the network of this computer."
            }
            Self::Tls { .. } => {
                "Check whether the proxy is reached by http instead, or set AWS_CA_BUNDLE to its certificate."
            }
            Self::LoginMissing { .. } => {
                "Set user and password in the settings, or in HTTPS_PROXY as http://user:password@host:port."
            }
            Self::LoginRefused { .. } => {
                "Correct the password in the settings or in HTTPS_PROXY; this one is sent again only after minutes, so that no account is locked."
            }
            Self::LoginUnknown { .. } => {
                "Use a proxy on this computer that signs in for you (for example Px or cntlm), or ask for an exception."
            }
            Self::Refused { .. } => {
                "Ask for an exception for this host on port 443, or list it in NO_PROXY if it can be reached directly."
            }
            Self::NotAProxy { .. } => {
                "Check host, port and scheme of the proxy in HTTPS_PROXY or in the settings."
            }
        }
    }

    /// Whether trying again may help without anybody doing anything.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TimedOut { .. } | Self::Cut { .. } => true,
            Self::Refused { status, .. } => *status >= 500 || matches!(status, 408 | 425 | 429),
            Self::Tls { .. }
            | Self::LoginMissing { .. }
            | Self::LoginRefused { .. }
            | Self::LoginUnknown { .. }
            | Self::NotAProxy { .. } => false,
        }
    }
}
