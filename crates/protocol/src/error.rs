//! What can be wrong with a frame, and why a handshake cannot succeed.

use thiserror::Error;

use crate::{PayloadError, PayloadType, WireError};

/// The defect of one frame. The channel goes on; the texts are for a log and hold no session bytes.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameError {
    /// The frame is no valid message; it is not acknowledged.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// Sequence numbers start at 0; not acknowledged.
    #[error("The stream message has the sequence number {sequence}, below 0.")]
    NegativeSequence {
        /// The number found.
        sequence: i64,
    },
    /// The message lies too far ahead to be kept; not acknowledged, so that it comes again.
    #[error("Stream message {sequence} is too far ahead of {expected}, the next one expected.")]
    BeyondWindow {
        /// The number found.
        sequence: i64,
        /// The number expected next.
        expected: i64,
    },
    /// Too much is already kept while a gap is open; not acknowledged, so that it comes again.
    #[error(
        "Stream message {sequence} cannot be kept: {held_bytes} bytes are already waiting for a gap to close."
    )]
    HeldBytesFull {
        /// The number found.
        sequence: i64,
        /// What is kept, in bytes.
        held_bytes: usize,
    },
    /// Acknowledgements are not being written, so no more messages are taken; this one comes again.
    #[error("The stream message is left for later: {waiting} acknowledgements wait to be written.")]
    AcknowledgementsFull {
        /// How many acknowledgements wait.
        waiting: usize,
    },
    /// The message is valid and acknowledged, but its payload cannot be read.
    #[error(transparent)]
    Payload(#[from] PayloadError),
    /// The message is valid and acknowledged, but its payload type has no place there.
    #[error("A stream message of type {payload_type:?} has no place here and is ignored.")]
    UnexpectedPayload {
        /// The type found.
        payload_type: PayloadType,
    },
    /// The message type is unknown or not meant for a client; ignored.
    #[error("A message of type {kind:?} is not meant for a client and is ignored.")]
    UnexpectedMessage {
        /// The message type found.
        kind: String,
    },
}

/// Why a session cannot begin or go on, for a reason in the data channel itself.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChannelFailure {
    /// The agent asked for something that this version does not know.
    #[error("The agent asks for {action:?}, which this version does not know.")]
    UnknownAction {
        /// The action's name.
        action: String,
    },
    /// The session type is not one of AWS's, or not one that this channel was opened for.
    #[error("The session is of the type {name:?}, which cannot be used here.")]
    UnsupportedSessionType {
        /// The type's name.
        name: String,
    },
    /// The agent's handshake cannot be read.
    #[error("The agent's {payload} cannot be read.")]
    Malformed {
        /// Which payload.
        payload: &'static str,
    },
    /// The agent's request asks for things that no session has together, or for one thing twice.
    #[error("The agent asks for {what}, so the session cannot be trusted.")]
    Contradiction {
        /// What it asks for.
        what: &'static str,
    },
    /// Encryption is required, and the agent did not ask for it.
    #[error("The session is not encrypted, and this connection requires it.")]
    NotEncrypted,
    /// Encryption is off, and the session's preferences demand it.
    #[error(
        "The session must be encrypted with the KMS key {key_id:?}, and this connection has encryption off."
    )]
    EncryptionOff {
        /// The key of the session's preferences.
        key_id: String,
    },
    /// Data came between the request and the completion of the handshake.
    #[error("Data came before the handshake was complete, so the session cannot be trusted.")]
    EarlyData,
    /// A handshake message came twice, or where it has no place.
    #[error("The handshake message {payload} came out of order, so the session cannot be trusted.")]
    OutOfOrder {
        /// Which payload.
        payload: &'static str,
    },
    /// The agent's encryption challenge cannot be deciphered with the session's key.
    #[error("The agent does not have the session's key: its challenge cannot be deciphered.")]
    ChallengeFailed,
    /// A message of an encrypted session cannot be deciphered.
    #[error("Message {sequence} of the encrypted session cannot be deciphered, so it cannot be trusted.")]
    Undecipherable {
        /// The message's sequence number.
        sequence: i64,
    },
}

impl ChannelFailure {
    /// What the user can do about it, one sentence.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::UnknownAction { .. } => "Update Postern, or use another Session document.",
            Self::UnsupportedSessionType { name } if name == "Port" => {
                "Use a document for shells or commands: Postern does not forward ports yet."
            }
            Self::UnsupportedSessionType { .. } => "Use another Session document.",
            Self::Malformed { .. } => "Update the SSM agent on the node, then open a new session.",
            Self::NotEncrypted => {
                "Set a KMS key in the session preferences, or change the connection's demand on encryption."
            }
            Self::EncryptionOff { .. } => "Change the connection's demand on encryption.",
            Self::Contradiction { .. }
            | Self::EarlyData
            | Self::OutOfOrder { .. }
            | Self::ChallengeFailed
            | Self::Undecipherable { .. } => "Open a new session.",
        }
    }
}
