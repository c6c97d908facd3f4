//! What can go wrong with a session: each error names the cause, `next_step` names the remedy.

use std::path::PathBuf;

use postern_model::{ControlError, KmsKey, StreamUrlError, ended};
use postern_protocol::{ChannelFailure, InvalidDataKey};
use thiserror::Error;

use crate::{AgentWords, SessionEnd};

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
    /// The agent closed the session because it failed on the node.
    #[error("The SSM agent failed on the node: {0}")]
    Agent(AgentWords),
    /// The session cannot go on, and AWS could not be told: it is told again for as long as the program runs.
    #[error(
        "{0} AWS could not be told that the session is over. {kept}",
        kept = SessionEnd::KEPT_BY_AWS
    )]
    LeftBehind(#[source] Box<SessionError>),
    /// A defect in Postern ended this session; others go on.
    #[error("Postern made a mistake and lost this session.")]
    Crashed,
}

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
            Self::Agent(_) => "agent",
            Self::LeftBehind(cause) => cause.code(),
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
            Self::Channel(failure) => failure.next_step().to_owned(),
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
            Self::Agent(_) => {
                "Open a new session; if it fails again, read the agent's log on the node.".to_owned()
            }
            Self::LeftBehind(cause) => cause.next_step(),
            Self::Crashed => "Open a new session, and report what you did.".to_owned(),
        }
    }

    /// What AWS said, where that says more than the cause.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Control(error) | Self::DataKey(error) => error.detail(),
            Self::LeftBehind(cause) => cause.detail(),
            Self::StreamUrl(_)
            | Self::Link(_)
            | Self::Channel(_)
            | Self::WrongKey { .. }
            | Self::NoTarget
            | Self::MalformedDataKey(_)
            | Self::DataKeyTimedOut { .. }
            | Self::NotResumable(_)
            | Self::Agent(_)
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
            | Self::Agent(_)
            | Self::LeftBehind(_)
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

#[cfg(test)]
mod tests {
    use postern_model::{Region, SessionId};

    use super::*;

    /// What libraries and systems say, with and without a full stop.
    const SAID: [&str; 3] = [
        "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/manual/index.html",
        "Connection refused",
        "No certificate is in there.",
    ];

    /// One of each. Whoever adds a variant adds it here: the match below does not compile without it.
    fn links(said: &str) -> Vec<LinkError> {
        let (host, detail) = (
            "ssmmessages.eu-central-1.amazonaws.com".to_owned(),
            said.to_owned(),
        );
        let all = vec![
            LinkError::BadAddress {
                host: host.clone(),
                detail: detail.clone(),
            },
            LinkError::Unreachable {
                host: host.clone(),
                detail: detail.clone(),
            },
            LinkError::TimedOut {
                host: host.clone(),
                step: "TLS",
                seconds: 15,
            },
            LinkError::Certificates {
                path: None,
                detail: detail.clone(),
            },
            LinkError::Certificates {
                path: Some("bundle.pem".into()),
                detail: detail.clone(),
            },
            LinkError::Tls {
                host: host.clone(),
                detail: detail.clone(),
            },
            LinkError::Refused {
                host: host.clone(),
                status: 403,
            },
            LinkError::Refused {
                host: host.clone(),
                status: 502,
            },
            LinkError::NotWebSocket {
                host,
                detail: detail.clone(),
            },
            LinkError::Closed {
                code: Some(1000),
                reason: "Bye".into(),
            },
            LinkError::Closed {
                code: None,
                reason: String::new(),
            },
            LinkError::Broken { detail },
            LinkError::TooLarge { limit_bytes: 1 },
            LinkError::Silent,
        ];
        for error in &all {
            match error {
                LinkError::BadAddress { .. }
                | LinkError::Unreachable { .. }
                | LinkError::TimedOut { .. }
                | LinkError::Certificates { .. }
                | LinkError::Tls { .. }
                | LinkError::Refused { .. }
                | LinkError::NotWebSocket { .. }
                | LinkError::Closed { .. }
                | LinkError::Broken { .. }
                | LinkError::TooLarge { .. }
                | LinkError::Silent => {}
            }
        }
        all
    }

