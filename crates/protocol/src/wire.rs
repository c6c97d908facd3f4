//! The binary message: a header of 120 bytes and the payload, all integers big-endian.
//!
//! The layout is that of the official client and agent, confirmed by recorded traffic of the real agent.

mod error;
mod kind;
#[cfg(test)]
mod tests;

use std::fmt;

use bytes::{BufMut, Bytes, BytesMut};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use error::SMALLEST_FRAME;
pub use error::WireError;
use kind::KIND_SIZE;
pub use kind::{MessageKind, PayloadType};

/// `HeaderLength` as everybody writes it: the offset of `PayloadLength`.
const HEADER_LENGTH: usize = 116;
/// `PayloadLength` is 4 bytes behind the header; the payload follows.
const PAYLOAD_LENGTH_SIZE: usize = 4;
const TYPE_AT: usize = 4;
const CREATED_AT: usize = 40;
const SEQUENCE_AT: usize = 48;
const FLAGS_AT: usize = 56;
const ID_AT: usize = 64;
const DIGEST_AT: usize = 80;
const DIGEST_SIZE: usize = 32;
const PAYLOAD_TYPE_AT: usize = 112;
const SCHEMA_VERSION: u32 = 1;

/// One message of the data channel, for either direction. Its `Debug` form shows the payload's length only.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is for.
    pub kind: MessageKind,
    /// `CreatedDate`: milliseconds since the Unix epoch, never 0 (both ends drop such messages).
    pub created_at_ms: u64,
    /// `SequenceNumber`: counts stream messages of one direction from 0; 0 in all other messages.
    pub sequence: i64,
    /// Bit 0 SYN, bit 1 FIN; acknowledgements carry 3, the agent's first stream message 1, everything else 0.
    pub flags: u64,
    /// `MessageId`: new for each message, the same in each resend.
    pub id: Uuid,
    /// `PayloadType`; [`PayloadType::None`] in messages that are no stream data.
    pub payload_type: PayloadType,
    /// Everything behind the header.
    pub payload: Bytes,
}

impl Message {
    /// Reads one frame. The payload shares the frame's memory and reaches to the frame's end: both official ends
    /// ignore the `PayloadLength` field. Publications come with odd bodies and are not checked further.
    ///
    /// # Errors
    /// [`WireError`] names the first defect.
    pub fn decode(frame: &Bytes) -> Result<Self, WireError> {
        let short = || WireError::Short { len: frame.len() };
        let fields = frame.get(..SMALLEST_FRAME).ok_or_else(short)?;
        let kind = MessageKind::from_padded(fields.get(TYPE_AT..TYPE_AT + KIND_SIZE).ok_or_else(short)?)?;
        let offset = payload_offset(frame);
        let message = Self {
            created_at_ms: u64::from_be_bytes(array(fields, CREATED_AT).ok_or_else(short)?),
            sequence: i64::from_be_bytes(array(fields, SEQUENCE_AT).ok_or_else(short)?),
            flags: u64::from_be_bytes(array(fields, FLAGS_AT).ok_or_else(short)?),
            id: id_from_wire(array(fields, ID_AT).ok_or_else(short)?),
            payload_type: PayloadType::from_code(u32::from_be_bytes(
                array(fields, PAYLOAD_TYPE_AT).ok_or_else(short)?,
            )),
            payload: offset.as_ref().map_or(Bytes::new(), |at| frame.slice(at..)),
            kind,
        };
        if matches!(
            message.kind,
            MessageKind::StartPublication | MessageKind::PausePublication
        ) {
            return Ok(message);
        }
        offset?;
        message.check(array(fields, DIGEST_AT).ok_or_else(short)?)?;
        Ok(message)
    }

    /// Writes the message as one frame, with its digest.
    #[must_use]
    pub fn encode(&self) -> Bytes {
        self.encode_with(self.payload.len(), |frame| frame.put_slice(&self.payload))
    }

    /// Writes the message with what `write` appends as its payload, so that a payload needs no buffer of its own.
    pub(crate) fn encode_with(&self, payload_bytes: usize, write: impl FnOnce(&mut BytesMut)) -> Bytes {
        let mut frame = BytesMut::with_capacity(SMALLEST_FRAME + payload_bytes);
        frame.put_u32(HEADER_LENGTH as u32);
        frame.put_slice(&self.kind.padded());
        frame.put_u32(SCHEMA_VERSION);
        frame.put_u64(self.created_at_ms);
        frame.put_i64(self.sequence);
        frame.put_u64(self.flags);
        frame.put_slice(&id_to_wire(self.id));
        frame.put_bytes(0, DIGEST_SIZE);
        frame.put_u32(self.payload_type.code());
        frame.put_bytes(0, PAYLOAD_LENGTH_SIZE);
        write(&mut frame);
        let payload = frame.get(SMALLEST_FRAME..).unwrap_or_default();
        let length = u32::try_from(payload.len()).unwrap_or(u32::MAX);
        let digest = digest_of(payload);
        overwrite(&mut frame, DIGEST_AT, &digest);
        overwrite(&mut frame, HEADER_LENGTH, &length.to_be_bytes());
        frame.freeze()
    }

    /// The digest covers the payload only; an empty payload has nothing to protect and some senders leave it zero.
    fn check(&self, digest: [u8; DIGEST_SIZE]) -> Result<(), WireError> {
        if self.created_at_ms == 0 {
            return Err(WireError::CreatedDate);
        }
        if !self.payload.is_empty() && digest != digest_of(&self.payload) {
            return Err(WireError::Digest);
        }
        Ok(())
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("kind", &self.kind)
            .field("created_at_ms", &self.created_at_ms)
            .field("sequence", &self.sequence)
            .field("flags", &self.flags)
            .field("id", &self.id)
            .field("payload_type", &self.payload_type)
            .field("payload_len", &self.payload.len())
            .finish()
    }
}

/// Where the payload starts. A longer header than ours is skipped; a shorter one would overlap the fixed fields.
fn payload_offset(frame: &[u8]) -> Result<usize, WireError> {
    let len = frame.len();
    let header_length = u32::from_be_bytes(array(frame, 0).ok_or(WireError::Short { len })?);
    usize::try_from(header_length)
        .ok()
        .filter(|length| *length >= HEADER_LENGTH)
        .and_then(|length| length.checked_add(PAYLOAD_LENGTH_SIZE))
        .filter(|offset| *offset <= len)
        .ok_or(WireError::HeaderLength { header_length, len })
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn overwrite(frame: &mut [u8], at: usize, bytes: &[u8]) {
    if let Some(field) = frame.get_mut(at..at + bytes.len()) {
        field.copy_from_slice(bytes);
    }
}

fn digest_of(payload: &[u8]) -> [u8; DIGEST_SIZE] {
    Sha256::digest(payload).into()
}

/// On the wire the second half of the UUID comes first.
fn id_to_wire(id: Uuid) -> [u8; 16] {
    u128::from_be_bytes(id.into_bytes()).rotate_left(64).to_be_bytes()
}

fn id_from_wire(field: [u8; 16]) -> Uuid {
    Uuid::from_bytes(u128::from_be_bytes(field).rotate_left(64).to_be_bytes())
}
