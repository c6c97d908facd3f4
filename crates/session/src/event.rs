//! What a session reports to its consumer.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use postern_model::SessionId;
use postern_protocol::SessionType;

use crate::{SavePoint, SessionEnd, SessionError};

/// One thing that happened in a session, in order.
#[derive(Clone, PartialEq, Eq)]
pub enum SessionEvent {
    /// The session is in another state.
    State(SessionState),
    /// Output of the terminal or program, as it came.
    Output(Bytes),
    /// What the program wrote to its standard error (commands with separate output only).
    StdErr(Bytes),
    /// How the program ended (commands with separate output only); output may still follow.
    ExitCode(i32),
    /// A text of the session's owner for the user, such as a notice of encryption. May have several lines.
    Message(String),
    /// A flag of the agent of a port session, see [`crate::flag`].
    Flag(u32),
    /// The state of the session at this place: now and then, of a journaled session, and before the end of one that was
    /// left by [`crate::Session::detach`].
    Saved(Box<SavePoint>),
}

/// Where a session is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionState {
    /// AWS is asked for a session.
    Starting,
    /// The instance has just started and its agent is not connected yet: AWS is asked again, until [`crate::AGENT_WAIT`] is over.
    NotConnectedYet {
        /// How often AWS was asked.
        attempts: u32,
        /// How long it has been tried.
        waited: Duration,
    },
    /// AWS granted it; the data channel's socket is being opened.
    Opening {
        /// The session.
        session: SessionId,
    },
    /// The data channel is open and the agent has not answered yet. There is no time limit: agents of stopped or
    /// overloaded nodes may take long, or never answer.
    Waiting {
        /// The session.
        session: SessionId,
    },
    /// The agent answered: what was typed meanwhile is on its way.
    Ready {
        /// The session.
        session: SessionId,
        /// What kind of session the agent made.
        session_type: SessionType,
        /// The key that the session's bytes are encrypted with, on top of TLS.
        encryption: Option<SessionEncryption>,
    },
    /// AWS says that the agent is away for the moment.
    Paused,
    /// The agent is back.
    Unpaused,
    /// The link is lost and being resumed; typing is held.
    Resuming {
        /// The attempt that comes next or is under way, from 1.
        attempt: u32,
        /// Bytes typed and not yet acknowledged.
        held_bytes: usize,
        /// How long the next attempt waits; zero while one is under way.
        wait: Duration,
        /// Nothing but new credentials can help: attempts are rare until somebody signs in.
        waits_for_credentials: bool,
        /// What ended the link or the attempt before.
        last_error: Option<SessionError>,
    },
    /// The link is back; the session goes on where it was.
    Resumed,
    /// The session is over. The last event.
    Ended(SessionEnd),
    /// The session could not be started or kept. The last event.
    Failed(SessionError),
}

/// What the bytes of a session are encrypted with, on top of TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionEncryption {
    /// The ARN of the KMS key.
    pub key_arn: String,
}

impl SessionEvent {
    /// Whether nothing follows.
    #[must_use]
    pub fn is_last(&self) -> bool {
        matches!(
            self,
            Self::State(SessionState::Ended(_) | SessionState::Failed(_))
        )
    }
}

impl fmt::Debug for SessionEvent {
    /// Without bytes of the session.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State(state) => f.debug_tuple("State").field(state).finish(),
            Self::Output(bytes) => write!(f, "Output({} bytes)", bytes.len()),
            Self::StdErr(bytes) => write!(f, "StdErr({} bytes)", bytes.len()),
            Self::ExitCode(code) => write!(f, "ExitCode({code})"),
            Self::Message(text) => write!(f, "Message({} bytes)", text.len()),
            Self::Flag(value) => write!(f, "Flag({value})"),
            Self::Saved(save_point) => f.debug_tuple("Saved").field(save_point).finish(),
        }
    }
}
