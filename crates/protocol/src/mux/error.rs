//! What the agent can do wrong, and why a stream cannot be opened or takes nothing.

use thiserror::Error;

/// A breach of the protocol by the agent. The bytes of a session cannot be told apart any more, so that none of its streams
/// goes on: open a new session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MuxError {
    /// Another version of smux, or no smux at all.
    #[error("The agent's bytes are no streams of version 1: a frame has the version {version}.")]
    Version {
        /// The version found.
        version: u8,
    },
    /// A command that version 1 has not.
    #[error("The agent sent a frame with the command {command}, which is unknown.")]
    UnknownCommand {
        /// The command found.
        command: u8,
    },
    /// The agent opens a stream, which only the client does.
    #[error("The agent opened the stream {stream}, which only the client may do.")]
    OpenedByAgent {
        /// The number of the stream.
        stream: u32,
    },
    /// A frame is longer than agents make them, or has a payload where none belongs.
    #[error("The agent sent a frame of {length} bytes, and at most {most} belong there.")]
    Length {
        /// The length found.
        length: u16,
        /// The most that it may be.
        most: u16,
    },
    /// A frame of a stream that was never opened.
    #[error("The agent sent a frame of the stream {stream}, which was never opened.")]
    NeverOpened {
        /// The number of the stream.
        stream: u32,
    },
}

/// Why a stream cannot be opened, or does not take what is given to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StreamError {
    /// As many streams as there may be are open.
    #[error("{most} connections are open through this session already.")]
    TooMany {
        /// How many there may be.
        most: usize,
    },
    /// Each number is used once, and all were.
    #[error("The session has no numbers left for new connections.")]
    NumbersUsedUp,
    /// The agent broke the protocol, so that the session is of no use.
    #[error("The session is of no use any more: {0}")]
    SessionBroken(#[from] MuxError),
    /// The stream is over, or its input is.
    #[error("The connection takes nothing any more.")]
    Over,
    /// More was given than [`crate::Mux::room`] said; nothing of it was taken.
    #[error("The connection has room for {room} bytes, and {given} were given.")]
    NoRoom {
        /// How many bytes were given.
        given: usize,
        /// How many there was room for.
        room: usize,
    },
}
