//! What the agent makes of one frame; it is more trusting than a client may be.

use bytes::{Bytes, BytesMut};
use postern_protocol::{JsonPayload, Message, Size, WireError};
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// Where the digest of the payload is in a frame.
const DIGEST: std::ops::Range<usize> = 80..112;

/// One frame as the agent sees it.
#[derive(Debug)]
pub(super) enum ReadFrame {
    /// A message.
    Message(Message),
    /// Dropped without a word.
    Unreadable,
    /// The reader of the real agent does not survive it: its header reaches past the end.
    Fatal,
}

/// Reads a frame. The real agent does not check digests, so a wrong one is looked over unless `checks_digest`.
pub(super) fn read(frame: &Bytes, checks_digest: bool) -> ReadFrame {
    match Message::decode(frame) {
        Ok(message) => ReadFrame::Message(message),
        Err(WireError::Digest) if !checks_digest => read_without_digest(frame),
        Err(WireError::HeaderLength { header_length, len }) if reaches_past(header_length, len) => {
            ReadFrame::Fatal
        }
        Err(
            WireError::Short { .. }
            | WireError::HeaderLength { .. }
            | WireError::MessageType
            | WireError::CreatedDate
            | WireError::Digest,
        ) => ReadFrame::Unreadable,
    }
}

/// The sequence number that an acknowledgement names: all that the agent looks at.
pub(super) fn acknowledged_sequence(payload: &[u8]) -> Option<i64> {
    #[derive(Deserialize)]
    struct Named {
        #[serde(rename = "AcknowledgedMessageSequenceNumber")]
        sequence: i64,
    }
    serde_json::from_slice::<Named>(payload)
        .ok()
        .map(|named| named.sequence)
}

/// Columns and rows of a Size message, each cut to 16 bits as the agent does (70000 becomes 4464).
pub(super) fn size(payload: &[u8]) -> Option<(u16, u16)> {
    let cut = |cells: u32| (cells & 0xffff) as u16;
    Size::from_payload(payload)
        .ok()
        .map(|size| (cut(size.cols), cut(size.rows)))
}

fn reaches_past(header_length: u32, len: usize) -> bool {
    usize::try_from(header_length).is_ok_and(|header_length| header_length + 4 > len)
}

/// Decodes a frame as if its digest were that of its payload.
fn read_without_digest(frame: &Bytes) -> ReadFrame {
    let payload_at = frame
        .first_chunk::<4>()
        .and_then(|length| usize::try_from(u32::from_be_bytes(*length)).ok())
        .and_then(|length| length.checked_add(4));
    let mut repaired = BytesMut::from(frame.as_ref());
    let payload = payload_at.and_then(|at| frame.get(at..));
    if let (Some(field), Some(payload)) = (repaired.get_mut(DIGEST), payload) {
        field.copy_from_slice(&Sha256::digest(payload));
    }
    Message::decode(&repaired.freeze()).map_or(ReadFrame::Unreadable, ReadFrame::Message)
}
