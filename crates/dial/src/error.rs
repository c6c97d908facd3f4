//! Why a connection is not there.

use std::io;
use std::path::PathBuf;

use postern_model::{ProxyError, display_text, ended, system_text};
use thiserror::Error;

/// Why a connection could not be made. What the system or rustls said is its source.
#[derive(Debug, Error)]
pub enum DialError {
    /// DNS or TCP failed.
    #[error("{host} cannot be reached")]
    Unreachable {
        /// Where it was to go.
        host: String,
        /// What the system said.
        source: io::Error,
    },
    /// One step took too long.
    #[error("{host} did not answer within {seconds} seconds ({step}).")]
    TimedOut {
        /// Where it was to go.
        host: String,
        /// `connect` or `TLS`.
        step: &'static str,
        /// The limit.
        seconds: u64,
    },
    /// The certificates to trust cannot be read.
    #[error("the certificates cannot be read: {}", ended(detail))]
    Certificates {
        /// The bundle, or the system's store.
        path: Option<PathBuf>,
        /// What is wrong.
        detail: String,
    },
    /// TLS failed for a reason that stays.
    #[error("no secure connection to {host}")]
    Tls {
        /// Where it was to go.
        host: String,
        /// What rustls said.
        source: io::Error,
    },
    /// The connection was cut in the middle of a handshake, which may pass.
    #[error("the connection was cut")]
    Cut {
        /// What the system said.
        source: io::Error,
    },
    /// A proxy on the way did not connect.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
}

/// What a library said, safe to show.
pub(crate) fn shown(error: &io::Error) -> String {
    match error.get_ref() {
        Some(_) => display_text(&error.to_string()),
        None => system_text(error),
    }
}
