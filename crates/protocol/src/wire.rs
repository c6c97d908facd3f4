//! The binary message: a header of 120 bytes and the payload, all integers big-endian.
//!
//! The layout is that of the official client and agent, confirmed by recorded traffic of the real agent.

use std::fmt;

use bytes::{BufMut, Bytes, BytesMut};
use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

/// `HeaderLength` as everybody writes it: the offset of `PayloadLength`.
const HEADER_LENGTH: usize = 116;
/// `PayloadLength` is 4 bytes behind the header; the payload follows.
const PAYLOAD_LENGTH_SIZE: usize = 4;
const SMALLEST_FRAME: usize = HEADER_LENGTH + PAYLOAD_LENGTH_SIZE;
const TYPE_AT: usize = 4;
const TYPE_SIZE: usize = 32;
const CREATED_AT: usize = 40;
const SEQUENCE_AT: usize = 48;
const FLAGS_AT: usize = 56;
const ID_AT: usize = 64;
const DIGEST_AT: usize = 80;
const PAYLOAD_TYPE_AT: usize = 112;
const SCHEMA_VERSION: u32 = 1;

/// One message of the data channel, for either direction. Its `Debug` form shows the payload's length only.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// The `MessageType`.
    pub kind: MessageKind,
    /// `CreatedDate`: milliseconds since the Unix epoch, never 0 (both ends drop such messages).
    pub created_at_ms: u64,
    /// `SequenceNumber`: counts stream messages of one direction from 0; 0 in all other messages.
    pub sequence: i64,
    /// Bit 0 SYN, bit 1 FIN; acknowledgements carry 3, the agent's first stream message 1, everything else 0.
    pub flags: u64,
    /// `MessageId`.
    pub id: Uuid,
    /// `PayloadType`; [`PayloadType::None`] in messages that are no stream data.
    pub payload_type: PayloadType,
    /// Everything behind the header.
    pub payload: Bytes,
}

/// The type of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageKind {
    /// `input_stream_data`: client to agent.
    InputStreamData,
    /// `output_stream_data`: agent to client.
    OutputStreamData,
    /// `acknowledge`: both ways.
    Acknowledge,
    /// `channel_closed`: service to client.
    ChannelClosed,
    /// `start_publication`: service to either end.
    StartPublication,
    /// `pause_publication`: service to either end.
    PausePublication,
    /// Anything else, such as the agent's `agent_session_state`; at most 32 ASCII characters are written.
    Other(String),
}

/// The meaning of a stream message's payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PayloadType {
    /// 0: no stream data.
    None,
    /// 1: terminal output, keyboard input or forwarded bytes.
    Output,
    /// 2: not used by current agents.
    Error,
    /// 3: JSON [`crate::Size`], client to agent.
    Size,
    /// 4: not used by current agents.
    Parameter,
    /// 5: JSON [`crate::HandshakeRequest`], agent to client.
    HandshakeRequest,
    /// 6: JSON [`crate::HandshakeResponse`], client to agent.
    HandshakeResponse,
    /// 7: JSON [`crate::HandshakeComplete`], agent to client.
    HandshakeComplete,
    /// 8: JSON, agent to client, of encrypted sessions.
    EncChallengeRequest,
    /// 9: JSON, client to agent, of encrypted sessions.
    EncChallengeResponse,
    /// 10: four bytes, see [`crate::flag`].
    Flag,
    /// 11: bytes of standard error.
    StdErr,
    /// 12: text, see [`crate::ExitCode`].
    ExitCode,
    /// A number without a meaning.
    Other(u32),
}

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

impl Message {
    /// Reads one frame. The payload shares the frame's memory and reaches to the frame's end: both official ends
    /// ignore the `PayloadLength` field. Publications come with odd bodies and are not checked further.
    ///
    /// # Errors
    /// [`WireError`] names the first defect.
    pub fn decode(frame: &Bytes) -> Result<Self, WireError> {
        let short = || WireError::Short { len: frame.len() };
        let fields = frame.get(..SMALLEST_FRAME).ok_or_else(short)?;
        let kind = MessageKind::from_padded(fields.get(TYPE_AT..TYPE_AT + TYPE_SIZE).ok_or_else(short)?)?;
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
        let mut frame = BytesMut::with_capacity(SMALLEST_FRAME + self.payload.len());
        frame.put_u32(HEADER_LENGTH as u32);
        frame.put_slice(&self.kind.padded());
        frame.put_u32(SCHEMA_VERSION);
        frame.put_u64(self.created_at_ms);
        frame.put_i64(self.sequence);
        frame.put_u64(self.flags);
        frame.put_slice(&id_to_wire(self.id));
        frame.put_slice(&digest_of(&self.payload));
        frame.put_u32(self.payload_type.code());
        frame.put_u32(u32::try_from(self.payload.len()).unwrap_or(u32::MAX));
        frame.put_slice(&self.payload);
        frame.freeze()
    }

