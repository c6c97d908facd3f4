//! What can go wrong with a session: each error names the cause, `next_step` names the remedy.

use std::path::PathBuf;

use postern_model::{ControlError, KmsKey, StreamUrlError};
use postern_protocol::{ChannelFailure, InvalidDataKey};
use thiserror::Error;

/// Why a session could not be started or kept, or why it has to be resumed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SessionError {
    /// A call to AWS failed.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The address of the data channel was refused; nothing was sent there.
    #[error(transparent)]
    StreamUrl(#[from] StreamUrlError),
    /// The data channel's socket could not be opened, or was lost.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The agent asked for something that this version cannot do, or broke the handshake.
    #[error(transparent)]
    Channel(#[from] ChannelFailure),
    /// The session is to be encrypted with another key than the connection allows.
    #[error(
        "The session is to be encrypted with the KMS key {named}, and this connection allows only {pinned}."
    )]
    WrongKey {
        /// The key as the agent or KMS named it, safe to show.
        named: String,
        /// The only key allowed.
        pinned: KmsKey,
    },
    /// The session is to be encrypted, and nobody said what the target of StartSession was, which KMS must be told.
    #[error("The session is to be encrypted, and its target is not known.")]
    NoTarget,
    /// KMS made no key for the session.
    #[error("The session is to be encrypted, and there is no key for it: {0}")]
    DataKey(#[source] ControlError),
    /// KMS made a key of another kind.
    #[error("The session cannot be encrypted: {0}")]
    MalformedDataKey(#[from] InvalidDataKey),
    /// KMS took longer than the agent waits.
    #[error("The session is to be encrypted, and KMS made no key for it within {seconds} seconds.")]
    DataKeyTimedOut {
        /// The limit.
        seconds: u64,
    },
    /// A session whose address AWS signed in advance cannot be resumed: there are no credentials to ask with.
    #[error("The link was lost and a session with a presigned address cannot be resumed: {0}")]
    NotResumable(LinkError),
    /// A defect in Postern ended this session; others go on.
    #[error("Postern made a mistake and lost this session.")]
    Crashed,
}

/// Why the data channel's socket is not there.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LinkError {
    /// The address cannot be put into an HTTP request.
    #[error("The stream address at {host} cannot be used: {detail}")]
    BadAddress {
        /// Where it points.
        host: String,
        /// What is wrong.
        detail: String,
    },
    /// DNS or TCP failed.
    #[error("{host} cannot be reached: {detail}")]
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
    /// The certificates to trust cannot be read.
    #[error("The certificates in {} cannot be read: {detail}", path.as_ref().map_or("the system's store".to_owned(), |p| p.display().to_string()))]
    Certificates {
        /// The configured file, or the system's store.
        path: Option<PathBuf>,
        /// What is wrong.
        detail: String,
    },
    /// TLS failed.
    #[error("No secure connection to {host}: {detail}")]
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
    #[error("{host} does not speak WebSocket: {detail}")]
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
    #[error("The link broke: {detail}")]
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

impl SessionError {
    /// A stable word for the interface to act on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Control(error) => error.code(),
            Self::StreamUrl(_) => "stream-url",
            Self::Link(_) => "link",
            Self::Channel(_) => "handshake",
            Self::WrongKey { .. } => "wrong-key",
            Self::NoTarget => "no-target",
            Self::DataKey(error) => error.code(),
            Self::MalformedDataKey(_) => "malformed-data-key",
            Self::DataKeyTimedOut { .. } => "data-key-timed-out",
            Self::NotResumable(_) => "not-resumable",
            Self::Crashed => "crashed",
        }
    }

    /// What the user can do about it, one sentence.
    #[must_use]
    pub fn next_step(&self) -> String {
        match self {
            Self::Control(error) | Self::DataKey(error) => error.next_step(),
            Self::StreamUrl(error) => error.next_step().to_owned(),
            Self::Link(error) => error.next_step().to_owned(),
            Self::Channel(_) => {
                "Choose another document, or change the session preferences of the account.".to_owned()
            }
            Self::WrongKey { .. } => {
                "Ask who changed the key in the session preferences; if the change is right, pin the new key."
                    .to_owned()
            }
            Self::NoTarget => "Update the AWS CLI: this one does not tell its plugin the target.".to_owned(),
            Self::MalformedDataKey(_) => "Check that the endpoint of KMS is really AWS.".to_owned(),
            Self::DataKeyTimedOut { .. } => {
                "Check that KMS can be reached from this computer, then open a new session.".to_owned()
            }
            Self::NotResumable(_) => "Open a new session.".to_owned(),
            Self::Crashed => "Open a new session, and report what you did.".to_owned(),
        }
    }

    /// What AWS said, where that says more than the cause.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Control(error) | Self::DataKey(error) => error.detail(),
            Self::StreamUrl(_)
            | Self::Link(_)
            | Self::Channel(_)
            | Self::WrongKey { .. }
            | Self::NoTarget
            | Self::MalformedDataKey(_)
            | Self::DataKeyTimedOut { .. }
            | Self::NotResumable(_)
            | Self::Crashed => None,
        }
    }

    /// Whether trying again may help without anybody doing anything.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Control(error) => error.may_pass(),
            Self::Link(error) => error.may_pass(),
            Self::StreamUrl(_)
            | Self::Channel(_)
            | Self::WrongKey { .. }
            | Self::NoTarget
            | Self::DataKey(_)
            | Self::MalformedDataKey(_)
            | Self::DataKeyTimedOut { .. }
            | Self::NotResumable(_)
            | Self::Crashed => false,
        }
    }

    /// Whether nothing but other credentials can help.
    #[must_use]
    pub fn waits_for_credentials(&self) -> bool {
        matches!(
            self,
            Self::Control(
                ControlError::CredentialsExpired { .. }
                    | ControlError::NoCredentials { .. }
                    | ControlError::InvalidCredentials { .. }
            )
        )
    }
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

    fn may_pass(&self) -> bool {
        match self {
            Self::BadAddress { .. }
            | Self::Certificates { .. }
            | Self::Tls { .. }
            | Self::NotWebSocket { .. } => false,
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
