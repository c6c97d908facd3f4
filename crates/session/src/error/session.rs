//! Why a session could not be started or kept, or has to be resumed, and what to do about it.

use postern_model::{ControlError, KmsKey, StreamUrlError};
use postern_protocol::{ChannelFailure, InvalidDataKey, RestoreError};
use thiserror::Error;

use super::LinkError;
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
    /// A session that was left or lost cannot be gone on with here. It is as it was.
    #[error(transparent)]
    Restore(#[from] RestoreError),
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
            Self::Restore(_) => "not-restorable",
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
            Self::Restore(error) => error.next_step().to_owned(),
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
            | Self::Restore(_)
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
            | Self::Restore(_)
            | Self::Agent(_)
            | Self::LeftBehind(_)
            | Self::Crashed => false,
        }
    }

    /// Whether nothing but other credentials can help.
    #[must_use]
    pub fn waits_for_credentials(&self) -> bool {
        matches!(self, Self::Control(error) if error.waits_for_credentials())
    }
}
