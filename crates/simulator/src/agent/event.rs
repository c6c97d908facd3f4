//! What an agent worker wants done, and what it is told of its program.

use std::fmt;

use bytes::Bytes;
use postern_protocol::PayloadType;

/// What the worker wants done outside.
#[derive(Clone, PartialEq, Eq)]
pub enum AgentEvent {
    /// Ask KMS to decrypt the client's data key, then call [`data_key`](super::AgentCore::data_key). Until then the agent
    /// takes no frame, as the real one, whose reader makes the call. Comes at most once, before [`AgentEvent::Start`].
    DecryptDataKey {
        /// The data key as the client sent it.
        ciphertext: Bytes,
        /// The value of `aws:ssm:RandomChallenge` in the encryption context, when the client says that it used it. The
        /// other two members are `aws:ssm:SessionId` and `aws:ssm:TargetId`.
        challenge: Option<String>,
    },
    /// Start the program, then call [`program_started`](super::AgentCore::program_started) or
    /// [`program_ended`](super::AgentCore::program_ended).
    Start,
    /// Bytes for the program's terminal, or for the port.
    Input(Bytes),
    /// The client has closed its connection: the port's is to be closed too.
    Disconnect,
    /// The terminal's new size in character cells.
    Resize {
        /// Columns, cut to 16 bits as the agent does; may be 0.
        cols: u16,
        /// Rows, likewise.
        rows: u16,
    },
    /// Interrupt the program (SIGINT).
    Interrupt,
    /// Make the program quit (SIGQUIT).
    Quit,
    /// Kill the program; nothing of it is wanted any more.
    Kill,
    /// The session is over; `output` is the text for `channel_closed`, empty after a normal end. Always the last event.
    Ended {
        /// Why, in the agent's words.
        output: String,
    },
    /// The worker has crashed and says nothing any more; the agent's other half notices later. Always the last event.
    Crashed,
}

/// How the program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgramEnd {
    /// With this exit code.
    Exited(i32),
    /// By a signal.
    Killed,
    /// It could not be started, for this reason.
    NotStarted(String),
    /// It took the worker down with it, as a port session does to which nobody listens.
    Crashed,
}

/// Which output of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputKind {
    /// The terminal, or standard output.
    Output,
    /// Standard error of a command whose streams are separate.
    StdErr,
}

impl OutputKind {
    pub(super) fn payload_type(self) -> PayloadType {
        match self {
            Self::Output => PayloadType::Output,
            Self::StdErr => PayloadType::StdErr,
        }
    }
}

impl fmt::Debug for AgentEvent {
    /// Without what was typed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DecryptDataKey {
                ciphertext,
                challenge,
            } => {
                write!(
                    f,
                    "DecryptDataKey({} bytes, challenge: {challenge:?})",
                    ciphertext.len()
                )
            }
            Self::Start => f.write_str("Start"),
            Self::Input(bytes) => write!(f, "Input({} bytes)", bytes.len()),
            Self::Resize { cols, rows } => write!(f, "Resize({cols} x {rows})"),
            Self::Interrupt => f.write_str("Interrupt"),
            Self::Quit => f.write_str("Quit"),
            Self::Disconnect => f.write_str("Disconnect"),
            Self::Crashed => f.write_str("Crashed"),
            Self::Kill => f.write_str("Kill"),
            Self::Ended { output } => write!(f, "Ended({output:?})"),
        }
    }
}
