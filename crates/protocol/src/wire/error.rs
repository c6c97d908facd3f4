//! Why a frame is no message.

use thiserror::Error;

/// The header of 116 bytes and the length of the payload.
pub(super) const SMALLEST_FRAME: usize = 120;

/// Why a frame is not a valid message. Invalid messages are dropped and never acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WireError {
    /// Shorter than the fixed header.
    #[error("The frame has {len} bytes; a message has at least {SMALLEST_FRAME}.")]
    Short {
        /// The frame's length.
        len: usize,
    },
    /// The header would end inside the fixed fields or behind the frame.
    #[error("The frame of {len} bytes claims a header of {header_length} bytes.")]
    HeaderLength {
        /// The claimed length.
        header_length: u32,
        /// The frame's length.
        len: usize,
    },
    /// The message type is empty or not ASCII.
    #[error("The frame has no readable message type.")]
    MessageType,
    /// `CreatedDate` is 0.
    #[error("The message has no creation date.")]
    CreatedDate,
    /// The payload is not the one that the digest was made of.
    #[error("The payload's digest is wrong.")]
    Digest,
}
