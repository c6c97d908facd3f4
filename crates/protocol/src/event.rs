//! What the data channel reports to its driver.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::{ChannelFailure, DataKeyWanted};

/// What a session is for, as far as the client learns it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionType {
    /// `Standard_Stream`, and every session without a handshake (shells and interactive commands without encryption).
    Shell,
    /// `InteractiveCommands` with a handshake.
    InteractiveCommands,
    /// `NonInteractiveCommands`: always with a handshake, takes no input but control bytes.
    NonInteractiveCommands,
    /// `Port`: a forwarded port or an SSH stream.
    Port {
        /// The agent's version as it says itself, four numbers as a rule; see [`crate::PortMode`].
        #[serde(default)]
        agent_version: String,
        /// The handshake's properties (`portNumber`, `localPortNumber`, `type`, `host`, …), all texts.
        properties: BTreeMap<String, String>,
    },
}

/// One thing that happened, in order. Its `Debug` form shows lengths, never the bytes of a session.
#[derive(Clone, PartialEq, Eq)]
pub enum ChannelEvent {
    /// The agent is there and takes input. Comes once.
    Ready {
        /// What the session is for.
        session_type: SessionType,
        /// Whether the bytes of the session are encrypted with a data key.
        encrypted: bool,
    },
    /// The session is to be encrypted: ask KMS, then call `provide_data_key` or `refuse_data_key`. Until then nothing but
    /// acknowledgements is sent. The agent waits 15 s. Comes at most once.
    DataKeyWanted(DataKeyWanted),
    /// The next bytes of output; not empty, not aligned to characters in general.
    Output(Bytes),
    /// The next bytes of the standard error of a command with separate streams.
    StdErr(Bytes),
    /// The exit status of a command with separate streams; -1 when a signal killed it. Error text may still follow.
    ExitCode(i32),
    /// A text for the user from the handshake, as it came from the wire; may hold several lines.
    CustomerMessage(String),
    /// A flag of a port session, see [`crate::flag`].
    Flag(u32),
    /// The service says that the agent's side is away.
    Paused,
    /// The agent's side is back.
    Unpaused,
    /// The session is over. Nothing follows.
    Closed {
        /// The service's or the agent's words, as they came from the wire; often empty.
        output: String,
    },
    /// The session cannot begin or go on. Where the agent waits for an answer, a refusal is queued for it, and its closing
    /// text may still follow.
    Failed(ChannelFailure),
}

impl fmt::Debug for ChannelEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready {
                session_type,
                encrypted,
            } => f
                .debug_struct("Ready")
                .field("session_type", session_type)
                .field("encrypted", encrypted)
                .finish(),
            Self::DataKeyWanted(wanted) => f.debug_tuple("DataKeyWanted").field(wanted).finish(),
            Self::Output(bytes) => write!(f, "Output({} bytes)", bytes.len()),
            Self::StdErr(bytes) => write!(f, "StdErr({} bytes)", bytes.len()),
            Self::ExitCode(code) => write!(f, "ExitCode({code})"),
            Self::CustomerMessage(text) => write!(f, "CustomerMessage({text:?})"),
            Self::Flag(value) => write!(f, "Flag({value})"),
            Self::Paused => f.write_str("Paused"),
            Self::Unpaused => f.write_str("Unpaused"),
            Self::Closed { output } => write!(f, "Closed({output:?})"),
            Self::Failed(error) => write!(f, "Failed({error:?})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_output() {
        let event = ChannelEvent::Output(Bytes::from_static(b"hunter2"));
        assert_eq!(format!("{event:?}"), "Output(7 bytes)");
    }
}
