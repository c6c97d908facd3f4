//! What a mux reports to its owner.

use std::fmt;

use bytes::Bytes;

use crate::StreamId;

/// One thing that happened to a stream or to the session. Its `Debug` form shows lengths, never the bytes of a connection.
#[derive(Clone, PartialEq, Eq)]
pub enum MuxEvent {
    /// The next bytes from the destination; not empty. Say when the local side took them: [`crate::Mux::delivered`].
    Output {
        /// Whose bytes.
        stream: StreamId,
        /// At most 16 KiB.
        bytes: Bytes,
    },
    /// The destination ended its side, and with it the whole stream; all output came before this. Close the local side
    /// once it has taken the output. Input that was not sent yet is gone, as it is at the agent.
    Ended {
        /// Which stream.
        stream: StreamId,
    },
    /// The stream is over before its end: what of its output was not taken yet is gone. Close the local side hard. It may
    /// come behind [`Self::Ended`], when the local side does not take the rest.
    Reset {
        /// Which stream.
        stream: StreamId,
        /// Why.
        why: StreamFailure,
    },
    /// The agent has acknowledged nothing for [`crate::MuxLimits::wedged_after`]: most likely a destination stopped
    /// reading, and then the agent takes nothing of any stream, nor a flag. Let new connections go through another session;
    /// those of this one may still go on. Only the service's own call ends such a session.
    Wedged {
        /// How many bytes the agent has not acknowledged.
        unacknowledged: usize,
    },
    /// The agent acknowledges again after [`Self::Wedged`].
    Unwedged,
}

/// Why a stream was reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamFailure {
    /// The agent could not connect to the destination.
    NotReached,
    /// The local side took nothing, or far too little, while others waited for their output.
    Stalled {
        /// How many bytes waited for it.
        waiting: usize,
    },
}

impl fmt::Debug for MuxEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output { stream, bytes } => write!(f, "Output({stream}, {} bytes)", bytes.len()),
            Self::Ended { stream } => write!(f, "Ended({stream})"),
            Self::Reset { stream, why } => write!(f, "Reset({stream}, {why:?})"),
            Self::Wedged { unacknowledged } => write!(f, "Wedged({unacknowledged} bytes)"),
            Self::Unwedged => f.write_str("Unwedged"),
        }
    }
}