    /// The digest covers the payload only; an empty payload has nothing to protect and some senders leave it zero.
    fn check(&self, digest: [u8; 32]) -> Result<(), WireError> {
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

impl MessageKind {
    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::InputStreamData => "input_stream_data",
            Self::OutputStreamData => "output_stream_data",
            Self::Acknowledge => "acknowledge",
            Self::ChannelClosed => "channel_closed",
            Self::StartPublication => "start_publication",
            Self::PausePublication => "pause_publication",
            Self::Other(name) => name,
        }
    }

    fn from_name(name: &str) -> Self {
        match name {
            "input_stream_data" => Self::InputStreamData,
            "output_stream_data" => Self::OutputStreamData,
            "acknowledge" => Self::Acknowledge,
            "channel_closed" => Self::ChannelClosed,
            "start_publication" => Self::StartPublication,
            "pause_publication" => Self::PausePublication,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Senders pad with spaces or with NULs.
    fn from_padded(field: &[u8]) -> Result<Self, WireError> {
        let text = std::str::from_utf8(field)
            .ok()
            .filter(|text| text.is_ascii())
            .ok_or(WireError::MessageType)?;
        let name = text.trim_matches(|c: char| c == '\0' || c.is_ascii_whitespace());
        if name.is_empty() {
            Err(WireError::MessageType)
        } else {
            Ok(Self::from_name(name))
        }
    }

    fn padded(&self) -> [u8; TYPE_SIZE] {
        let mut field = [b' '; TYPE_SIZE];
        field
            .iter_mut()
            .zip(self.name().bytes())
            .for_each(|(to, from)| *to = from);
        field
    }
}

impl PayloadType {
    /// The number on the wire.
    #[must_use]
    pub fn code(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Output => 1,
            Self::Error => 2,
            Self::Size => 3,
            Self::Parameter => 4,
            Self::HandshakeRequest => 5,
            Self::HandshakeResponse => 6,
            Self::HandshakeComplete => 7,
            Self::EncChallengeRequest => 8,
            Self::EncChallengeResponse => 9,
            Self::Flag => 10,
            Self::StdErr => 11,
            Self::ExitCode => 12,
            Self::Other(code) => code,
        }
    }

    /// The meaning of a number on the wire.
    #[must_use]
    pub fn from_code(code: u32) -> Self {
        match code {
            0 => Self::None,
            1 => Self::Output,
            2 => Self::Error,
            3 => Self::Size,
            4 => Self::Parameter,
            5 => Self::HandshakeRequest,
            6 => Self::HandshakeResponse,
            7 => Self::HandshakeComplete,
            8 => Self::EncChallengeRequest,
            9 => Self::EncChallengeResponse,
            10 => Self::Flag,
            11 => Self::StdErr,
            12 => Self::ExitCode,
            other => Self::Other(other),
        }
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

fn digest_of(payload: &[u8]) -> [u8; 32] {
    Sha256::digest(payload).into()
}

/// On the wire the second half of the UUID comes first.
fn id_to_wire(id: Uuid) -> [u8; 16] {
    u128::from_be_bytes(id.into_bytes()).rotate_left(64).to_be_bytes()
}

fn id_from_wire(field: [u8; 16]) -> Uuid {
    Uuid::from_bytes(u128::from_be_bytes(field).rotate_left(64).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn output(payload: &'static [u8]) -> Message {
        Message {
            kind: MessageKind::OutputStreamData,
            created_at_ms: 1_700_000_000_123,
            sequence: 7,
            flags: 0,
            id: Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff),
            payload_type: PayloadType::Output,
            payload: Bytes::from_static(payload),
        }
    }

    fn changed(message: &Message, change: impl FnOnce(&mut Vec<u8>)) -> Bytes {
        let mut frame = message.encode().to_vec();
        change(&mut frame);
        Bytes::from(frame)
    }

    #[test]
    fn the_layout_is_that_of_the_official_client() {
        let frame = output(b"hello").encode();
        assert_eq!(frame.len(), 125);
        assert_eq!(frame[..4], [0, 0, 0, 116]);
        assert_eq!(&frame[4..36], b"output_stream_data              ");
        assert_eq!(frame[36..40], [0, 0, 0, 1]);
        assert_eq!(frame[40..48], 1_700_000_000_123_u64.to_be_bytes());
        assert_eq!(frame[48..56], 7_i64.to_be_bytes());
        assert_eq!(
            frame[64..72],
            [0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff],
            "second half first"
        );
        assert_eq!(frame[72..80], [0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77]);
        assert_eq!(frame[80..84], [0x2c, 0xf2, 0x4d, 0xba], "SHA-256 of hello");
        assert_eq!(frame[112..120], [0, 0, 0, 1, 0, 0, 0, 5]);
        assert_eq!(&frame[120..], b"hello");
    }

    #[test]
    fn nul_padding_is_read_too() {
        let frame = changed(&output(b"x"), |f| f[22..36].fill(0));
        assert_eq!(Message::decode(&frame), Ok(output(b"x")));
    }

    #[test]
    fn every_length_below_the_header_is_short() {
        let frame = output(b"").encode();
        for len in 0..120 {
            assert_eq!(
                Message::decode(&frame.slice(..len)),
                Err(WireError::Short { len })
            );
        }
        assert_eq!(Message::decode(&frame), Ok(output(b"")));
    }

    #[test]
    fn a_longer_header_is_skipped_and_an_impossible_one_refused() {
        let longer = changed(&output(b"hello"), |f| {
            f[3] = 120;
            f.splice(120..120, [9; 4]);
        });
        assert_eq!(Message::decode(&longer), Ok(output(b"hello")));
        for header_length in [0, 1, 112, 115, 122, 1 << 20, u32::MAX - 3, u32::MAX] {
            let frame = changed(&output(b"hello"), |f| {
                f[..4].copy_from_slice(&header_length.to_be_bytes())
            });
            assert_eq!(
                Message::decode(&frame),
                Err(WireError::HeaderLength {
                    header_length,
                    len: 125
                })
            );
        }
    }

    #[test]
    fn type_date_and_digest_are_checked() {
        let message = output(b"hello");
        let blank = changed(&message, |f| f[4..36].fill(b' '));
        assert_eq!(Message::decode(&blank), Err(WireError::MessageType));
        let foreign = changed(&message, |f| f[4] = 0xff);
        assert_eq!(Message::decode(&foreign), Err(WireError::MessageType));
        let undated = changed(&message, |f| f[40..48].fill(0));
        assert_eq!(Message::decode(&undated), Err(WireError::CreatedDate));
        let flipped = changed(&message, |f| f[124] ^= 1);
        assert_eq!(Message::decode(&flipped), Err(WireError::Digest));
    }

    #[test]
    fn bytes_behind_an_announced_empty_payload_are_covered_by_the_digest() {
        let hidden = changed(&output(b""), |f| f.extend_from_slice(b"hidden"));
        assert_eq!(Message::decode(&hidden), Err(WireError::Digest));
    }

    #[test]
    fn the_announced_payload_length_is_not_believed() {
        let lying = changed(&output(b"hello"), |f| f[116..120].fill(0xff));
        assert_eq!(Message::decode(&lying), Ok(output(b"hello")));
    }

    #[test]
    fn publications_are_never_checked() {
        for kind in [MessageKind::StartPublication, MessageKind::PausePublication] {
            let message = Message {
                kind: kind.clone(),
                ..output(b"{}")
            };
            let odd = changed(&message, |f| {
                f[0] = 0xff;
                f[40..48].fill(0);
                f[80..112].fill(0);
            });
            assert_eq!(Message::decode(&odd).unwrap().kind, kind);
        }
    }

    #[test]
    fn debug_shows_no_payload() {
        assert!(!format!("{:?}", output(b"hunter2")).contains("hunter2"));
        assert!(format!("{:?}", output(b"hunter2")).contains("payload_len: 7"));
    }

    fn any_kind() -> impl Strategy<Value = MessageKind> {
        prop_oneof![
            Just(MessageKind::InputStreamData),
            Just(MessageKind::OutputStreamData),
            Just(MessageKind::Acknowledge),
            Just(MessageKind::ChannelClosed),
            "[a-z]([a-z_]{0,30}[a-z])?".prop_map(|name| MessageKind::from_name(&name)),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            kind in any_kind(), created_at_ms in 1_u64.., sequence: i64, flags: u64, id: u128, code: u32,
            payload in proptest::collection::vec(any::<u8>(), 0..2000),
        ) {
            let message = Message {
                kind, created_at_ms, sequence, flags,
                id: Uuid::from_u128(id),
                payload_type: PayloadType::from_code(code),
                payload: payload.into(),
            };
            prop_assert_eq!(Message::decode(&message.encode()), Ok(message));
        }

        #[test]
        fn payload_types_keep_their_number(code: u32) {
            prop_assert_eq!(PayloadType::from_code(code).code(), code);
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Message::decode(&bytes.into());
        }

        #[test]
        fn a_valid_frame_with_changed_bytes_never_panics(
            changes in proptest::collection::vec((0_usize..125, any::<u8>()), 0..8), keep in 0_usize..=125,
        ) {
            let frame = changed(&output(b"hello"), |f| {
                changes.iter().for_each(|(at, byte)| f[*at] = *byte);
                f.truncate(keep);
            });
            let _ = Message::decode(&frame);
        }
    }
}