    fn channels() -> Vec<ChannelFailure> {
        let all = vec![
            ChannelFailure::UnknownAction {
                action: "Telepathy".into(),
            },
            ChannelFailure::UnsupportedSessionType { name: "Port".into() },
            ChannelFailure::UnsupportedSessionType { name: "New".into() },
            ChannelFailure::Malformed {
                payload: "handshake request",
            },
            ChannelFailure::Contradiction { what: "two keys" },
            ChannelFailure::NotEncrypted,
            ChannelFailure::EncryptionOff {
                key_id: "alias/ops".into(),
            },
            ChannelFailure::EarlyData,
            ChannelFailure::OutOfOrder {
                payload: "handshake request",
            },
            ChannelFailure::ChallengeFailed,
            ChannelFailure::Undecipherable { sequence: 3 },
        ];
        for failure in &all {
            match failure {
                ChannelFailure::UnknownAction { .. }
                | ChannelFailure::UnsupportedSessionType { .. }
                | ChannelFailure::Malformed { .. }
                | ChannelFailure::Contradiction { .. }
                | ChannelFailure::NotEncrypted
                | ChannelFailure::EncryptionOff { .. }
                | ChannelFailure::EarlyData
                | ChannelFailure::OutOfOrder { .. }
                | ChannelFailure::ChallengeFailed
                | ChannelFailure::Undecipherable { .. } => {}
            }
        }
        all
    }

    fn sessions(said: &str) -> Vec<SessionError> {
        let control = || ControlError::Unreachable {
            endpoint: "ssm".into(),
            detail: said.to_owned(),
        };
        let host = || "evil.example".to_owned();
        let region = Region::parse("eu-central-1").unwrap();
        let agent = SessionEnd::Closed {
            output: format!("Plugin crashed with message {said}"),
        };
        let mut all = vec![
            SessionError::Control(control()),
            SessionError::Control(ControlError::SessionGone {
                session: SessionId::parse("ops-1").unwrap(),
            }),
            SessionError::StreamUrl(StreamUrlError::NotAUrl),
            SessionError::StreamUrl(StreamUrlError::UnexpectedParts { host: host() }),
            SessionError::StreamUrl(StreamUrlError::NotEncrypted { host: host() }),
            SessionError::StreamUrl(StreamUrlError::ForeignHost { host: host(), region }),
            SessionError::WrongKey {
                named: "key/1".into(),
                pinned: KmsKey::parse("alias/ops").unwrap(),
            },
            SessionError::NoTarget,
            SessionError::DataKey(control()),
            SessionError::MalformedDataKey(InvalidDataKey { len: 3 }),
            SessionError::DataKeyTimedOut { seconds: 10 },
            SessionError::NotResumable(LinkError::Silent),
            SessionError::Agent(agent.agent_failure().unwrap()),
            SessionError::LeftBehind(Box::new(SessionError::Crashed)),
            SessionError::Crashed,
        ];
        all.extend(links(said).into_iter().map(SessionError::Link));
        all.extend(channels().into_iter().map(SessionError::Channel));
        for error in &all {
            match error {
                SessionError::Control(_)
                | SessionError::StreamUrl(_)
                | SessionError::Link(_)
                | SessionError::Channel(_)
                | SessionError::WrongKey { .. }
                | SessionError::NoTarget
                | SessionError::DataKey(_)
                | SessionError::MalformedDataKey(_)
                | SessionError::DataKeyTimedOut { .. }
                | SessionError::NotResumable(_)
                | SessionError::Agent(_)
                | SessionError::LeftBehind(_)
                | SessionError::Crashed => {}
            }
        }
        all
    }

    /// Whether one of the sentences tells what to do.
    fn advises(text: &str) -> bool {
        const ADVICE: [&str; 12] = [
            "Ask", "Change", "Check", "Choose", "Correct", "Open", "Pin", "Read", "Set", "Update", "Use",
            "Wait",
        ];
        text.split(". ").any(|sentence| {
            ADVICE
                .iter()
                .any(|verb| sentence.starts_with(&format!("{verb} ")))
        })
    }

    #[test]
    fn every_error_names_its_cause_and_one_next_step_without_a_librarys_address() {
        for error in SAID.into_iter().flat_map(sessions) {
            let (cause, step) = (error.to_string(), error.next_step());
            for text in [&cause, &step] {
                assert!(text.ends_with('.') && !text.contains(".."), "{text}");
                assert!(!text.contains("docs.rs"), "{text}");
            }
            assert!(!advises(&cause), "the cause gives the next step a rival: {cause}");
        }
    }
}
